import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { JSON_HEADERS } from '../support/answers.js';
import { CLI, eventually, sha256, TestGateway } from '../support/gateway.js';
import { LeakyServer } from '../support/leaky-server.js';
import { RawSession, send } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';
import { common, serverEntry, withConfig } from './support/config-changes.js';
import { at, type Json, MetaClient, resultsOf } from './support/meta-client.js';

// The deviations of the compatibility contract that are made on purpose (§15), and the weaknesses of the reference that a client of
// the meta tools would meet (§13). Each test says what ours does instead.

jest.setTimeout(30_000);

const BANNED = 'project x';
const EMAIL = 'ada@example.com';
const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: [BANNED] }, pii: { entities: ['EMAIL'] } } },
};
const BLOCK = { enabled: true, policy_name: 'team', block: ['keyword_detector', 'pii'] };
const SECRETS = { env: 'ENV-SECRET-7', arg: 'ARG-SECRET-7', header: 'HEADER-SECRET-7' };
/** Looking through this much text takes many times a millisecond. */
const LARGE_TEXT = 'lorem ipsum 12 dolor '.repeat(150_000);

const records = new CallRecords();
let leaky: LeakyServer;
let gateway: TestGateway;
let client: MetaClient;

beforeAll(async () => {
  leaky = await LeakyServer.start();
  const web = { url: leaky.url, headers: { 'X-Api-Token': SECRETS.header } };
  const child = stdioServer('child', ['--name', SECRETS.arg, '--record', records.path('child')], {
    input_guardrails_policy: BLOCK,
  });
  const servers = [
    { name: 'open', config: web },
    { name: 'in', config: web, extra: { input_guardrails_policy: BLOCK } },
    { name: 'out', config: web, extra: { output_guardrails_policy: BLOCK } },
    { ...child, config: { ...child.config, env: { TOKEN: SECRETS.env } } },
    stdioServer('broken', ['--mode', 'die-at-start']),
    stdioServer('hangs', ['--mode', 'hang']),
  ];
  gateway = await TestGateway.start(
    {
      projects: [
        { servers, users: 2, exposure: 'meta' },
        { servers: [stdioServer('broken', ['--mode', 'die-at-start'])] },
      ],
      policies: POLICIES,
      common: { timeout_settings: { tool_execution_timeout: 1 } },
    },
    [],
    ({ keys }) => ({ ENKRYPT_GATEWAY_KEY: keys[0]![0]!.key, ENKRYPT_PROJECT_ID: keys[0]![0]!.projectId }),
  );
  client = await MetaClient.open(gateway);
  await client.ok('enkrypt_list_all_servers');
});

afterAll(async () => {
  await gateway.stop();
  await leaky.close();
  records.remove();
});

const text = (value: string, tool = 'in_text', more: Json = {}): Json => ({
  name: tool,
  args: { text: value, ...more },
});
/** Turned round by the server, so that it is in the answer only. */
const backwards = (value: string): Json => text(Array.from(value).reverse().join(''), 'in_text', { reverse: true });

