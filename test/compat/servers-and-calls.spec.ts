import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { JSON_HEADERS } from '../support/answers.js';
import { TestGateway } from '../support/gateway.js';
import { LeakyServer, PLACES } from '../support/leaky-server.js';
import { send } from '../support/raw-http.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';
import { at, type Json, MetaClient, namesOf, resultsOf } from './support/meta-client.js';

// Rows of the reference's own integration tests (compatibility contract, §10.2), each by its name, against real servers.

jest.setTimeout(30_000);

const BANNED = 'project x';
const POLICIES = { team: { detectors: { keyword_detector: { banned_keywords: [BANNED] } } } };
const BLOCK = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };
const WEB_TOOLS = [...PLACES.keys()];
const ECHO_TOOLS = ['echo', 'record_count', 'pids'];
const SERVERS = ['echo', 'web', 'guarded', 'broken'];

const records = new CallRecords();
let web: LeakyServer;
let gateway: TestGateway;
let client: MetaClient;

beforeAll(async () => {
  web = await LeakyServer.start();
  const servers = [
    stdioServer('echo', ['--record', records.path('echo')]),
    { name: 'web', config: { url: web.url } },
    stdioServer('guarded', ['--record', records.path('guarded')], {
      input_guardrails_policy: BLOCK,
      output_guardrails_policy: BLOCK,
    }),
    stdioServer('broken', ['--mode', 'die-at-start']),
  ];
  gateway = await TestGateway.start({ projects: [{ servers, exposure: 'meta' }], policies: POLICIES });
  client = await MetaClient.open(gateway);
});

afterAll(async () => {
  await gateway.stop();
  await web.close();
  records.remove();
});

const say = (message: string): Json => ({ name: 'echo', args: { message } });

describe('servers', () => {
  it('list_all_servers_basic: every server of the config, with the tools it really has', async () => {
    const { status, available_servers: servers } = await client.ok('enkrypt_list_all_servers');
    expect(status).toBe('success');
    expect(Object.keys(servers as Json)).toEqual(SERVERS);
    expect(namesOf(at(servers, 'web').tools)).toEqual(WEB_TOOLS);
    expect(namesOf(at(servers, 'echo').tools)).toEqual(ECHO_TOOLS);
    expect(at(servers, 'broken').tools).toEqual([]);
  });

  it('list_all_servers_discover_false: tells what is known and asks nobody', async () => {
    await client.ok('enkrypt_clear_cache');
    const before = web.requests.length;
    const answer = await client.ok('enkrypt_list_all_servers', { discover_tools: false });
    expect(answer.servers_needing_discovery).toEqual(SERVERS);
    expect(at(answer, 'available_servers', 'web')).toMatchObject({ tools: [], tools_source: 'needs_discovery' });
    expect(web.requests).toHaveLength(before);
  });

  it('list_all_servers_discover_true: asks every server, and each entry has its own status', async () => {
    await client.ok('enkrypt_clear_cache');
    const before = web.count('tools/list');
    const answer = await client.ok('enkrypt_list_all_servers', { discover_tools: true });
    const entries = Object.entries(answer.available_servers as Record<string, Json>);
    expect(entries.map(([name, { status }]) => [name, status])).toEqual([
      ['echo', 'success'],
      ['web', 'success'],
      ['guarded', 'success'],
      ['broken', 'error'],
    ]);
    expect(answer.discovery_success_servers).toEqual(['echo', 'web', 'guarded']);
    expect(answer.discovery_failed_servers).toEqual(['broken']);
    expect(web.count('tools/list')).toBe(before + 1);
  });

  it('get_server_info_echo: the server that was asked for, as the config describes it', async () => {
    const { server_name, server_info } = await client.ok('enkrypt_get_server_info', { server_name: 'guarded' });
    expect(server_name).toBe('guarded');
    expect(server_info).toMatchObject({
      server_name: 'guarded',
      description: 'Test server guarded',
      transport: 'stdio',
      input_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector'] },
      output_guardrails_policy: {
        enabled: true,
        policy_name: 'team',
        block: ['keyword_detector'],
        additional_config: { relevancy: false, hallucination: false, adherence: false },
      },
    });
  });

  it('get_server_info_nonexistent: an error that names the server', async () => {
    const error = await client.refused('enkrypt_get_server_info', { server_name: 'no_such_server' });
    expect(error).toMatchObject({ code: 'DISC_002', message: "Server 'no_such_server' not available." });
  });

  it('discover_all_tools_all_servers: every server has a status, and those that answered their tools', async () => {
    await client.ok('enkrypt_clear_cache');
    const answer = await client.ok('enkrypt_discover_all_tools');
    expect(answer).toMatchObject({
      status: 'success',
      discovery_success_servers: ['echo', 'web', 'guarded'],
      discovery_failed_servers: ['broken'],
    });
    expect(at(answer, 'available_servers', 'web')).toMatchObject({ status: 'success', source: 'discovery' });
    expect(namesOf(at(answer, 'available_servers', 'web').tools)).toEqual(WEB_TOOLS);
    expect(String(at(answer, 'available_servers', 'broken').error)).toContain('broken');
  });

  it('discover_all_tools_specific_server: asks that server and no other, and the answer names it', async () => {
    await client.ok('enkrypt_clear_cache');
    const answer = await client.ok('enkrypt_discover_all_tools', { server_name: 'web' });
    expect(answer).toMatchObject({
      server_name: 'web',
      message: 'Tools discovered for web',
      source: 'discovery',
      blocked_tools: [],
      blocked_count: 0,
    });
    expect(namesOf(answer.tools)).toEqual(WEB_TOOLS);
    const { servers_needing_discovery: others } = await client.ok('enkrypt_list_all_servers', {
      discover_tools: false,
    });
    expect(others).toEqual(['echo', 'guarded', 'broken']);
  });
});

