import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestGateway } from '../support/gateway.js';
import { LeakyServer } from '../support/leaky-server.js';
import { echoServer, stdioServer } from '../support/upstreams.js';
import { faultsOf, META_TOOL_NAMES, type MetaAnswer } from './schemas/answers.js';
import { at, type Json, MetaClient, resultsOf } from './support/meta-client.js';
import { mutationsOf } from './support/mutations.js';

jest.setTimeout(30_000);

const BANNED = 'project x';
const EMAIL = 'ada@example.com';
const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: [BANNED] }, pii: { entities: ['EMAIL'] } } },
};
const policy = (block: readonly string[], more: Json = {}): Json => ({
  enabled: true,
  policy_name: 'team',
  block,
  ...more,
});
const input = (block: readonly string[], more: Json = {}): Json => ({ input_guardrails_policy: policy(block, more) });
const output = (block: readonly string[]): Json => ({ output_guardrails_policy: policy(block) });

let leaky: LeakyServer;
let gateway: TestGateway;
let client: MetaClient;
let down: MetaClient;
let nobody: MetaClient;

beforeAll(async () => {
  leaky = await LeakyServer.start();
  const web = { url: leaky.url };
  const broken = stdioServer('broken', ['--mode', 'die-at-start']);
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          echoServer('echo'),
          { name: 'web', config: web },
          { name: 'narrow', config: web, extra: { tools: { in_text: 'Says it.' } } },
          { name: 'blocks_in', config: web, extra: input(['keyword_detector', 'pii']) },
          { name: 'blocks_out', config: web, extra: output(['keyword_detector', 'pii']) },
          { name: 'reports', config: web, extra: { ...input([]), ...output([]) } },
          {
            name: 'redacts',
            config: web,
            extra: { ...input([], { additional_config: { pii_redaction: true } }), ...output(['keyword_detector']) },
          },
          stdioServer('hangs', ['--mode', 'hang']),
          broken,
        ],
        exposure: 'meta',
      },
      { servers: [broken], exposure: 'meta' },
      { servers: [], exposure: 'meta' },
    ],
    policies: POLICIES,
    common: { timeout_settings: { tool_execution_timeout: 1 } },
  });
  client = await MetaClient.open(gateway);
  gateway.edit((json) => {
    const projects = json.projects as Record<string, Json>;
    projects[gateway.config.keys[2]![0]!.projectId]!.mcp_config_id = null;
  });
  await client.ok('enkrypt_clear_cache', { cache_type: 'gateway_config' });
  [down, nobody] = await Promise.all([MetaClient.open(gateway, 1), MetaClient.open(gateway, 2)]);
});

afterAll(async () => {
  await gateway.stop();
  await leaky.close();
});

