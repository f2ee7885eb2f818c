import type { UpstreamBody } from '../contracts/mcp-reply.js';
import { GatewayError } from '../errors.js';
import { META_PROTOCOL_VERSION } from './protocol.js';
import type { RequestId } from './sessions/in-flight.js';

type Params = Readonly<Record<string, unknown>>;

/** One JSON-RPC message of a client, checked for its shape. */
export type ClientMessage =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: Params }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Params }
  /** An answer to a request of the gateway. */
  | { readonly kind: 'response'; readonly id: RequestId; readonly body: UpstreamBody };

const NO_PARAMS: Params = Object.freeze({});

/** @throws GatewayError invalid_request */
export function readClientMessage(value: unknown): ClientMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('A message must be a JSON object.');
  const message = value as {
    jsonrpc?: unknown;
    id?: unknown;
    method?: unknown;
    params?: unknown;
    result?: unknown;
    error?: unknown;
  };
  if (message.jsonrpc !== '2.0') throw invalid('A message must have "jsonrpc": "2.0".');
  const { id, method } = message;
  const hasId = Object.hasOwn(message, 'id');
  if (hasId && !isRequestId(id)) throw invalid('A request id must be a string or a whole number.');
  if (method === undefined) return readResponse(message, hasId, id as RequestId);
  if (typeof method !== 'string' || method === '') throw invalid('A method must be a non-empty string.');
  const params = readParams(message.params);
  return hasId ? { kind: 'request', id: id as RequestId, method, params } : { kind: 'notification', method, params };
}

/** The revision a body claims in its envelope; undefined = a 2025-era message. */
export function envelopeVersion(params: Params): unknown {
  const meta = params._meta as Params | undefined;
  return meta?.[META_PROTOCOL_VERSION];
}

function readResponse(
  message: { readonly result?: unknown; readonly error?: unknown },
  hasId: boolean,
  id: RequestId,
): ClientMessage {
  const answers = Object.hasOwn(message, 'result') !== Object.hasOwn(message, 'error');
  if (hasId && answers) return { kind: 'response', id, body: readBody(message) };
  throw invalid('A message must be a request, a notification or a response.');
}

/** What is neither a result object nor an error object is an error of the client's. */
function readBody(message: { readonly result?: unknown; readonly error?: unknown }): UpstreamBody {
  const { result, error } = message;
  if (isObject(result)) return { kind: 'result', result };
  if (isObject(error) && typeof error.code === 'number' && typeof error.message === 'string') {
    return { kind: 'error', error: { code: error.code, message: error.message } };
  }
  return { kind: 'error', error: { code: -32603, message: 'The client answered with nothing that is a response.' } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readParams(params: unknown): Params {
  if (params === undefined) return NO_PARAMS;
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw invalid('params must be an object.');
  const meta = (params as Params)._meta;
  if (meta !== undefined && (typeof meta !== 'object' || meta === null || Array.isArray(meta))) {
    throw invalid('params._meta must be an object.');
  }
  return params as Params;
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id));
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid_request', message);
}