describe('§15: deviations made on purpose', () => {
  it('withheld text in blocked_output: response is empty, and the blocked text is nowhere in the answer', async () => {
    for (const secret of [BANNED, EMAIL]) {
      const answer = await client.calls('out', backwards(secret));
      expect(resultsOf(answer)).toMatchObject([{ status: 'blocked_output', response: '' }]);
      expect(JSON.stringify(answer)).not.toContain(secret);
      // The server did send it.
      expect(leaky.calls().at(-1)?.arguments).toMatchObject({ reverse: true });
    }
  });

  it('fail-closed guardrails: a call whose check cannot be finished is refused, and the server is not called', async () => {
    const change = (json: Json): unknown => (common(json).timeout_settings = { guardrail_timeout: 0.001 });
    await withConfig(gateway, client, change, async () => {
      const before = leaky.calls().length;
      const element = await client.failing('in', 'in_text', { text: LARGE_TEXT });
      expect(element).toMatchObject({
        status: 'error',
        error: { code: 'GUARD_005', recovery_strategy: 'fail_closed' },
      });
      expect(leaky.calls()).toHaveLength(before);
      // And an answer that cannot be checked is not shown.
      const withheld = await client.failing('out', 'in_text', { text: LARGE_TEXT });
      expect(withheld).toMatchObject({ status: 'error', error: { code: 'GUARD_005' } });
      const { enkrypt_mcp_data: asked, ...shown } = withheld;
      expect(asked).toMatchObject({ tool_name: 'in_text' });
      expect(JSON.stringify(shown)).not.toContain('lorem ipsum');
      expect(leaky.calls()).toHaveLength(before + 1);
    });
  });

  it.each<[string, string, Json]>([
    ['an unknown server', 'enkrypt_get_server_info', { server_name: 'nobody' }],
    ['a server that is down', 'enkrypt_discover_all_tools', { server_name: 'broken' }],
    ['arguments of the wrong kind', 'enkrypt_clear_cache', { cache_type: 1 }],
    ['a blocked call', 'enkrypt_secure_call_tools', { server_name: 'in', tool_calls: [text(BANNED)] }],
    ['a blocked answer', 'enkrypt_secure_call_tools', { server_name: 'out', tool_calls: [backwards(BANNED)] }],
    ['an unknown tool', 'enkrypt_secure_call_tools', { server_name: 'open', tool_calls: [{ name: 'nothing' }] }],
    [
      'a result with isError',
      'enkrypt_secure_call_tools',
      { server_name: 'open', tool_calls: [text('x', 'in_error_result')] },
    ],
    [
      'a JSON-RPC error of the server',
      'enkrypt_secure_call_tools',
      { server_name: 'open', tool_calls: [text('x', 'in_rpc_error')] },
    ],
  ])('isError on failures and blocks: %s', async (_what, tool, args) => {
    expect((await client.meta(tool, args)).isError).toBe(true);
  });

  it.each<[string, (key: Json) => void]>([
    ['disabled', (key) => (key.disabled = true)],
    ['expired', (key) => (key.expires_at = '2020-01-01T00:00:00Z')],
  ])('disabled keys are rejected: a key that is %s works for nothing, open sessions included', async (_what, spoil) => {
    const { key, hash } = gateway.config.keys[0]![1]!;
    const session = await RawSession.open(gateway.url, key);
    expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(200);
    const change = (json: Json): void => {
      spoil((json.apikeys as Record<string, Json>)[hash]!);
    };
    await withConfig(gateway, client, change, async () => {
      expect((await session.post({ jsonrpc: '2.0', id: 2, method: 'ping' })).status).toBe(401);
      await expect(RawSession.open(gateway.url, key)).rejects.toThrow('initialize');
    });
    await RawSession.open(gateway.url, key);
  });

  it.each([
    [`about ${BANNED}`, ['keyword_detector']],
    [`write to ${EMAIL}`, ['pii']],
    [`${BANNED} ${EMAIL}`, ['keyword_detector', 'pii']],
  ])('only triggered detectors are listed: %j', async (value, detectors) => {
    const element = await client.failing('in', 'in_text', { text: value });
    const { violations } = element.input_guardrail_response as { violations: Json[] };
    expect(violations.map(({ type }) => type)).toEqual(detectors);
    expect(element.message).toBe(`Request blocked due to input guardrail violations: ${detectors.join(', ')}`);
  });
});

