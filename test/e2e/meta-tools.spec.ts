import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { callModern, resultOf } from '../support/answers.js';
import { TestGateway, eventually } from '../support/gateway.js';
import { LeakyServer, PLACES } from '../support/leaky-server.js';
import { RawSession } from '../support/raw-http.js';
import { CallRecords, echoServer, stdioServer } from '../support/upstreams.js';

jest.setTimeout(30_000);

type Json = Record<string, unknown>;

const META_TOOLS = [
  'enkrypt_list_all_servers',
  'enkrypt_get_server_info',
  'enkrypt_discover_all_tools',
  'enkrypt_secure_call_tools',
  'enkrypt_get_cache_status',
  'enkrypt_clear_cache',
  'enkrypt_get_timeout_metrics',
];
const SECRETS = { env: 'ENV-SECRET-1', arg: 'ARG-SECRET-2', header: 'HEADER-SECRET-3', url: 'URL-SECRET-4' };
const BANNED = 'project x';
const EMAIL = 'ada@example.com';
const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: [BANNED] }, pii: { entities: ['EMAIL'] } } },
};
const on = (more: Json): Json => ({ enabled: true, policy_name: 'team', ...more });

let gateway: TestGateway;
let impatient: TestGateway;
let leaky: LeakyServer;
const records = new CallRecords();

beforeAll(async () => {
  leaky = await LeakyServer.start();
  const web = { url: `${leaky.url}?token=${SECRETS.url}`, headers: { 'X-Api-Token': SECRETS.header } };
  const plain = [
    echoServer('echo'),
    { name: 'web', config: web },
    { name: 'narrow', config: web, extra: { tools: { in_text: 'Says it.' } } },
    stdioServer('faults', ['--mode', 'error-result', '--record', records.path('faults')]),
    {
      name: 'secretive',
      config: {
        command: process.execPath,
        args: [`--title=${SECRETS.arg}`, '-e', `process.stderr.write('${SECRETS.arg}');process.exit(1)`],
        env: { TOKEN: SECRETS.env },
      },
    },
  ];
  const guarded = [
    { name: 'in', config: web, extra: { input_guardrails_policy: on({ block: ['keyword_detector', 'pii'] }) } },
    { name: 'out', config: web, extra: { output_guardrails_policy: on({ block: ['keyword_detector', 'pii'] }) } },
    {
      name: 'redacting',
      config: web,
      extra: {
        input_guardrails_policy: on({ block: ['keyword_detector'], additional_config: { pii_redaction: true } }),
        output_guardrails_policy: on({ block: ['keyword_detector'] }),
      },
    },
  ];
  gateway = await TestGateway.start({
    projects: [
      { servers: plain },
      { servers: guarded },
      { servers: [{ name: 'web', config: web }, echoServer('echo')], exposure: 'meta' },
      { servers: [] },
    ],
    policies: POLICIES,
  });
  impatient = await TestGateway.start({
    projects: [
      { servers: [stdioServer('hangs', ['--mode', 'hang']), stdioServer('dies', ['--mode', 'die'])] },
      { servers: [] },
    ],
    common: { timeout_settings: { tool_execution_timeout: 1 } },
  });
});

afterAll(async () => {
  await Promise.all([gateway.stop(), impatient.stop()]);
  await leaky.close();
  records.remove();
});

const sessions = new Map<string, Promise<RawSession>>();

function session(project = 0, at = gateway): Promise<RawSession> {
  const known = sessions.get(`${at.url} ${String(project)}`) ?? RawSession.open(at.url, at.key(project));
  sessions.set(`${at.url} ${String(project)}`, known);
  return known;
}

interface Answer {
  readonly payload: Json;
  readonly isError: boolean;
  /** The whole HTTP answer. */
  readonly raw: string;
}

let id = 1000;

/** Calls a meta tool; checks on the way that text and structured content say the same. */
async function meta(name: string, args: Json = {}, project = 0, at = gateway): Promise<Answer> {
  const open = await session(project, at);
  const request = { jsonrpc: '2.0', id: ++id, method: 'tools/call', params: { name, arguments: args } };
  const response = await open.post(request);
  const { result } = response.json() as { result: Json };
  const content = result.content as { type: string; text: string }[];
  expect(content).toHaveLength(1);
  expect(JSON.parse(content[0]!.text)).toEqual(result.structuredContent);
  return { payload: result.structuredContent as Json, isError: result.isError === true, raw: response.text };
}

