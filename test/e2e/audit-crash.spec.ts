import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { eventually, ROOT } from '../support/gateway.js';
import { verify } from '../support/audit-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'audit-crash-'));
const path = join(folder, 'audit.jsonl');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes lines as fast as it can, until it is killed. */
const WRITER = `
const { AuditLog } = await import(process.argv[1]);
const log = new AuditLog({ path: process.argv[2], flushMs: 1, checkpointLines: 50 }, { logger: console, writeLine() {} });
const event = { requestId: 1, principal: null, era: null, method: 'm', server: null, tool: null, argsSha256: null,
  decision: 'allowed', reasons: [], detectors: [], scannedChars: 0, upstreamMs: 0, totalMs: 0 };
for (;;) { for (let i = 0; i < 20; i++) log.record(event); await log.flush(); }
`;

it('writers that are killed again and again leave chains that hold', async () => {
  const module = pathToFileURL(join(ROOT, 'dist', 'telemetry', 'audit-log.js')).href;
  for (let round = 0; round < 8; round++) {
    const before = existsSync(path) ? statSync(path).size : 0;
    const writers = [1, 2].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', WRITER, module, path], { stdio: 'ignore' }),
    );
    await eventually(
      () => (existsSync(path) ? statSync(path).size : 0),
      (size) => size > before + 50_000,
      30_000,
    );
    await Promise.all(
      writers.map(async (writer) => {
        const exited = once(writer, 'exit');
        writer.kill('SIGKILL');
        await exited;
      }),
    );
  }
  const found = await verify(path);
  expect(found.faults.filter(({ kind }) => kind !== 'torn')).toEqual([]);
  // The chains of the dead were gone on with; a writer that was killed before it wrote may have left none.
  expect(found.chains.length).toBeLessThanOrEqual(2);
}, 120_000);