describe('§15: ids that are really returned, and a clean stdout', () => {
  const run = promisify(execFile);
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'compat-cli-'));
  });

  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  const cli = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
    run(process.execPath, [CLI, ...args], { env: { PATH: process.env.PATH, HOME: home }, timeout: 20_000 });

  it('the ids and keys that generate-config prints are those of the file, and nothing else is on stdout', async () => {
    const file = join(home, 'config.json');
    const { stdout } = await cli('generate-config', '--config', file, '--json');
    const made = JSON.parse(stdout) as Record<string, string>;
    const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, Json>>;
    expect(Object.keys(config.mcp_configs!)).toEqual([made.mcp_config_id]);
    expect(config.projects![made.project_id!]).toMatchObject({
      mcp_config_id: made.mcp_config_id,
      users: [made.user_id],
    });
    expect(config.apikeys![sha256(made.gateway_key!)]).toMatchObject({
      project_id: made.project_id,
      user_id: made.user_id,
    });
    expect(config.admin_apikey).toBe(sha256(made.admin_key!));
    const judged = JSON.parse((await cli('config', 'validate', '--config', file, '--json')).stdout) as Json;
    expect(judged).toMatchObject({ valid: true, path: file });
  });

  it('the stdio door writes JSON-RPC and nothing else to stdout', async () => {
    const door = await StdioDoorClient.open(gateway);
    const lines: string[] = [];
    door.child.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    const args = { server_name: 'in', tool_calls: [text(BANNED)] };
    const answer = await door.request('tools/call', { name: 'enkrypt_secure_call_tools', arguments: args });
    expect(answer.result).toMatchObject({
      isError: true,
      structuredContent: { results: [{ status: 'blocked_input' }] },
    });
    expect(await door.close()).toBe(0);
    const written = lines.join('').trim().split('\n');
    expect(written.map((line) => (JSON.parse(line) as Json).jsonrpc)).toEqual(written.map(() => '2.0'));
  });
});

