import type { GatewayErrorCode } from '../../errors.js';
import { surfaceOf } from '../../mcp/error-map.js';
import { META_TOOLS } from '../../mcp/meta-tools/definitions.js';
import { ref } from './admin-answers.js';
import type { JsonSchema } from './described-by.decorator.js';

const VERSION = { const: '2.0' };
const TIME = { type: 'string', format: 'date-time' };
const NULLABLE_STRING = { type: ['string', 'null'] };

function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required };
}

/** Arguments of each meta tool as its clients are told them, and the whole request that calls it. */
function metaToolSchemas(): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  for (const { name, title = name, description = '', inputSchema } of META_TOOLS) {
    schemas[`${name}.arguments`] = { title: `${title}: arguments`, description, ...inputSchema };
    const params = object({ name: { const: name }, arguments: ref(`${name}.arguments`) }, ['name']);
    schemas[`${name}.call`] = {
      title,
      description,
      ...object({ jsonrpc: VERSION, id: ref('RpcId'), method: { const: 'tools/call' }, params }, [
        'jsonrpc',
        'id',
        'method',
        'params',
      ]),
    };
  }
  return schemas;
}

/** What travels over /mcp, as far as the gateway itself gives it its shape. */
export const MCP_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  RpcId: { type: ['string', 'integer'], description: 'Made by the client; unique among its requests under way.' },
  RpcRequest: {
    description: 'A request; `tools/call` also takes the servers’ own tools, named `server__tool`.',
    ...object(
      {
        jsonrpc: VERSION,
        id: ref('RpcId'),
        method: { enum: ['initialize', 'ping', 'server/discover', 'tools/list', 'tools/call'] },
        params: { type: 'object' },
      },
      ['jsonrpc', 'id', 'method'],
    ),
  },
  RpcNotification: {
    description: 'A notification; it has no answer but 202.',
    ...object({ jsonrpc: VERSION, method: { type: 'string' }, params: { type: 'object' } }, ['jsonrpc', 'method']),
    not: { required: ['id'] },
  },
  RpcResult: {
    ...object({ jsonrpc: VERSION, id: ref('RpcId'), result: { type: 'object' } }, ['jsonrpc', 'id', 'result']),
    additionalProperties: false,
  },
  RpcFailure: failureWith({ type: 'integer' }),
  ToolAnswer: {
    description: 'The answer to `tools/call`. Blocks and failures of a tool have `isError`.',
    ...object({ jsonrpc: VERSION, id: ref('RpcId'), result: ref('ToolResult') }, ['jsonrpc', 'id', 'result']),
    additionalProperties: false,
  },
  ToolResult: object(
    {
      content: { type: 'array', items: object({ type: { type: 'string' } }, ['type']) },
      structuredContent: { anyOf: [ref('MetaToolError'), { type: 'object' }] },
      isError: { type: 'boolean' },
    },
    ['content'],
  ),
  MetaToolError: {
    description: 'The structured content of a meta tool that failed.',
    ...object(
      {
        status: { const: 'error' },
        error: object(
          {
            code: { type: 'string', pattern: '^[A-Z]+_[0-9]{3}$' },
            message: { type: 'string' },
            severity: { enum: ['low', 'medium', 'high', 'critical'] },
            recovery_strategy: { type: 'string' },
            correlation_id: { type: 'string' },
            timestamp: TIME,
            context: object(
              {
                request_id: { type: 'string' },
                user_id: { type: 'string' },
                session_id: NULLABLE_STRING,
                server_name: NULLABLE_STRING,
                tool_name: NULLABLE_STRING,
                operation: { type: 'string' },
              },
              ['request_id', 'user_id', 'session_id', 'server_name', 'tool_name', 'operation'],
            ),
            details: object(
              {
                retry_after: { type: ['number', 'null'] },
                user_message: { type: 'string' },
                technical_details: NULLABLE_STRING,
                suggested_actions: { type: 'array', items: { type: 'string' } },
              },
              ['retry_after', 'user_message', 'technical_details', 'suggested_actions'],
            ),
            cause: NULLABLE_STRING,
          },
          ['code', 'message', 'severity', 'recovery_strategy', 'correlation_id', 'timestamp', 'context', 'details'],
        ),
        timestamp: TIME,
        correlation_id: { type: 'string' },
      },
      ['status', 'error', 'timestamp', 'correlation_id'],
    ),
  },
  ...metaToolSchemas(),
};

/** What the gateway answers at the door when a request fails with one of these, by HTTP status. */
export function refusals(codes: readonly GatewayErrorCode[]): Record<string, JsonSchema> {
  const byStatus = new Map<number, Set<number>>();
  for (const { http, rpc } of codes.map(surfaceOf)) byStatus.set(http, (byStatus.get(http) ?? new Set()).add(rpc));
  return Object.fromEntries(
    [...byStatus].map(([status, rpc]) => [
      String(status),
      {
        description: REASONS.get(status) ?? 'Refused.',
        ...(HEADERS.has(status) ? { headers: HEADERS.get(status) } : {}),
        content: { 'application/json': { schema: failureWith({ enum: [...rpc] }) } },
      },
    ]),
  );
}

/** A JSON-RPC error response. `id` is null when the request was refused before it was read. */
function failureWith(code: JsonSchema): JsonSchema {
  const error = { ...object({ code, message: { type: 'string' }, data: {} }, ['code', 'message']) };
  return {
    ...object({ jsonrpc: VERSION, id: { type: ['string', 'integer', 'null'] }, error }, ['jsonrpc', 'id', 'error']),
    additionalProperties: false,
  };
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'Not JSON, not JSON-RPC, a header that is missing or disagrees with the body, or a key sent twice.'],
  [401, 'No gateway key, or one that is not (or no longer) good. One text for all of them.'],
  [403, 'The Host or Origin of the request is not served.'],
  [404, 'The session is unknown or another key’s; in revision 2026-07-28 also an unknown method.'],
  [405, 'Revision 2026-07-28 has POST only.'],
  [406, 'The Accept header takes neither of the answers that there are.'],
  [409, 'The session has a stream already.'],
  [413, 'The body is larger than 4 MiB.'],
  [415, 'The body is not application/json.'],
  [431, 'A header with a key or an id is too long.'],
  [500, 'A fault of the gateway. Its log has the cause.'],
  [503, 'The gateway is shutting down.'],
]);

const TEXT = { type: 'string' };
const HEADERS: ReadonlyMap<number, JsonSchema> = new Map([
  [401, { 'WWW-Authenticate': { schema: TEXT } }],
  [403, { 'WWW-Authenticate': { schema: TEXT } }],
  [405, { Allow: { schema: TEXT } }],
  [503, { 'Retry-After': { description: 'Seconds.', schema: TEXT } }],
]);