describe('what clients are told about the gateway (§1.1, §1.2)', () => {
  const NULLABLE = { type: ['string', 'null'], default: null };
  const RO = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
  const RW = { readOnlyHint: false, destructiveHint: true, idempotentHint: false };
  const TOOLS: readonly (readonly [string, string, Json, readonly string[], Json])[] = [
    [
      'enkrypt_list_all_servers',
      'List Available Servers',
      { discover_tools: { type: 'boolean', default: true } },
      [],
      { ...RO, openWorldHint: false },
    ],
    [
      'enkrypt_get_server_info',
      'Get Server Info',
      { server_name: { type: 'string' } },
      ['server_name'],
      { ...RO, openWorldHint: false },
    ],
    ['enkrypt_discover_all_tools', 'Discover Tools', { server_name: NULLABLE }, [], { ...RO, openWorldHint: true }],
    [
      'enkrypt_secure_call_tools',
      'Securely Call Tools',
      { server_name: { type: 'string' }, tool_calls: { type: 'array', items: { type: 'object' }, default: [] } },
      ['server_name'],
      { ...RW, openWorldHint: true },
    ],
    ['enkrypt_get_cache_status', 'Get Cache Status', {}, [], { ...RO, openWorldHint: false }],
    [
      'enkrypt_clear_cache',
      'Clear Cache',
      { id: NULLABLE, server_name: NULLABLE, cache_type: NULLABLE },
      [],
      { ...RW, openWorldHint: true },
    ],
    ['enkrypt_get_timeout_metrics', 'Get Timeout Metrics', {}, [], { ...RO, openWorldHint: false }],
  ];

  const listed = async (): Promise<Json[]> => {
    const { tools } = (await nobody.session.request('tools/list')).result as { tools: Json[] };
    return tools;
  };

  it('has the seven tools, in this order, and schemas here for all of them', async () => {
    const names = (await listed()).map(({ name }) => name);
    expect(names).toEqual(TOOLS.map(([name]) => name));
    expect(names).toEqual(META_TOOL_NAMES);
  });

  it.each(TOOLS)(
    '%s: title, parameters with types and defaults, hints',
    async (name, title, properties, required, hints) => {
      const tool = (await listed()).find((found) => found.name === name)!;
      expect(tool).toMatchObject({ title, annotations: { title, ...hints } });
      expect(typeof tool.description).toBe('string');
      const schema = tool.inputSchema as { type: string; properties: Record<string, Json>; required: string[] };
      expect(schema.type).toBe('object');
      expect(schema.required).toEqual(required);
      const bare = Object.entries(schema.properties).map(([key, { description, ...rest }]) => {
        expect(typeof description).toBe('string');
        return [key, rest] as const;
      });
      expect(Object.fromEntries(bare)).toEqual(properties);
    },
  );

  it('calls itself by the name of the reference, offers tools only, and gives instructions', async () => {
    const { result } = await client.session.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    });
    expect(result).toMatchObject({ serverInfo: { name: 'Enkrypt Secure MCP Gateway' } });
    expect(Object.keys(at(result, 'capabilities'))).toEqual(['tools']);
    expect((result as Json).instructions).toEqual(expect.stringMatching(/\w+/));
  });
});

/** One case of §1.3 or §1.4: who asks, for what, and what the answer must say besides having its tool's shape. */
interface Case {
  readonly who?: () => MetaClient;
  readonly tool: string;
  readonly args?: Json;
  readonly isError?: boolean;
  readonly payload: Json;
}

const secure = (server: string, tool: Json, more: Partial<Case> & Pick<Case, 'payload'>): Case => ({
  tool: 'enkrypt_secure_call_tools',
  args: { server_name: server, tool_calls: [tool] },
  ...more,
});
const element = (fields: Json): Json => ({ status: 'success', results: [fields] });
const envelope = (code: string): Json => ({ status: 'error', error: { code } });
const refused = (tool: string, args: Json, code: string): Case => ({
  tool,
  args,
  isError: true,
  payload: envelope(code),
});
const text = (name: string, value: string, more: Json = {}): Json => ({ name, args: { text: value, ...more } });
/** Turned round by the server, so that it is in the answer only. */
const backwards = (value: string): Json => text('in_text', Array.from(value).reverse().join(''), { reverse: true });

