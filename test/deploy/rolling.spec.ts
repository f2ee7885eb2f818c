import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/gateway.js';

const MAX_MS = 240_000;
const isThere = process.env.CI !== undefined || existsSync('/usr/sbin/haproxy');
const describeWithHaproxy = isThere ? describe : describe.skip;

describeWithHaproxy('three gateways behind HAProxy, restarted one after the other under load', () => {
  it(
    'refuse and lose no call at SIGTERM, and never do one twice or answer another, not even at SIGKILL',
    async () => {
      const child = spawn(process.execPath, [join(ROOT, 'bench', 'rolling.mjs')], {
        env: { ...process.env, GATEWAY_SOAK_FRACTION: '0.02' },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: MAX_MS,
      });
      let text = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      const lines = text.match(/^(PASS|FAIL) {2}\w+/gm);
      expect([code, lines, text]).toEqual([
        0,
        ['PASS  rolling', 'PASS  terminated', 'PASS  killed'],
        expect.stringMatching(/^PASS {2}terminated: .* 20 × SIGTERM: 0 lost, 0 done twice, 0 misrouted/m),
      ]);
    },
    MAX_MS,
  );
});
