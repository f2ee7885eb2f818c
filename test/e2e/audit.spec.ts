import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callModern, JSON_HEADERS, secureCall, textOf } from '../support/answers.js';
import { eventually, sha256, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { HttpUpstreams, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const FIELDS = [
  'time',
  'event',
  'request_id',
  'key',
  'user',
  'project',
  'config',
  'era',
  'method',
  'server',
  'tool',
  'args_sha256',
  'decision',
  'reasons',
  'detectors',
  'scanned_chars',
  'rules',
  'not_checked',
  'truncated',
  'decoded_views',
  'upstream_ms',
  'total_ms',
  'chain',
  'seq',
  'prev',
];
const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: ['project x'] }, pii: { entities: ['EMAIL'] } } },
};
const BLOCKING = {
  input_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector'] },
};
const WITHHOLDING = {
  output_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector'] },
};
const REDACTING = {
  input_guardrails_policy: { enabled: true, policy_name: 'team', additional_config: { pii_redaction: true } },
};
/** In every argument of this file, so that any of them in the log shows. */
const MARKER = 'secret-marker-51d3';
const digest = (value: unknown): string => sha256(JSON.stringify(value)).slice('sha256:'.length);

const upstreams = new HttpUpstreams();
let gateway: TestGateway;
let session: RawSession;

beforeAll(async () => {
  const url = await upstreams.listen();
  const servers = [
    { name: 'open', config: { url } },
    { name: 'blocking', config: { url }, extra: BLOCKING },
    { name: 'withholding', config: { url }, extra: WITHHOLDING },
    { name: 'redacting', config: { url }, extra: REDACTING },
    { name: 'narrow', config: { url }, extra: { tools: { echo: '' } } },
    await upstreams.start('failing', ['--mode', 'http-500']),
    await upstreams.start('refusing', ['--mode', 'rpc-error']),
    stdioServer('hanging', ['--mode', 'hang']),
  ];
  const common = { timeout_settings: { tool_execution_timeout: 1 } };
  gateway = await TestGateway.start({ projects: [{ servers }], policies: POLICIES, common });
  session = await RawSession.open(gateway.url, gateway.key());
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  await upstreams.close();
}, 30_000);

/** The lines that one action adds: exactly as many as `count`, also a moment later. */
async function added(count: number, action: () => Promise<unknown>): Promise<Json[]> {
  const before = gateway.audit().length;
  await action();
  const lines = (): Json[] => gateway.audit().slice(before);
  await eventually(lines, (found) => found.length >= count);
  // Whatever else the action recorded is written before this one.
  await session.call('open__echo', { message: 'mark' });
  const all = await eventually(lines, (found) => found.length > count);
  expect(all).toHaveLength(count + 1);
  return all.slice(0, count);
}

const post = (key: string | null): Promise<unknown> =>
  send(gateway.url, {
    headers: [...(key === null ? [] : ['apikey', key]), ...JSON_HEADERS],
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'open__echo', arguments: { message: MARKER } },
    }),
  });

