import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KeyProxy, lostAgainst, type Run, runSuite, type Scores } from '../support/conformance.js';
import { ROOT, TestGateway } from '../support/gateway.js';
import { Processes } from '../support/mcp-clients.js';

jest.setTimeout(150_000);

const SERVER = join(ROOT, 'test', 'support', 'conformance-server.mjs');
const MODERN = join(ROOT, 'test', 'support', 'conformance-modern-server.mjs');
const ASKS = { client_requests: { sampling: true, elicitation: true, roots: true } };

const processes = new Processes();
let gateway: TestGateway;
let proxy: KeyProxy;
let direct: string;

beforeAll(async () => {
  const [legacy, modern] = await Promise.all([processes.listen(SERVER), processes.listen(MODERN)]);
  direct = legacy;
  proxy = await KeyProxy.listen(() => ['apikey', gateway.key()]);
  gateway = await TestGateway.start({
    projects: [
      {
        exposure: 'direct',
        servers: [
          { name: 'http', config: { url: direct }, extra: ASKS },
          { name: 'stdio', config: { command: process.execPath, args: [SERVER] }, extra: ASKS },
          { name: 'modern-http', config: { url: modern }, extra: ASKS },
          { name: 'modern-stdio', config: { command: process.execPath, args: [MODERN] }, extra: ASKS },
        ],
      },
    ],
    common: { allowed_hosts: [proxy.host] },
  });
  proxy.lead(gateway.url);
});
afterAll(async () => {
  proxy.close();
  await gateway.stop();
  await processes.close();
});

const total = (scores: Scores): number => [...scores.values()].reduce((sum, { passed }) => sum + passed, 0);
const failed = (scores: Scores): number => [...scores.values()].reduce((sum, each) => sum + each.failed, 0);
/** The suite asks the same of the name as of the address. */
const local = (url: string): string => url.replace('127.0.0.1', 'localhost');
const at = (server: string): string => `http://${proxy.host}/mcp/servers/${server}`;

describe('conformance 0.1.16, the whole server suite', () => {
  const run = (url: string): Promise<Run> =>
    runSuite('@modelcontextprotocol/conformance', ['server', '--url', local(url), '--suite', 'all']);
  let expected: Run;
  beforeAll(async () => {
    expected = await run(direct);
  });

  it('passes at the server itself', () => {
    expect([expected.exitCode, total(expected.scores)]).toEqual([0, 44]);
  });

  it.each(['http', 'stdio'])(
    'passes through the gateway with a key as it does without it (server over %s)',
    async (server) => {
      const through = await run(at(server));
      expect(lostAgainst(expected.scores, through.scores)).toEqual([]);
      expect([through.exitCode, failed(through.scores)]).toEqual([0, 0]);
      expect(total(through.scores)).toBeGreaterThanOrEqual(44);
    },
  );
});

describe('conformance 0.2.0-alpha.12', () => {
  it.each([
    ['2025-11-25', 'http'],
    ['2025-11-25', 'stdio'],
    ['2026-07-28', 'modern-http'],
    ['2026-07-28', 'modern-stdio'],
  ])('passes through the gateway in everything that %s requires (server: %s)', async (revision, server) => {
    const args = ['server', '--url', local(at(server)), '--requirements', revision];
    const { exitCode, output } = await runSuite('conformance-next', args);
    expect(exitCode === 0 ? 'passed' : output.slice(-3000)).toBe('passed');
  });
});