const CASES: Readonly<Record<string, Case>> = {
  'servers without discovery': {
    tool: 'enkrypt_list_all_servers',
    args: { discover_tools: false },
    payload: { status: 'success', servers_needing_discovery: expect.any(Array) },
  },
  'servers with discovery, one of them down': {
    tool: 'enkrypt_list_all_servers',
    payload: { status: 'success', discovery_failed_servers: ['broken'] },
  },
  'servers with discovery, all of them down': {
    who: () => down,
    tool: 'enkrypt_list_all_servers',
    isError: true,
    payload: { status: 'error', discovery_failed_servers: ['broken'], discovery_success_servers: [] },
  },
  'one server': {
    tool: 'enkrypt_get_server_info',
    args: { server_name: 'redacts' },
    payload: { status: 'success', server_name: 'redacts' },
  },
  'an unknown server': refused('enkrypt_get_server_info', { server_name: 'nobody' }, 'DISC_002'),
  'tools of a server with an allow-list': {
    tool: 'enkrypt_discover_all_tools',
    args: { server_name: 'narrow' },
    payload: { source: 'config', message: 'Tools already defined in config for narrow' },
  },
  'tools from the cache': {
    tool: 'enkrypt_discover_all_tools',
    args: { server_name: 'web' },
    payload: { source: 'cache', message: 'Tools retrieved from cache for web' },
  },
  'tools of all servers': { tool: 'enkrypt_discover_all_tools', payload: { status: 'success' } },
  'tools of a server that is down': refused('enkrypt_discover_all_tools', { server_name: 'broken' }, 'TOOL_006'),
  'a list of no calls': {
    tool: 'enkrypt_secure_call_tools',
    args: { server_name: 'web', tool_calls: [] },
    payload: { status: 'success', message: 'Successfully discovered tools for web' },
  },
  'a call': secure(
    'echo',
    { name: 'echo', args: { message: 'hi' } },
    { payload: element({ status: 'success', response: 'hi' }) },
  ),
  'a call with structured content': secure(
    'echo',
    { name: 'add', args: { a: 1, b: 2 } },
    {
      payload: element({ status: 'success', structured_content: { sum: 3 } }),
    },
  ),
  'a call with several content blocks': secure('web', text('in_second_text', 'more'), {
    payload: element({ status: 'success', content: expect.any(Array) }),
  }),
  'a call whose findings are only reported': secure('reports', text('in_text', `${BANNED} ${EMAIL}`), {
    payload: element({ status: 'success', enkrypt_policy_detections: { input_guardrail_response: { is_safe: true } } }),
  }),
  'a call with redacted data': secure('redacts', text('in_text', EMAIL), {
    payload: element({ status: 'success', response: EMAIL }),
  }),
  blocked_input: secure('blocks_in', text('in_text', `${BANNED} ${EMAIL}`), {
    isError: true,
    payload: element({ status: 'blocked_input', response: '' }),
  }),
  blocked_output: secure('blocks_out', backwards(BANNED), {
    isError: true,
    payload: element({ status: 'blocked_output', response: '' }),
  }),
  'no tool name': secure(
    'web',
    { args: {} },
    {
      isError: true,
      payload: element({ status: 'error', error: 'No tool_name provided' }),
    },
  ),
  'an unknown tool': secure(
    'web',
    { name: 'nothing' },
    {
      isError: true,
      payload: element({
        status: 'error',
        error: { code: 'TOOL_002' },
        message: "Tool 'nothing' not found for this server.",
      }),
    },
  ),
  'arguments that do not fit': secure(
    'web',
    { name: 'in_text', args: { text: 7 } },
    {
      isError: true,
      payload: element({ status: 'error', error: { code: 'TOOL_003' } }),
    },
  ),
  'a JSON-RPC error of the server': secure('web', text('in_rpc_error_data', 'why'), {
    isError: true,
    payload: element({ status: 'error', error: { code: -32000, message: 'failed', data: { text: 'why' } } }),
  }),
  'a result with isError': secure('web', text('in_error_result', 'it broke'), {
    isError: true,
    payload: element({ status: 'error', message: 'The tool reported an error', response: 'it broke' }),
  }),
  'a call that runs out of time': secure(
    'hangs',
    { name: 'echo', args: { message: 'x' } },
    {
      isError: true,
      payload: element({ status: 'error', error: { code: 'TOOL_004' } }),
    },
  ),
  'a call of a server that is down': secure(
    'broken',
    { name: 'echo', args: { message: 'x' } },
    {
      isError: true,
      payload: element({ status: 'error', error: { code: 'TOOL_006' } }),
    },
  ),
  'a call of an unknown server': refused(
    'enkrypt_secure_call_tools',
    { server_name: 'nobody', tool_calls: [{ name: 'echo' }] },
    'DISC_002',
  ),
  'calls that are no list': refused(
    'enkrypt_secure_call_tools',
    { server_name: 'web', tool_calls: 'invalid' },
    'TOOL_003',
  ),
  'the cache status': { tool: 'enkrypt_get_cache_status', payload: { status: 'success' } },
  'clearing the configuration': {
    tool: 'enkrypt_clear_cache',
    args: { cache_type: 'gateway_config' },
    payload: { status: 'success', message: expect.stringMatching(/^Gateway config cache cleared for /) },
  },
  'clearing one server that is not cached': {
    tool: 'enkrypt_clear_cache',
    args: { server_name: 'broken' },
    payload: { status: 'info', message: 'No cache found for server: broken' },
  },
  'clearing what does not exist': refused('enkrypt_clear_cache', { cache_type: 'everything' }, 'TOOL_003'),
  "clearing somebody else's cache": refused('enkrypt_clear_cache', { id: 'a_b_c' }, 'AUTH_004'),
  'the timeout metrics': {
    tool: 'enkrypt_get_timeout_metrics',
    payload: { timeout_config: { tool_execution_timeout: 1 } },
  },
  'a project without a config': {
    who: () => nobody,
    tool: 'enkrypt_list_all_servers',
    isError: true,
    payload: {
      ...envelope('CONFIG_002'),
      error: { code: 'CONFIG_002', message: 'No MCP config found. Please check your credentials.' },
    },
  },
};

