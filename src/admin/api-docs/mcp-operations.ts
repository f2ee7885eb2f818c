import type { GatewayErrorCode } from '../../errors.js';
import { META_TOOLS } from '../../mcp/meta-tools/definitions.js';
import { LATEST_LEGACY_VERSION, LEGACY_VERSIONS, MODERN_VERSIONS } from '../../mcp/protocol.js';
import { ref } from './admin-answers.js';
import type { JsonSchema } from './described-by.decorator.js';
import { refusals } from './mcp-schemas.js';

const ANYWHERE: readonly GatewayErrorCode[] = [
  'invalid_request',
  'header_too_large',
  'unauthenticated',
  'forbidden',
  'session_required',
  'session_unknown',
  'header_mismatch',
  'unsupported_protocol_version',
  'overloaded',
  'rate_limited',
  'internal',
];

function header(name: string, description: string, schema: JsonSchema = { type: 'string' }): JsonSchema {
  return { name, in: 'header', required: false, description, schema };
}

const IDS = [
  header('project_id', 'If sent, it must be the project of the key.'),
  header('user_id', 'If sent, it must be the user of the key.'),
];
const SESSION = header(
  'Mcp-Session-Id',
  `From the answer to \`initialize\`; revisions up to ${LATEST_LEGACY_VERSION}.`,
);
const VERSION = header('MCP-Protocol-Version', 'The revision that is spoken.', {
  enum: [...MODERN_VERSIONS, ...LEGACY_VERSIONS],
});

const KEYS = [{ gatewayKey: [] }, { gatewayKeyHeader: [] }, { gatewayBearer: [] }];
const STREAM = { schema: { type: 'string', description: 'Server-sent events, each with one JSON-RPC message.' } };

/** The argument values of the examples. They fit the config of a first start. */
const EXAMPLE_ARGUMENTS: ReadonlyMap<string, JsonSchema> = new Map([
  ['enkrypt_list_all_servers', { discover_tools: true }],
  ['enkrypt_get_server_info', { server_name: 'echo_server' }],
  ['enkrypt_discover_all_tools', { server_name: 'echo_server' }],
  [
    'enkrypt_secure_call_tools',
    { server_name: 'echo_server', tool_calls: [{ name: 'echo', args: { message: 'hello' } }] },
  ],
  ['enkrypt_clear_cache', { cache_type: 'all' }],
]);

function examples(): Record<string, JsonSchema> {
  const initialize = {
    protocolVersion: LATEST_LEGACY_VERSION,
    capabilities: {},
    clientInfo: { name: 'example', version: '1.0.0' },
  };
  return {
    initialize: example('Opens a session', 'initialize', initialize),
    'tools/list': example('Lists the tools', 'tools/list', {}),
    ...Object.fromEntries(
      META_TOOLS.map(({ name, title = name }) => [
        name,
        example(title, 'tools/call', { name, arguments: EXAMPLE_ARGUMENTS.get(name) ?? {} }),
      ]),
    ),
  };
}

function example(summary: string, method: string, params: JsonSchema): JsonSchema {
  return { summary, value: { jsonrpc: '2.0', id: 1, method, params } };
}

/** `/mcp` as a member of the document's `paths`; `/mcp/` is the same. */
export const MCP_PATH: Readonly<Record<string, JsonSchema>> = {
  '/mcp': {
    post: {
      operationId: 'mcp_message',
      tags: ['mcp'],
      summary: 'Sends a message',
      description:
        'One JSON-RPC message; a batch in 2025-03-26 and older. The first request of a session is `initialize`, whose answer ' +
        `carries \`Mcp-Session-Id\`. ${MODERN_VERSIONS.join(', ')} has no sessions: its messages say their revision in ` +
        '`params._meta`, and in the headers below. `/mcp/` is the same endpoint.',
      security: KEYS,
      parameters: [
        ...IDS,
        SESSION,
        VERSION,
        header('Mcp-Method', 'The method of the body; needed by 2026-07-28.'),
        header('Mcp-Name', 'The tool that is called; needed by 2026-07-28.'),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              anyOf: [
                ...META_TOOLS.map(({ name }) => ref(`${name}.call`)),
                ref('RpcRequest'),
                ref('RpcNotification'),
                { type: 'array', items: { anyOf: [ref('RpcRequest'), ref('RpcNotification')] }, maxItems: 100 },
              ],
            },
            examples: examples(),
          },
        },
      },
      responses: {
        '200': {
          description:
            'The answer; as an event stream when something has to be told before it, or nothing else is accepted.',
          headers: { 'Mcp-Session-Id': { description: 'After `initialize`.', schema: { type: 'string' } } },
          content: {
            'application/json': {
              schema: {
                anyOf: [
                  ref('ToolAnswer'),
                  ref('RpcResult'),
                  ref('RpcFailure'),
                  { type: 'array', items: { anyOf: [ref('RpcResult'), ref('RpcFailure')] } },
                ],
              },
            },
            'text/event-stream': STREAM,
          },
        },
        '202': { description: 'Taken; a notification or a response has no answer.' },
        ...refusals([
          ...ANYWHERE,
          'parse_error',
          'invalid_params',
          'method_not_found',
          'not_acceptable',
          'unsupported_media_type',
          'body_too_large',
        ]),
      },
    },
    get: {
      operationId: 'mcp_stream',
      tags: ['mcp'],
      summary: 'Opens the standing stream of a session',
      description: 'For `notifications/tools/list_changed`. One at a time; it stays open.',
      security: KEYS,
      parameters: [...IDS, { ...SESSION, required: true }, VERSION],
      responses: {
        '200': { description: 'The stream.', content: { 'text/event-stream': STREAM } },
        ...refusals([...ANYWHERE, 'method_not_allowed', 'not_acceptable', 'stream_conflict']),
      },
    },
    delete: {
      operationId: 'mcp_end',
      tags: ['mcp'],
      summary: 'Ends a session',
      security: KEYS,
      parameters: [...IDS, { ...SESSION, required: true }, VERSION],
      responses: {
        '200': { description: 'Ended.' },
        ...refusals([...ANYWHERE, 'method_not_allowed']),
      },
    },
  },
};