function calls(server: string, items: readonly unknown[], project = 0, at = gateway): Promise<Answer> {
  return meta('enkrypt_secure_call_tools', { server_name: server, tool_calls: items }, project, at);
}

function results({ payload }: Answer): Json[] {
  return payload.results as Json[];
}

function errorOf({ payload }: Answer): Json {
  return payload.error as Json;
}

const namesOf = (tools: unknown): unknown[] => (tools as Json[]).map(({ name }) => name);
const PLACE_NAMES = [...PLACES.keys()];

describe('servers and their tools', () => {
  it('shows servers that were not asked yet as needing discovery, and those with an allow-list as configured', async () => {
    await meta('enkrypt_clear_cache', {});
    const { payload, isError } = await meta('enkrypt_list_all_servers', { discover_tools: false });
    expect(isError).toBe(false);
    expect(payload.status).toBe('success');
    expect(payload.servers_needing_discovery).toEqual(['echo', 'web', 'faults', 'secretive']);
    const servers = payload.available_servers as Record<string, Json>;
    expect(Object.keys(servers)).toEqual(['echo', 'web', 'narrow', 'faults', 'secretive']);
    expect(servers.echo).toEqual({
      server_name: 'echo',
      description: 'Test server echo',
      transport: 'stdio',
      input_guardrails_policy: { enabled: false },
      output_guardrails_policy: { enabled: false },
      tool_guardrails_policy: { enabled: false },
      tools: [],
      has_cached_tools: false,
      tools_source: 'needs_discovery',
      token_cost: 0,
    });
    expect(servers.narrow).toMatchObject({
      tools: [{ name: 'in_text', description: 'Says it.' }],
      tools_source: 'config',
    });
  });

  it('discovers all servers by default, each with its own status', async () => {
    const { payload, isError } = await meta('enkrypt_list_all_servers');
    expect(isError).toBe(false);
    expect(payload).toMatchObject({
      status: 'success',
      message: 'Tools discovery tried for all servers',
      discovery_failed_servers: ['secretive'],
      discovery_success_servers: ['echo', 'web', 'narrow', 'faults'],
    });
    const servers = payload.available_servers as Record<string, Json>;
    expect(servers.web).toMatchObject({ status: 'success', tools_source: 'cache', has_cached_tools: true });
    expect(namesOf(servers.web!.tools)).toEqual(PLACE_NAMES);
    expect(namesOf(servers.narrow!.tools)).toEqual(['in_text']);
    expect(servers.secretive).toMatchObject({ status: 'error', tools: [], tools_source: 'needs_discovery' });
    expect(String(servers.secretive!.error)).toContain('secretive');
  });

  it('tells about one server without asking it', async () => {
    const asked = (): number => leaky.count('tools/list') + leaky.count('initialize');
    const before = asked();
    const { payload } = await meta('enkrypt_get_server_info', { server_name: 'web' });
    expect(payload).toMatchObject({ status: 'success', server_name: 'web' });
    expect(payload.server_info).toMatchObject({
      server_name: 'web',
      description: 'Test server web',
      transport: 'http',
      has_cached_tools: true,
      tools_source: 'cache',
    });
    expect(asked()).toBe(before);
  });

  it('discovers one server: from the server, then from the cache, and says so', async () => {
    await meta('enkrypt_clear_cache', { server_name: 'web' });
    const first = await meta('enkrypt_discover_all_tools', { server_name: 'web' });
    expect(first.payload).toMatchObject({
      status: 'success',
      message: 'Tools discovered for web',
      source: 'discovery',
      blocked_tools: [],
      blocked_count: 0,
      blocked_reasons: [],
    });
    expect(namesOf(first.payload.tools)).toEqual(PLACE_NAMES);
    const second = await meta('enkrypt_discover_all_tools', { server_name: 'web' });
    expect(second.payload).toMatchObject({ message: 'Tools retrieved from cache for web', source: 'cache' });
    const configured = await meta('enkrypt_discover_all_tools', { server_name: 'narrow' });
    expect(configured.payload).toMatchObject({
      message: 'Tools already defined in config for narrow',
      source: 'config',
    });
    expect(namesOf(configured.payload.tools)).toEqual(['in_text']);
  });

  it.each([[{}], [{ server_name: null }], [{ server_name: 'null' }], [{ server_name: '' }]])(
    'discovers all servers when none is named: %j',
    async (args) => {
      const { payload, isError } = await meta('enkrypt_discover_all_tools', args, 2);
      expect(isError).toBe(false);
      expect(payload).toMatchObject({ status: 'success', discovery_success_servers: ['web', 'echo'] });
    },
  );

  it('discovers the tools of a server when the list of calls is empty', async () => {
    for (const args of [{ tool_calls: [] }, {}, { tool_calls: null }]) {
      const { payload } = await meta('enkrypt_secure_call_tools', { server_name: 'web', ...args });
      expect(payload).toMatchObject({ status: 'success', message: 'Successfully discovered tools for web' });
      expect(namesOf(payload.tools)).toEqual(PLACE_NAMES);
    }
  });

  it('fails when the one server asked for cannot be reached', async () => {
    const answer = await meta('enkrypt_discover_all_tools', { server_name: 'secretive' });
    expect(answer.isError).toBe(true);
    expect(errorOf(answer)).toMatchObject({ code: 'TOOL_006', context: { server_name: 'secretive' } });
  });
});