describe('each decision is one line of the audit log', () => {
  it('with every field of its own, for an allowed call', async () => {
    const args = { message: `${MARKER} hello` };
    const [line] = await added(1, () => session.call('open__echo', args));
    const { hash, projectId, userId } = gateway.config.keys[0]![0]!;
    expect(Object.keys(line!)).toEqual(FIELDS);
    expect(line).toMatchObject({
      event: 'call',
      key: hash.slice('sha256:'.length, 'sha256:'.length + 12),
      user: userId,
      project: projectId,
      config: Object.keys(gateway.config.json.mcp_configs as Json)[0],
      era: '2025',
      method: 'tools/call',
      server: 'open',
      tool: 'echo',
      args_sha256: digest(args),
      decision: 'allowed',
      reasons: [],
    });
    expect(Math.abs(Date.now() - Date.parse(String(line!.time)))).toBeLessThan(10_000);
    expect(line!.request_id).toMatch(/\S+/);
    expect(line!.upstream_ms).toBeGreaterThan(0);
    expect(line!.total_ms).toBeGreaterThanOrEqual(line!.upstream_ms as number);
  });

  it.each<[string, string, Json, Json]>([
    [
      'blocked_input',
      'blocking__echo',
      { message: `${MARKER} project x` },
      { server: 'blocking', tool: 'echo', reasons: ['keyword_detector'], upstream_ms: 0 },
    ],
    [
      'blocked_output',
      'withholding__echo',
      { message: `${MARKER} project x` },
      { server: 'withholding', tool: 'echo', reasons: ['keyword_detector'] },
    ],
    [
      'redacted',
      'redacting__echo',
      { message: `${MARKER} jane@example.com` },
      { server: 'redacting', tool: 'echo', reasons: ['pii'] },
    ],
    [
      'refused',
      'open__no_such_tool',
      { text: MARKER },
      { tool: 'open__no_such_tool', reasons: ['unknown_tool'], upstream_ms: 0 },
    ],
    ['refused', 'narrow__pids', { text: MARKER }, { tool: 'narrow__pids', reasons: ['unknown_tool'], upstream_ms: 0 }],
    ['refused', 'open__echo', { wrong: MARKER }, { reasons: ['arguments_invalid'], upstream_ms: 0 }],
    [
      'error',
      'failing__echo',
      { message: MARKER },
      { server: 'failing', tool: 'echo', reasons: ['upstream_unavailable'] },
    ],
    ['error', 'hanging__echo', { message: MARKER }, { server: 'hanging', tool: 'echo', reasons: ['upstream_timeout'] }],
    [
      'allowed',
      'refusing__echo',
      { message: MARKER },
      { server: 'refusing', tool: 'echo', reasons: ['upstream_error'] },
    ],
  ])('"%s" for %s', async (decision, tool, args, more) => {
    const [line] = await added(1, () => session.call(tool, args));
    expect(Object.keys(line!)).toEqual(FIELDS);
    expect(line).toMatchObject({ decision, args_sha256: digest(args), ...more });
  });

  it('once for each call of the meta tool, up to the one that is refused', async () => {
    const calls = ['echo', 'no_such_tool', 'echo'].map((name) => ({ name, args: { message: MARKER } }));
    const lines = await added(2, () =>
      session.call('enkrypt_secure_call_tools', { server_name: 'open', tool_calls: calls }),
    );
    expect(lines).toMatchObject([
      { server: 'open', tool: 'echo', decision: 'allowed' },
      { server: 'open', tool: 'no_such_tool', decision: 'refused', reasons: ['unknown_tool'] },
    ]);
  });

  it('for a meta tool that is refused as a whole', async () => {
    const [line] = await added(1, () =>
      session.call('enkrypt_secure_call_tools', secureCall('nowhere', 'echo', { m: MARKER })),
    );
    expect(line).toMatchObject({ server: 'nowhere', decision: 'refused', reasons: ['unknown_server'] });
  });

  it.each<[string, () => string | null, string]>([
    ['missing', () => null, 'no_key'],
    ['unknown', () => `unknown-${MARKER}`, 'unknown_key'],
  ])('"refused" for a key that is %s, without a principal', async (_, key, reason) => {
    const [line] = await added(1, () => post(key()));
    expect(Object.keys(line!)).toEqual(FIELDS);
    expect(line).toMatchObject({
      decision: 'refused',
      reasons: [reason],
      key: null,
      user: null,
      project: null,
      args_sha256: null,
    });
  });

  it('with the era of a stateless call', async () => {
    const [line] = await added(1, () => callModern(gateway.url, gateway.key(), 'open__echo', { message: MARKER }));
    expect(line).toMatchObject({ era: '2026', decision: 'allowed' });
  });

  it('for calls and refused keys at the stdio door', async () => {
    const [line] = await added(1, async () => {
      const door = await StdioDoorClient.open(gateway);
      expect(textOf(await door.request('tools/call', { name: 'open__echo', arguments: { message: MARKER } }))).toBe(
        MARKER,
      );
      await door.close();
    });
    expect(line).toMatchObject({ server: 'open', decision: 'allowed', era: '2025' });
    const [refused] = await added(1, async () => {
      const door = await StdioDoorClient.openRefused(gateway, `unknown-${MARKER}`);
      await door.close();
    });
    expect(refused).toMatchObject({ decision: 'refused', reasons: ['unknown_key'], key: null });
  }, 20_000);
});

describe('a name with line breaks in it', () => {
  it.each(['a\n{"event":"forged"}', 'a\r\nb', 'a\u2028b\u2029c\u0085d', `${'x'.repeat(5_000)}\n`])(
    'stays inside its line: %j',
    async (name) => {
      const bytes = readFileSync(join(gateway.home, 'audit.jsonl')).length;
      const [line] = await added(1, () => session.call(name, { message: MARKER }));
      expect(line).toMatchObject({ decision: 'refused', reasons: ['unknown_tool'] });
      expect(String(line!.tool).slice(0, 256)).toBe(name.slice(0, 256));
      const fresh = readFileSync(join(gateway.home, 'audit.jsonl'), 'utf8').slice(bytes);
      // Every line feed ends a record: a name brings none of its own.
      const lines = fresh.split(/[\n\r\u0085\u2028\u2029]/).filter((text) => !text.includes('"audit_checkpoint"'));
      expect(lines).toHaveLength(3);
      expect(lines.join('').length).toBeLessThan(2_500);
    },
  );
});

describe('the audit log as a whole', () => {
  it('is readable by its owner alone', () => {
    expect(statSync(join(gateway.home, 'audit.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('never holds arguments, results, keys or addresses, and neither does the log', async () => {
    await added(1, () => session.call('redacting__echo', { message: `${MARKER} jane@example.com` }));
    const audit = readFileSync(join(gateway.home, 'audit.jsonl'), 'utf8');
    expect(audit.split('\n').length).toBeGreaterThan(20);
    for (const text of [audit, gateway.stderr]) {
      expect(text).not.toContain(MARKER);
      expect(text).not.toContain('jane@');
      expect(text).not.toContain(gateway.key());
      expect(text).not.toContain(gateway.config.adminKey);
      expect(text).not.toContain('project x');
    }
  });

  it('has every decision after SIGTERM, the last ones included', async () => {
    const own = await TestGateway.start({
      projects: [{ servers: [{ name: 'open', config: { url: await upstreams.listen() } }] }],
    });
    const client = await RawSession.open(own.url, own.key());
    const calls = 500;
    let answered = 0;
    for (let n = 0; n < calls; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          if (textOf(await client.call('open__echo', { message: String(n + index) })) === String(n + index)) answered++;
        }),
      );
    }
    expect(answered).toBe(calls);
    const exited = new Promise((resolve) => own.child.once('exit', resolve));
    own.child.kill('SIGTERM');
    await exited;
    expect(own.audit().filter(({ decision }) => decision === 'allowed')).toHaveLength(calls);
    expect(await own.stop()).toBe(0);
  }, 30_000);
});