describe('calls', () => {
  it('secure_call_tools_basic: one call reaches the server once, and its answer comes back', async () => {
    const before = records.calls('echo').length;
    const answer = await client.calls('echo', say('hello'));
    expect(answer).toMatchObject({
      isError: false,
      payload: {
        server_name: 'echo',
        summary: { total_calls: 1, successful_calls: 1, blocked_calls: 0, failed_calls: 0 },
      },
    });
    expect(resultsOf(answer)).toMatchObject([
      {
        response: 'hello',
        enkrypt_mcp_data: { call_index: 0, server_name: 'echo', tool_name: 'echo', args: { message: 'hello' } },
      },
    ]);
    expect(records.calls('echo').slice(before)).toEqual(['echo']);
  });

  it('secure_call_tools_multiple: two calls, two results, in order, over one link', async () => {
    const answer = await client.calls('echo', say('first'), { name: 'pids' }, say('second'), { name: 'pids' });
    expect(answer.payload.summary).toMatchObject({ total_calls: 4, successful_calls: 4 });
    const results = resultsOf(answer);
    expect(results.map(({ enkrypt_mcp_data: data }) => (data as Json).call_index)).toEqual([0, 1, 2, 3]);
    expect([results[0]?.response, results[2]?.response]).toEqual(['first', 'second']);
    expect(results[1]?.response).toBe(results[3]?.response);
  });

  it('secure_call_tools_with_guardrails: a clean call passes both checks, a banned word never arrives', async () => {
    const before = records.calls('guarded').length;
    const clean = await client.calls('guarded', say('harmless'));
    expect(clean.payload.guardrails_applied).toMatchObject({
      input_guardrails_enabled: true,
      output_guardrails_enabled: true,
    });
    expect(resultsOf(clean)[0]?.enkrypt_policy_detections).toMatchObject({
      input_guardrail_response: { is_safe: true, metadata: { detectors: ['keyword_detector'] } },
      output_guardrail_response: { is_safe: true, metadata: { detectors: ['keyword_detector'] } },
    });
    const blocked = await client.calls('guarded', say(`about ${BANNED}`), say('later'));
    expect(blocked).toMatchObject({
      isError: true,
      payload: { summary: { total_calls: 2, successful_calls: 0, blocked_calls: 1, failed_calls: 0 } },
    });
    expect(resultsOf(blocked)).toMatchObject([{ status: 'blocked_input' }]);
    expect(records.calls('guarded').slice(before)).toEqual(['echo']);
  });

  it.each(['name', 'tool_name', 'tool', 'function', 'function_name', 'function_id'])(
    'the tool is taken from %s (§1.3, aliases)',
    async (alias) => {
      const answer = await client.calls('echo', { [alias]: 'echo', args: { message: alias } });
      expect(resultsOf(answer)).toMatchObject([{ status: 'success', response: alias }]);
    },
  );

  it.each([
    'args',
    'arguments',
    'tool_arguments',
    'tool_input_arguments',
    'tool_args',
    'tool_input_args',
    'parameters',
    'input',
    'params',
  ])('the arguments are taken from %s (§1.3, aliases)', async (alias) => {
    const answer = await client.calls('echo', { name: 'echo', [alias]: { message: alias } });
    expect(resultsOf(answer)).toMatchObject([{ status: 'success', response: alias }]);
  });

  it('secure_call_tools_invalid_server: an error, and no server is called', async () => {
    const before = records.calls('echo').length;
    const error = await client.refused('enkrypt_secure_call_tools', {
      server_name: 'no_such_server',
      tool_calls: [say('x')],
    });
    expect(error).toMatchObject({ code: 'DISC_002', message: "Server 'no_such_server' not available." });
    expect(records.calls('echo')).toHaveLength(before);
  });

  it('secure_call_tools_invalid_json: an error that names the fault, and nothing is called', async () => {
    const before = records.calls('echo').length;
    const error = await client.refused('enkrypt_secure_call_tools', { server_name: 'echo', tool_calls: 'invalid' });
    expect(error).toMatchObject({ code: 'TOOL_003', message: 'arguments/tool_calls: must be a list' });
    expect(records.calls('echo')).toHaveLength(before);
  });
});