describe('refusals as a whole', () => {
  it.each([
    ['enkrypt_get_server_info', {}],
    ['enkrypt_discover_all_tools', {}],
    ['enkrypt_secure_call_tools', { tool_calls: [{ name: 'echo' }] }],
    ['enkrypt_secure_call_tools', {}],
    ['enkrypt_clear_cache', {}],
  ])('%s refuses an unknown server: DISC_002 (%j)', async (name, more) => {
    for (const server_name of ['nobody', '__proto__', 'constructor']) {
      const answer = await meta(name, { server_name, ...more });
      expect(answer.isError).toBe(true);
      expect(errorOf(answer)).toMatchObject({
        code: 'DISC_002',
        message: `Server '${server_name}' not available.`,
        context: { server_name, operation: name },
      });
    }
  });

  it('answers with the whole error envelope', async () => {
    const { payload } = await meta('enkrypt_get_server_info', { server_name: 'nobody' });
    const text = expect.any(String) as unknown;
    expect(payload).toEqual({
      status: 'error',
      error: {
        code: 'DISC_002',
        message: "Server 'nobody' not available.",
        severity: 'medium',
        recovery_strategy: 'fallback',
        correlation_id: text,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
        context: {
          request_id: text,
          user_id: gateway.config.keys[0]![0]!.userId,
          session_id: text,
          server_name: 'nobody',
          tool_name: null,
          operation: 'enkrypt_get_server_info',
        },
        details: {
          retry_after: null,
          user_message: "Server 'nobody' not available.",
          technical_details: null,
          suggested_actions: [],
        },
        cause: null,
      },
      timestamp: text,
      correlation_id: (payload.error as Json).correlation_id,
    });
  });

  it.each([
    ['enkrypt_get_server_info', {}, 'server_name'],
    ['enkrypt_get_server_info', { server_name: 7 }, 'server_name'],
    ['enkrypt_secure_call_tools', { tool_calls: [] }, 'server_name'],
    ['enkrypt_secure_call_tools', { server_name: 'echo', tool_calls: 'echo' }, 'tool_calls'],
    ['enkrypt_secure_call_tools', { server_name: 'echo', tool_calls: { name: 'echo' } }, 'tool_calls'],
    ['enkrypt_secure_call_tools', { server_name: 'web', tool_calls: [{ name: 'in_text' }, 'x'] }, 'tool_calls/1'],
    ['enkrypt_secure_call_tools', { server_name: 'web', tool_calls: [null] }, 'tool_calls/0'],
    ['enkrypt_secure_call_tools', { server_name: 'web', tool_calls: [{ name: 5 }] }, 'tool_calls/0'],
    [
      'enkrypt_secure_call_tools',
      { server_name: 'web', tool_calls: [{ name: 'in_text', args: ['a'] }] },
      'tool_calls/0',
    ],
    ['enkrypt_secure_call_tools', { server_name: 'web', tool_calls: [{ name: 'in_text', args: 'a' }] }, 'tool_calls/0'],
    ['enkrypt_list_all_servers', { discover_tools: 'yes' }, 'discover_tools'],
    ['enkrypt_discover_all_tools', { server_name: ['echo'] }, 'server_name'],
    ['enkrypt_clear_cache', { cache_type: 1 }, 'cache_type'],
  ])('%s refuses %j by the path of the fault, and calls nothing', async (name, args, path) => {
    const before = leaky.calls().length;
    const answer = await meta(name, args);
    expect(answer.isError).toBe(true);
    expect(errorOf(answer).code).toBe('TOOL_003');
    expect(errorOf(answer).message).toContain(`arguments/${path}`);
    expect(leaky.calls()).toHaveLength(before);
  });

  it('says CONFIG_002 for every meta tool when the project has no config', async () => {
    gateway.edit((json) => {
      const projects = json.projects as Record<string, Json>;
      projects[gateway.config.keys[3]![0]!.projectId]!.mcp_config_id = null;
    });
    // Without a session: one that was opened before the file is read ends with its tenant.
    await eventually(
      () => callModern(gateway.url, gateway.key(3), 'enkrypt_list_all_servers', {}),
      (answer) => resultOf(answer)?.isError === true,
    );
    for (const name of META_TOOLS) {
      const answer = await meta(name, { server_name: 'echo' }, 3);
      expect(answer.isError).toBe(true);
      expect(errorOf(answer)).toMatchObject({
        code: 'CONFIG_002',
        message: 'No MCP config found. Please check your credentials.',
      });
    }
  });
});

