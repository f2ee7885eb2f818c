import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { secureCall } from '../support/answers.js';
import { Administrator } from '../support/administrator.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;

/** What a spreadsheet would run. */
const FORMULA = '=HYPERLINK("http://evil.example")';
const TORN = '{"time":"2026-11-23T00:00:00.000Z","event":"ca';

let gateway: TestGateway;
let admin: Administrator;
let log: string;
const calls = (): Json[] => gateway.audit().filter(({ event }) => event === 'call');
const objects = (text: string): Json[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);

beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
  const session = await RawSession.open(gateway.url, gateway.key());
  for (let index = 0; index < 5; index++) {
    await session.call('enkrypt_secure_call_tools', secureCall('echo', 'echo', { message: `number ${String(index)}` }));
  }
  await session.call('enkrypt_secure_call_tools', secureCall('echo', FORMULA, {}));
  await eventually(calls, (lines) => lines.length >= 6);
  log = `${gateway.home}/audit.jsonl`;
  admin = new Administrator({ projects: [{ servers: [] }] });
});
afterAll(async () => {
  admin.remove();
  await gateway.stop();
});

it.each(['verify', 'search', 'export'])(
  'audit %s says what is missing where there is no log, and what to do',
  async (command) => {
    for (const named of [[], [`${gateway.home}/nowhere.jsonl`], [`${gateway.home}/nowhere.jsonl.gz`]]) {
      const { code, stderr } = await admin.run(['audit', command, ...named]);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: The audit log \S+\.jsonl\S* was not read\. There is no such file\. A gateway that has not run here/m,
      );
      expect(stderr).not.toContain('ENOENT');
    }
  },
);

describe('audit search', () => {
  it('finds the newest first, as many as asked for, and only what fits everything that is given', async () => {
    const { stdout } = await admin.ok('audit', 'search', log, '--tool', 'echo', '--last', '3', '--json');
    const found = objects(stdout);
    expect(found).toHaveLength(3);
    expect(found.map(({ tool, decision }) => [tool, decision])).toEqual(Array(3).fill(['echo', 'allowed']));
    const times = found.map(({ seq }) => Number(seq));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const other = await admin.ok('audit', 'search', log, '--tool', 'echo', '--decision', 'refused', '--json');
    expect(other.stdout).toBe('');
    const [{ request_id: id } = {}] = found;
    expect(objects((await admin.ok('audit', 'search', log, '--request-id', String(id), '--json')).stdout)).toEqual([
      found[0],
    ]);
    expect((await admin.ok('audit', 'search', log, '--until', '2020-01-01', '--json')).stdout).toBe('');
  });

  it('refuses what it does not understand, by name', async () => {
    const { code, stderr } = await admin.run(['audit', 'search', log, '--since', 'yesterdayish']);
    expect(code).toBe(2);
    expect(stderr).toContain('--since');
  });

  it('goes on over a line that a crash cut off', async () => {
    const copy = admin.at('torn.jsonl');
    appendFileSync(copy, `${readFileSync(log, 'utf8')}${TORN}`);
    expect(objects((await admin.ok('audit', 'search', copy, '--tool', 'echo', '--json')).stdout)).toHaveLength(5);
  });
});

describe('audit export', () => {
  it('gives the bytes of the log, which can be verified, into a file of its owner', async () => {
    const out = admin.at('all.jsonl');
    await admin.ok('audit', 'export', log, '--out', out);
    expect(readFileSync(out, 'utf8')).toBe(readFileSync(log, 'utf8'));
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it('filters, and gives no formula to a spreadsheet', async () => {
    const { stdout } = await admin.ok('audit', 'export', log, '--format', 'csv', '--tool', FORMULA);
    const rows = stdout.trimEnd().split(/\r?\n/);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('request_id');
    expect(rows[1]).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(rows[1]).not.toMatch(/(?:^|,)"?=/);
  });
});