describe('requests without a valid context', () => {
  it.each<[string, (key: string) => readonly string[]]>([
    ['no key', () => []],
    ['a wrong key', () => ['apikey', 'wrong', 'Authorization', 'Bearer wrong']],
    ['a project that is not the key’s', (key) => ['apikey', key, 'project_id', 'p']],
    ['a user that is not the key’s', (key) => ['apikey', key, 'user_id', 'u']],
  ])('error_invalid_context: %s is refused, and the gateway goes on', async (_what, headers) => {
    const params = { name: 'enkrypt_list_all_servers', arguments: {} };
    const response = await send(gateway.url, {
      headers: [...headers(gateway.key()), ...JSON_HEADERS],
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    expect(response.status).toBe(401);
    expect(response.json()).toMatchObject({ error: { code: -32010 } });
    expect(response.text).not.toContain('available_servers');
    expect((await client.call('echo', 'echo', { message: 'still here' })).response).toBe('still here');
  });

  it.each([
    ['enkrypt_get_server_info', {}],
    ['enkrypt_secure_call_tools', {}],
    ['enkrypt_secure_call_tools', { tool_calls: [say('x')] }],
  ])(
    'error_missing_arguments: %s without a server (%j) is refused by name, and the gateway goes on',
    async (tool, args) => {
      const error = await client.refused(tool, args);
      expect(error).toMatchObject({ code: 'TOOL_003', message: 'arguments/server_name: must be a non-empty string' });
      expect((await client.call('echo', 'echo', { message: 'still here' })).response).toBe('still here');
    },
  );
});