describe('calls', () => {
  const OFF = { enabled: false };

  it('answers with the documented shape', async () => {
    const { payload, isError } = await calls('echo', [
      { name: 'echo', args: { message: 'one' } },
      { name: 'add', args: { a: 1, b: 2 } },
    ]);
    expect(isError).toBe(false);
    const rest = {
      input_guardrail_policy: OFF,
      input_guardrail_response: {},
      output_guardrail_policy: OFF,
      output_guardrail_response: {},
      output_relevancy_response: {},
      output_adherence_response: {},
      output_hallucination_response: {},
    };
    const place = (call_index: number, tool_name: string, args: Json): Json => ({
      enkrypt_mcp_data: { call_index, server_name: 'echo', tool_name, args },
      enkrypt_policy_detections: rest,
    });
    const processed = { status: 'success', message: 'Request processed successfully' };
    expect(payload).toEqual({
      server_name: 'echo',
      status: 'success',
      summary: { total_calls: 2, successful_calls: 2, blocked_calls: 0, failed_calls: 0 },
      guardrails_applied: {
        input_guardrails_enabled: false,
        output_guardrails_enabled: false,
        pii_redaction_enabled: false,
        relevancy_check_enabled: false,
        adherence_check_enabled: false,
        hallucination_check_enabled: false,
      },
      results: [
        { ...processed, response: 'one', ...place(0, 'echo', { message: 'one' }) },
        { ...processed, response: '3', structured_content: { sum: 3 }, ...place(1, 'add', { a: 1, b: 2 }) },
      ],
    });
  });

  it('keeps every content block of an answer', async () => {
    const second = results(await calls('web', [{ name: 'in_second_text', args: { text: 'more' } }]));
    expect(second[0]).toMatchObject({ response: 'nothing here\nmore', content: [{}, { text: 'more' }] });
    const resource = results(await calls('web', [{ name: 'in_resource', args: { text: 'inside' } }]));
    expect(resource[0]).toMatchObject({ response: '', content: [{ type: 'resource', resource: { text: 'inside' } }] });
  });

  it.each(['name', 'tool_name', 'tool', 'function', 'function_name', 'function_id'])(
    'takes the name of the tool from %s',
    async (alias) => {
      const answer = await calls('web', [{ [alias]: 'in_text', args: { text: 'x' } }]);
      expect(results(answer)[0]).toMatchObject({ status: 'success', response: 'x' });
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
  ])('takes the arguments from %s', async (alias) => {
    const answer = await calls('web', [{ name: 'in_text', [alias]: { text: alias } }]);
    expect(results(answer)[0]).toMatchObject({ status: 'success', response: alias });
    expect(results(answer)[0]!.enkrypt_mcp_data).toMatchObject({ tool_name: 'in_text', args: { text: alias } });
  });

  it('takes the first alias that is not empty, in the documented order', async () => {
    const item = { name: '', tool_name: null, tool: 'in_text', function: 'nobody', args: null, input: { text: 'x' } };
    expect(results(await calls('web', [item]))[0]).toMatchObject({ status: 'success', response: 'x' });
  });

  it('takes missing arguments as none', async () => {
    const answer = await calls('faults', [{ name: 'record_count' }]);
    expect(results(answer)[0]).toMatchObject({ status: 'success', response: '0', enkrypt_mcp_data: { args: {} } });
  });

  interface Failure {
    readonly call: Json;
    readonly server?: string;
    readonly project?: number;
    readonly element: Json;
    readonly reached: number;
    readonly blocked?: boolean;
  }
  const FAILURES: readonly (readonly [string, Failure])[] = [
    [
      'a call without a tool name',
      {
        call: { args: {} },
        element: { status: 'error', error: 'No tool_name provided', message: 'No tool_name provided' },
        reached: 1,
      },
    ],
    [
      'an unknown tool',
      {
        call: { name: 'nothing' },
        element: {
          status: 'error',
          error: { code: 'TOOL_002', message: "Tool 'nothing' not found for this server." },
          message: "Tool 'nothing' not found for this server.",
        },
        reached: 1,
      },
    ],
    [
      'a tool called __proto__',
      { call: { name: '__proto__' }, element: { status: 'error', error: { code: 'TOOL_002' } }, reached: 1 },
    ],
    [
      'a tool outside the allow-list',
      {
        server: 'narrow',
        call: { name: 'in_structured', args: { text: 'x' } },
        element: { status: 'error', error: { code: 'TOOL_002' } },
        reached: 1,
      },
    ],
    [
      'arguments that do not fit',
      {
        call: { name: 'in_text', args: { text: 7 } },
        element: { status: 'error', error: { code: 'TOOL_003' } },
        reached: 1,
      },
    ],
    [
      'an answer with isError',
      {
        call: { name: 'in_error_result', args: { text: 'it broke' } },
        element: { status: 'error', message: 'The tool reported an error', response: 'it broke' },
        reached: 2,
      },
    ],
    [
      'a JSON-RPC error of the server',
      {
        call: { name: 'in_rpc_error_data', args: { text: 'why' } },
        element: { status: 'error', error: { code: -32000, message: 'failed', data: { text: 'why' } }, response: '' },
        reached: 2,
      },
    ],
    [
      'a blocked request',
      {
        project: 1,
        server: 'in',
        call: { name: 'in_text', args: { text: BANNED } },
        element: { status: 'blocked_input', response: '' },
        reached: 1,
        blocked: true,
      },
    ],
    [
      'a blocked answer',
      {
        project: 1,
        server: 'out',
        call: { name: 'in_text', args: { text: BANNED } },
        element: { status: 'blocked_output', response: '' },
        reached: 2,
        blocked: true,
      },
    ],
  ];

  it.each(FAILURES)('stops at %s; later calls are not made and not listed', async (_name, failure) => {
    const { call, server = 'web', project = 0, element, reached, blocked = false } = failure;
    const before = leaky.calls().length;
    const fine = { name: 'in_text', args: { text: 'fine' } };
    const answer = await calls(server, [fine, call, fine, fine], project);
    expect(answer.isError).toBe(true);
    expect(answer.payload.status).toBe('success');
    expect(answer.payload.summary).toEqual({
      total_calls: 4,
      successful_calls: 1,
      blocked_calls: blocked ? 1 : 0,
      failed_calls: blocked ? 0 : 1,
    });
    expect(results(answer)).toHaveLength(2);
    expect(results(answer)[0]).toMatchObject({ status: 'success' });
    expect(results(answer)[1]).toMatchObject({
      ...element,
      enkrypt_mcp_data: { call_index: 1, server_name: server },
    });
    expect(leaky.calls()).toHaveLength(before + reached);
  });

  it('reports the error of a stdio server as an error', async () => {
    const answer = await calls('faults', [{ name: 'echo', args: { message: 'x' } }]);
    expect(answer.isError).toBe(true);
    expect(results(answer)[0]).toMatchObject({ status: 'error', response: 'It did not work.' });
    expect(records.calls('faults')).toEqual(['echo']);
  });

  it('reports a server that cannot be started as TOOL_006', async () => {
    const answer = await calls('secretive', [{ name: 'echo' }]);
    expect(answer.isError).toBe(true);
    expect(results(answer)[0]).toMatchObject({ status: 'error', error: { code: 'TOOL_006' } });
  });
});