describe('§13: weaknesses a client of the meta tools would meet', () => {
  it('1: the verdict comes before the call, by the record of the server', async () => {
    const before = records.calls('child').length;
    for (const message of [BANNED, `${BANNED}!`, EMAIL]) {
      expect(await client.failing('child', 'echo', { message })).toMatchObject({ status: 'blocked_input' });
    }
    expect(records.calls('child')).toHaveLength(before);
  });

  it('7: an HTTP client without a key does not become the user of the environment', async () => {
    const response = await send(gateway.url, {
      headers: JSON_HEADERS,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(401);
  });

  it('8: a changed policy is in force for an open session at once', async () => {
    expect((await client.call('open', 'in_text', { text: BANNED })).response).toBe(BANNED);
    const change = (json: Json): unknown => (serverEntry(json, 'open').input_guardrails_policy = BLOCK);
    await withConfig(gateway, client, change, async () => {
      expect(await client.failing('open', 'in_text', { text: BANNED })).toMatchObject({ status: 'blocked_input' });
    });
    expect((await client.call('open', 'in_text', { text: BANNED })).response).toBe(BANNED);
  });

  it('10: every string of the arguments is looked at, not only the first', async () => {
    const args = { message: 'harmless', query: 'harmless', deep: [{ note: BANNED }] };
    expect(await client.failing('child', 'echo', args)).toMatchObject({ status: 'blocked_input' });
  });

  it('10: every content block comes back', async () => {
    const element = await client.call('open', 'in_second_text', { text: 'the second' });
    expect(element).toMatchObject({
      response: 'nothing here\nthe second',
      content: [
        { type: 'text', text: 'nothing here' },
        { type: 'text', text: 'the second' },
      ],
    });
  });

  it('11: a timeout is an error that says so, never a success with an empty text', async () => {
    const element = await client.failing('hangs', 'echo', { message: 'x' });
    expect(element).toMatchObject({ status: 'error', error: { code: 'TOOL_004' } });
    expect(element).not.toHaveProperty('response');
  });

  it('12: command, arguments, headers and variables of a server are never shown', async () => {
    const answers = [
      await client.ok('enkrypt_list_all_servers'),
      await client.ok('enkrypt_list_all_servers', { discover_tools: false }),
      await client.ok('enkrypt_get_server_info', { server_name: 'child' }),
      await client.ok('enkrypt_get_server_info', { server_name: 'open' }),
      await client.ok('enkrypt_discover_all_tools', { server_name: 'child' }),
      await client.ok('enkrypt_get_cache_status'),
    ];
    const shown = JSON.stringify(answers);
    for (const hidden of [...Object.values(SECRETS), leaky.url, 'misbehaving.mjs', process.execPath]) {
      expect(shown).not.toContain(hidden);
    }
    // The header reached the server, so there was something to show.
    expect(leaky.requests.at(-1)?.headers['x-api-token']).toBe(SECRETS.header);
  });

  it('14: calls share one link instead of a process for each request', async () => {
    const pid = async (): Promise<unknown> =>
      (JSON.parse(String((await client.call('child', 'pids')).response)) as Json).pid;
    const pids = await Promise.all(Array.from({ length: 5 }, pid));
    expect(new Set(pids).size).toBe(1);
  });

  it('27: discovery of all servers fails when none of them could be asked', async () => {
    const down = await MetaClient.open(gateway, 1);
    const answer = await down.meta('enkrypt_discover_all_tools');
    expect(answer).toMatchObject({
      isError: true,
      payload: { status: 'error', discovery_failed_servers: ['broken'], discovery_success_servers: [] },
    });
  });

  it('27: the short form of a policy is enough, switched off or on', async () => {
    const change = (json: Json): void => {
      serverEntry(json, 'open').input_guardrails_policy = { enabled: false };
      serverEntry(json, 'open').output_guardrails_policy = { enabled: true, policy_name: 'team' };
    };
    await withConfig(gateway, client, change, async () => {
      const element = await client.call('open', 'in_text', { text: BANNED });
      expect(element).toMatchObject({
        response: BANNED,
        enkrypt_policy_detections: {
          input_guardrail_policy: { enabled: false },
          input_guardrail_response: {},
          output_guardrail_policy: { enabled: true, policy_name: 'team', block: [] },
          output_guardrail_response: { is_safe: true, violations: [{ type: 'keyword_detector', action: 'report' }] },
        },
      });
    });
  });

  it('29: timeout metrics need a key, and say nothing about another user', async () => {
    await client.call('open', 'in_text', { text: 'x' });
    const other = await RawSession.open(gateway.url, gateway.key(0, 1));
    const { result } = await other.call('enkrypt_get_timeout_metrics');
    const counts = at(result, 'structuredContent', 'timeout_metrics');
    const { timeout_metrics: own } = await client.ok('enkrypt_get_timeout_metrics');
    expect(Number(counts.total_operations)).toBeLessThan(Number((own as Json).total_operations));
  });

  it('30: clear_cache takes no unknown type and nobody else’s id, and clears nothing then', async () => {
    await client.ok('enkrypt_discover_all_tools', { server_name: 'open' });
    for (const args of [{ cache_type: 'everything' }, { id: 'somebody_else_1' }]) {
      await client.refused('enkrypt_clear_cache', args);
      const status = await client.ok('enkrypt_get_cache_status');
      expect(at(status, 'cache_status', 'gateway_specific', 'tools', 'servers', 'open').exists).toBe(true);
    }
  });

  it('30: times are ISO 8601 in UTC', async () => {
    await client.ok('enkrypt_discover_all_tools', { server_name: 'open' });
    const status = await client.ok('enkrypt_get_cache_status');
    const { expires_at } = at(status, 'cache_status', 'gateway_specific', 'tools', 'servers', 'open');
    expect(expires_at).toBe(new Date(String(expires_at)).toISOString());
    expect(Date.parse(String(expires_at))).toBeGreaterThan(Date.now());
  });

  it('§1.5: tools are a list of definitions, whether from the config, the cache or the server', async () => {
    await client.ok('enkrypt_clear_cache', { server_name: 'open' });
    const fresh = await client.ok('enkrypt_discover_all_tools', { server_name: 'open' });
    const cached = await client.ok('enkrypt_discover_all_tools', { server_name: 'open' });
    expect([fresh.source, cached.source]).toEqual(['discovery', 'cache']);
    expect(fresh.tools).toEqual(cached.tools);
    const change = (json: Json): unknown => (serverEntry(json, 'open').tools = { in_text: 'Says it.' });
    await withConfig(gateway, client, change, async () => {
      const { server_info: info } = await client.ok('enkrypt_get_server_info', { server_name: 'open' });
      expect((info as { tools: Json[] }).tools).toMatchObject([{ name: 'in_text' }]);
    });
  });

  it('13: arguments and keys are not in the log or the audit log', async () => {
    const marker = 'marker-in-arguments-9c1';
    await client.call('open', 'in_text', { text: marker });
    const digest = sha256(JSON.stringify({ text: marker })).slice('sha256:'.length);
    await eventually(
      () => gateway.audit(),
      (lines) => lines.some(({ args_sha256: found }) => found === digest),
    );
    const written = gateway.stderr + JSON.stringify(gateway.audit());
    expect(written).not.toContain(marker);
    expect(written).not.toContain(gateway.key());
  });
});
