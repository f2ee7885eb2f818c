import { isUtf8 } from 'node:buffer';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import { GatewayError } from '../../errors.js';
import { decodeUtf8, hasMoreNodes, MAX_JSON_DEPTH } from '../../strict-json.js';

/** Largest single message accepted from an upstream, in bytes; enforced while it arrives. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * Most arrays, objects and members in one message: 64 MiB of empty arrays would take gigabytes and half a minute to check. A message
 * with fewer characters cannot hold as many.
 */
const MAX_NODES = 1_000_000;

/** What an upstream may send, sorted by shape. `malformed` has an id that may be ours but is no valid answer. */
export type WireMessage =
  | { readonly kind: 'answer'; readonly id: unknown; readonly body: UpstreamBody }
  | { readonly kind: 'malformed'; readonly id: unknown; readonly problem: string }
  | {
      readonly kind: 'request';
      readonly id: unknown;
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Readonly<Record<string, unknown>> };

/** @throws GatewayError `upstream_protocol`: the one text for a message past its cap. */
export function messageTooLarge(server: string, maxBytes: number): GatewayError {
  const cap =
    maxBytes >= 1024 * 1024 ? `${String(Math.floor(maxBytes / 1024 / 1024))} MiB` : `${String(maxBytes)} bytes`;
  return protocolError(server, `sent a message larger than the cap of ${cap}, and it was cut off`);
}

/** A message that is too costly to parse: nobody can tell whose answer it was. */
export class TooManyNodes extends GatewayError {
  constructor(server: string) {
    const what = `more than ${String(MAX_NODES)} arrays, objects and members`;
    super('upstream_protocol', `Server "${server}" sent a message with ${what}, and it was not read.`);
  }
}

/** A GatewayError `upstream_protocol` that names the server and what it did; `what` continues the sentence `Server "x" …`. */
export function protocolError(server: string, what: string, cause?: unknown): GatewayError {
  return new GatewayError('upstream_protocol', `Server "${server}" ${what}.`, { cause });
}

/**
 * Bytes of one message -> its value. Strict UTF-8, parsed once.
 * @throws GatewayError `upstream_protocol`
 */
export function parseWire(server: string, bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw protocolError(server, 'sent a message that is not valid UTF-8');
  return parseWireText(server, decodeUtf8(bytes));
}

/** @throws GatewayError `upstream_protocol` */
export function parseWireText(server: string, text: string): unknown {
  if (text.length > MAX_NODES && hasMoreNodes(text, MAX_NODES)) {
    throw new TooManyNodes(server);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw protocolError(server, 'sent a message that is not valid JSON', cause);
  }
}

/** Walks containers only, so that a result of long texts costs next to nothing; JSON.stringify would overflow on a deep one. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeperThan(item, levels - 1));
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) if (isDeeperThan(record[key], levels - 1)) return true;
  return false;
}

/**
 * Sorts a parsed message by its JSON-RPC 2.0 shape. A message with a method is never an answer, whatever else it holds, so a
 * server cannot answer our call with a request that carries our id. Null = nothing a session can use.
 */
export function readMessage(value: unknown): WireMessage | null {
  if (!isObject(value) || value.jsonrpc !== '2.0') return null;
  const { id, method } = value;
  if (typeof method === 'string') {
    if (isDeeperThan(value, MAX_JSON_DEPTH)) {
      // It is answered, so that the server does not wait, and nobody reads it.
      return id === undefined ? null : { kind: 'request', id, method: '', params: undefined };
    }
    if (id !== undefined) {
      return { kind: 'request', id, method, params: isObject(value.params) ? value.params : undefined };
    }
    return { kind: 'notification', method, params: isObject(value.params) ? value.params : {} };
  }
  if (id === undefined || method !== undefined) return null;
  return readAnswer(value, id);
}

function readAnswer(value: Readonly<Record<string, unknown>>, id: unknown): WireMessage {
  const { result, error } = value;
  if (result !== undefined && error !== undefined) {
    return { kind: 'malformed', id, problem: 'sent an answer with both a result and an error' };
  }
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    return { kind: 'malformed', id, problem: `sent an answer nested deeper than ${String(MAX_JSON_DEPTH)} levels` };
  }
  if (isObject(result)) return { kind: 'answer', id, body: { kind: 'result', result } };
  if (isObject(error) && typeof error.code === 'number' && typeof error.message === 'string') {
    const { code, message } = error;
    const shown = error.data === undefined ? { code, message } : { code, message, data: error.data };
    return { kind: 'answer', id, body: { kind: 'error', error: shown } };
  }
  return { kind: 'malformed', id, problem: 'sent an answer that is neither a JSON-RPC result object nor an error' };
}

/** A JSON object (not null, not an array). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