describe('guardrails on meta calls', () => {
  it('names only the detector that triggered when a request is blocked', async () => {
    const answer = await calls('in', [{ name: 'in_text', args: { text: `about ${BANNED}` } }], 1);
    expect(results(answer)[0]).toMatchObject({
      message: 'Request blocked due to input guardrail violations: keyword_detector',
      input_guardrail_response: {
        is_safe: false,
        violations: [{ type: 'keyword_detector', action: 'block' }],
        metadata: { policy_name: 'team' },
      },
    });
    expect(JSON.stringify((results(answer)[0]!.input_guardrail_response as Json).violations)).not.toContain('pii');
    const other = await calls('in', [{ name: 'in_text', args: { text: EMAIL } }], 1);
    expect(results(other)[0]!.message).toBe('Request blocked due to input guardrail violations: pii');
    const both = await calls('in', [{ name: 'in_text', args: { text: `${EMAIL} ${BANNED}` } }], 1);
    expect(results(both)[0]!.message).toMatch(/violations: (keyword_detector, pii|pii, keyword_detector)$/);
    expect(both.payload.guardrails_applied).toMatchObject({
      input_guardrails_enabled: true,
      output_guardrails_enabled: false,
      pii_redaction_enabled: false,
    });
  });

  it.each(PLACE_NAMES)('withholds a blocked answer wherever the text stands: %s', async (place) => {
    // The server turns the text round, so that it is in the answer and nowhere in the request.
    for (const [text, secret, detector] of [
      ['x tcejorp', BANNED, 'keyword_detector'],
      ['moc.elpmaxe@ada', EMAIL, 'pii'],
    ] as const) {
      const answer = await calls('out', [{ name: place, args: { text, reverse: true } }], 1);
      expect(answer.isError).toBe(true);
      expect(results(answer)[0]).toMatchObject({
        status: 'blocked_output',
        message: `Request blocked due to output guardrail violations: ${detector}`,
        response: '',
        enkrypt_policy_detections: { output_guardrail_response: { is_safe: false, violations: [{ type: detector }] } },
      });
      expect(answer.raw.toLowerCase()).not.toContain(secret);
      const direct = await (
        await session(1)
      ).post({
        jsonrpc: '2.0',
        id: ++id,
        method: 'tools/call',
        params: { name: `out__${place}`, arguments: { text, reverse: true } },
      });
      expect(direct.text.toLowerCase()).not.toContain(secret);
      expect(direct.json().result).toMatchObject({ isError: true });
    }
  });

  it.each(PLACE_NAMES)('redacts on the way in and restores on the way out: %s', async (place) => {
    const answer = await calls('redacting', [{ name: place, args: { text: `mail ${EMAIL} now` } }], 1);
    const arrived = leaky.calls().at(-1);
    expect(arrived?.name).toBe(place);
    expect(JSON.stringify(arrived)).not.toContain(EMAIL);
    expect(arrived?.arguments.text).toMatch(/^mail \S+ now$/);
    const element = results(answer)[0]!;
    // The arguments in the answer are the caller's own; what came back must hold the original as well.
    const { enkrypt_mcp_data: data, ...cameBack } = element;
    expect(data).toMatchObject({ args: { text: `mail ${EMAIL} now` } });
    expect(JSON.stringify(cameBack)).toContain(place === 'in_result_meta' ? 'fine' : `mail ${EMAIL} now`);
    expect(answer.payload.guardrails_applied).toMatchObject({ pii_redaction_enabled: true });
    expect(JSON.stringify(answer.payload)).not.toContain(String(arrived?.arguments.text));
  });

  it('restores in answers of direct tools too', async () => {
    const open = await session(1);
    const answer = await open.call('redacting__in_structured', { text: EMAIL });
    expect(answer.result).toMatchObject({ structuredContent: { deep: [{ value: EMAIL }] } });
    expect(JSON.stringify(leaky.calls().at(-1))).not.toContain(EMAIL);
  });
});