describe('every kind of answer (§1.3, §1.4)', () => {
  const answers = new Map<string, MetaAnswer>();

  beforeAll(async () => {
    for (const ask of [client, down]) await ask.meta('enkrypt_list_all_servers');
    for (const [name, { who = () => client, tool, args }] of Object.entries(CASES)) {
      answers.set(name, await who().meta(tool, args));
    }
  });

  it.each(Object.entries(CASES))('has its shape and says what happened: %s', (name, { isError = false, payload }) => {
    const answer = answers.get(name)!;
    expect(answer).toMatchObject({ isError, payload });
    if (Array.isArray(answer.payload.results)) expect(resultsOf(answer)).toHaveLength(1);
  });

  it.each(Object.entries(CASES))(
    'fails its schema with any member missing, mistyped or added: %s',
    (name, { tool }) => {
      const mutations = mutationsOf(answers.get(name)!);
      expect(mutations.length).toBeGreaterThan(4);
      const taken = mutations.filter(({ answer }) => faultsOf(tool, answer).length === 0);
      // What a remote service finds has no rules.
      const faults = taken.map(({ what }) => what).filter((what) => !/^without .*\.metadata\.rules$/.test(what));
      expect(faults).toEqual([]);
    },
  );

  it('belongs to its own tool only', () => {
    const cases = Object.entries(CASES).filter(([, { isError }]) => isError !== true);
    for (const [name, { tool }] of cases) {
      // Discovery of all servers is the same answer in two tools.
      const takers = META_TOOL_NAMES.filter((other) => faultsOf(other, answers.get(name)!).length === 0);
      const shared = ['enkrypt_list_all_servers', 'enkrypt_discover_all_tools'];
      expect(takers).toEqual(takers.length === 2 ? shared : [tool]);
    }
  });
});

describe('an error envelope (§1.4)', () => {
  it('tells whose request it was, and repeats the ids at the top', async () => {
    const { payload } = await client.meta('enkrypt_get_server_info', { server_name: 'nobody' });
    const error = payload.error as Json;
    expect(error.context).toMatchObject({
      user_id: gateway.config.keys[0]![0]!.userId,
      session_id: client.session.sessionId,
      server_name: 'nobody',
      operation: 'enkrypt_get_server_info',
    });
    expect(payload.correlation_id).toBe(error.correlation_id);
    expect(at(error, 'context').request_id).toBe(error.correlation_id);
  });

  it.each([
    ['enkrypt_get_server_info', { server_name: 'nobody' }, 'medium', 'fallback'],
    ['enkrypt_clear_cache', { cache_type: 'everything' }, 'medium', 'retry'],
    ['enkrypt_clear_cache', { id: 'a_b_c' }, 'high', 'fail_closed'],
  ])('has the severity and strategy of its family: %s %j', async (tool, args, severity, recovery_strategy) => {
    expect(await client.refused(tool, args)).toMatchObject({ severity, recovery_strategy });
  });
});
