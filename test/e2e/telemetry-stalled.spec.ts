import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { resultOf } from '../support/answers.js';
import { TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(120_000);

const CALLS = 6_000;
const CLIENTS = 8;
/** Two thousand spans and lines wait at most; the rest is the noise of a heap. */
const MAX_GROWTH_MB = 100;
const COLLECTOR = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));
`;

let mirror: MirrorServer;
let collector: ChildProcess;
let gateway: TestGateway;

beforeAll(async () => {
  mirror = await MirrorServer.start();
  collector = spawn(process.execPath, ['-e', COLLECTOR], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(collector.stdout!, 'data')) as [Buffer];
  gateway = await TestGateway.start({
    projects: [{ servers: [{ name: 'mirror', config: { url: mirror.url } }], exposure: 'direct' }],
    plugins: { telemetry: { config: { enabled: true, url: `http://127.0.0.1:${port.toString()}/otlp` } } },
  });
});

afterAll(async () => {
  collector.kill('SIGCONT');
  collector.kill('SIGKILL');
  await gateway.stop();
  await mirror.close();
});

/** Calls of several clients at once; how many did not succeed. */
async function load(calls: number): Promise<number> {
  let failed = 0;
  const client = async (): Promise<void> => {
    const session = await RawSession.open(gateway.url, gateway.key());
    for (let n = 0; n < calls / CLIENTS; n++) {
      const answer = await session.call('mirror__mirror', { n }).catch(() => ({}));
      const result = resultOf(answer);
      if (result === null || result.isError || result.content.length === 0) failed++;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return failed;
}

function residentMb(): number {
  const status = readFileSync(`/proc/${String(gateway.child.pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

it('loses no call and keeps its memory while the collector stands still', async () => {
  expect(await load(CALLS)).toBe(0);
  const before = residentMb();
  collector.kill('SIGSTOP');
  expect(await load(CALLS)).toBe(0);
  const grown = residentMb() - before;
  process.stderr.write(`resident memory grew by ${grown.toFixed(1)} MB from ${before.toFixed(1)} MB\n`);
  expect(grown).toBeLessThan(MAX_GROWTH_MB);
});