describe('the cache', () => {
  it('is told about in full', async () => {
    await meta('enkrypt_discover_all_tools', {}, 2);
    const { payload } = await meta('enkrypt_get_cache_status', {}, 2);
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown;
    const server = (tool_count: number): Json => ({
      tool_count,
      error: null,
      are_tools_explicitly_defined: false,
      needs_discovery: false,
      exists: true,
      expires_at: iso,
      expires_in_hours: 4,
      is_expired: false,
    });
    expect(payload).toMatchObject({
      status: 'success',
      cache_status: {
        gateway_specific: {
          config: { exists: true, is_expired: false },
          tools: { server_count: 2, servers: { web: server(PLACE_NAMES.length), echo: server(5) } },
        },
        global: {
          total_gateways: 1,
          total_tool_caches: 2,
          total_config_caches: 1,
          tool_cache_expiration_hours: 4,
          config_cache_expiration_hours: 24,
          cache_type: 'local',
        },
      },
    });
  });

  it('is cleared for one server, whose tools are then read again', async () => {
    await meta('enkrypt_discover_all_tools', {}, 2);
    const before = leaky.count('tools/list');
    leaky.toolNames.push('brand_new');
    try {
      const unchanged = await meta('enkrypt_discover_all_tools', { server_name: 'web' }, 2);
      expect(namesOf(unchanged.payload.tools)).not.toContain('brand_new');
      const cleared = await meta('enkrypt_clear_cache', { server_name: 'web', cache_type: 'server' }, 2);
      expect(cleared.payload).toEqual({ status: 'success', message: 'Cache cleared for server: web' });
      const { payload } = await meta('enkrypt_get_cache_status', {}, 2);
      expect(payload).toMatchObject({
        cache_status: {
          gateway_specific: {
            tools: {
              servers: { web: { exists: false, needs_discovery: true, tool_count: 0 }, echo: { exists: true } },
            },
          },
        },
      });
      const again = await meta('enkrypt_clear_cache', { server_name: 'web' }, 2);
      expect(again.payload).toEqual({ status: 'info', message: 'No cache found for server: web' });
      const read = await meta('enkrypt_discover_all_tools', { server_name: 'web' }, 2);
      expect(read.payload).toMatchObject({ source: 'discovery' });
      expect(namesOf(read.payload.tools)).toContain('brand_new');
      expect(leaky.count('tools/list')).toBe(before + 1);
    } finally {
      leaky.toolNames.pop();
    }
  });

  it.each([[{}], [{ cache_type: 'all' }], [{ cache_type: null, server_name: null, id: null }]])(
    'is cleared as a whole: %j',
    async (args) => {
      await meta('enkrypt_discover_all_tools', {}, 2);
      const { payload } = await meta('enkrypt_clear_cache', args, 2);
      expect(payload).toEqual({
        status: 'success',
        message: 'Cache cleared for all servers (2 servers) and gateway config (cleared)',
      });
      const status = await meta('enkrypt_list_all_servers', { discover_tools: false }, 2);
      expect(status.payload.servers_needing_discovery).toEqual(['web', 'echo']);
    },
  );

  it.each(['server', 'server_cache', 'tools', 'server_tools'])('clears the tools only: %s', async (cache_type) => {
    await meta('enkrypt_discover_all_tools', {}, 2);
    const { payload } = await meta('enkrypt_clear_cache', { cache_type }, 2);
    expect(payload).toEqual({ status: 'success', message: 'Cache cleared for all servers (2 servers)' });
  });

  it.each(['gateway_config', 'gateway', 'gateway_cache', 'gateway_config_cache'])(
    'reads the configuration again and keeps the tools: %s',
    async (cache_type) => {
      await meta('enkrypt_discover_all_tools', {}, 2);
      const { userId, projectId } = gateway.config.keys[2]![0]!;
      const { payload } = await meta('enkrypt_clear_cache', { cache_type }, 2);
      expect(payload.status).toBe('success');
      expect(payload.message).toMatch(new RegExp(`^Gateway config cache cleared for ${userId}_${projectId}_`));
      const status = await meta('enkrypt_list_all_servers', { discover_tools: false }, 2);
      expect(status.payload.servers_needing_discovery).toEqual([]);
    },
  );

  it('brings a changed config into force at once', async () => {
    const description = 'Changed a moment ago';
    gateway.edit((json) => {
      for (const config of Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>))
        for (const server of config.mcp_config) if (server.server_name === 'web') server.description = description;
    });
    await meta('enkrypt_clear_cache', { cache_type: 'gateway_config' }, 2);
    const { payload } = await meta('enkrypt_get_server_info', { server_name: 'web' }, 2);
    expect(payload.server_info).toMatchObject({ description });
  });

  it('refuses an unknown cache_type and clears nothing', async () => {
    await meta('enkrypt_discover_all_tools', {}, 2);
    const answer = await meta('enkrypt_clear_cache', { cache_type: 'everything' }, 2);
    expect(answer.isError).toBe(true);
    expect(errorOf(answer)).toMatchObject({ code: 'TOOL_003' });
    expect(errorOf(answer).message).toContain('cache_type');
    const status = await meta('enkrypt_list_all_servers', { discover_tools: false }, 2);
    expect(status.payload.servers_needing_discovery).toEqual([]);
  });

  it("refuses another project's id and clears nothing of either", async () => {
    await Promise.all([meta('enkrypt_discover_all_tools', {}, 2), meta('enkrypt_list_all_servers')]);
    const own = await meta('enkrypt_clear_cache', { cache_type: 'gateway_config' });
    const foreign = String(own.payload.message).replace('Gateway config cache cleared for ', '');
    const answer = await meta('enkrypt_clear_cache', { id: foreign }, 2);
    expect(answer.isError).toBe(true);
    expect(errorOf(answer).code).toBe('AUTH_004');
    for (const project of [0, 2]) {
      const { payload } = await meta('enkrypt_list_all_servers', { discover_tools: false }, project);
      expect(payload.servers_needing_discovery).toEqual(project === 0 ? ['secretive'] : []);
    }
    expect((await meta('enkrypt_clear_cache', { id: foreign })).isError).toBe(false);
    const other = await meta('enkrypt_list_all_servers', { discover_tools: false }, 2);
    expect(other.payload.servers_needing_discovery).toEqual([]);
  });
});

describe('timeouts and deaths', () => {
  beforeAll(async () => {
    const { payload } = await meta('enkrypt_list_all_servers', {}, 0, impatient);
    expect(payload.discovery_failed_servers).toEqual([]);
  });

  it('reports a timeout as TOOL_004, never as success, and counts it for this project only', async () => {
    const started = performance.now();
    const answer = await calls('hangs', [{ name: 'echo', args: { message: 'x' } }, { name: 'pids' }], 0, impatient);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(answer.isError).toBe(true);
    expect(results(answer)).toHaveLength(1);
    expect(results(answer)[0]).toMatchObject({
      status: 'error',
      error: { code: 'TOOL_004', context: { server_name: 'hangs', tool_name: 'echo' } },
      message: 'The tool did not answer within 1 s.',
    });
    await calls('hangs', [{ name: 'pids' }], 0, impatient);
    const own = await meta('enkrypt_get_timeout_metrics', {}, 0, impatient);
    expect(own.payload).toMatchObject({
      timeout_metrics: {
        // Two calls, and the discovery of two servers.
        total_operations: 4,
        successful_operations: 3,
        timeout_operations: 1,
        cancelled_operations: 0,
        escalation_counts: { normal: 3, warn: 1, timeout: 1, fail: 0 },
        success_rate: 0.75,
        active_operations: 0,
      },
      active_operations: {},
      timeout_config: {
        default_timeout: 30,
        guardrail_timeout: 15,
        auth_timeout: expect.any(Number) as unknown,
        tool_execution_timeout: 1,
        discovery_timeout: 20,
        cache_timeout: expect.any(Number) as unknown,
        connectivity_timeout: expect.any(Number) as unknown,
      },
    });
    const other = await meta('enkrypt_get_timeout_metrics', {}, 1, impatient);
    expect(other.payload.timeout_metrics).toMatchObject({ total_operations: 0, timeout_operations: 0 });
  });

  it('reports a server that dies during the call as an error, and the next call finds a fresh one', async () => {
    const answer = await calls('dies', [{ name: 'echo', args: { message: 'x' } }], 0, impatient);
    expect(answer.isError).toBe(true);
    expect(results(answer)[0]).toMatchObject({ status: 'error', error: { code: 'TOOL_006' } });
    const next = await eventually(
      () => calls('dies', [{ name: 'pids' }], 0, impatient),
      ({ isError }) => !isError,
    );
    expect(results(next)[0]).toMatchObject({ status: 'success' });
  });
});

describe('secrets of the config', () => {
  it('never appear in what a meta tool answers', async () => {
    const answers = [
      await meta('enkrypt_list_all_servers', { discover_tools: false }),
      await meta('enkrypt_list_all_servers'),
      await meta('enkrypt_get_cache_status'),
      await meta('enkrypt_get_timeout_metrics'),
      await meta('enkrypt_clear_cache'),
    ];
    for (const server_name of ['echo', 'web', 'narrow', 'faults', 'secretive']) {
      answers.push(await meta('enkrypt_get_server_info', { server_name }));
      answers.push(await meta('enkrypt_discover_all_tools', { server_name }));
      answers.push(await calls(server_name, [{ name: 'in_text', args: { text: 'x' } }]));
      answers.push(await meta('enkrypt_clear_cache', { server_name }));
    }
    const port = new URL(leaky.url).port;
    const hidden = [...Object.values(SECRETS), process.execPath, 'echo.mjs', 'misbehaving.mjs', port, 'X-Api-Token'];
    for (const { raw } of answers) for (const secret of hidden) expect(raw).not.toContain(secret);
    // The credentials did reach the server, so there was something to leak.
    expect(leaky.requests.at(-1)?.headers['x-api-token']).toBe(SECRETS.header);
    expect(leaky.requests.at(-1)?.url).toContain(SECRETS.url);
  });
});
