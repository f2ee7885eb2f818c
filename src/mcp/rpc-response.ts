import type { GatewayError } from '../errors.js';
import { RateLimitError } from '../limits/rate-limit-error.js';
import type { Era } from '../contracts/mcp-call.js';
import { type RpcErrorObject, rpcErrorOf } from './error-map.js';
import type { RequestId } from './sessions/in-flight.js';

/** Result member of a JSON-RPC response. */
export type MethodResult = Readonly<Record<string, unknown>>;

/** A result that is JSON text already. The meta tools answer with the same payload twice and must not serialise it twice. */
export class EncodedResult {
  /** @param json of one object with at least one member */
  constructor(readonly json: string) {}
}

/** A JSON-RPC response to the client. */
export type RpcResponse =
  | { readonly jsonrpc: '2.0'; readonly id: RequestId; readonly result: MethodResult | EncodedResult }
  | { readonly jsonrpc: '2.0'; readonly id: RequestId | null; readonly error: RpcErrorObject };

/** Seconds by response. Beside and not in it: the data of an upstream's own error may say what it likes. */
const refusals = new WeakMap<RpcResponse, number>();

export function failure(id: RequestId | null, error: GatewayError): RpcResponse {
  const response: RpcResponse = { jsonrpc: '2.0', id, error: rpcErrorOf(error) };
  if (error instanceof RateLimitError) refusals.set(response, error.retryAfterS);
  return response;
}

/** Seconds until it is worth another try, when every one of these was refused for a limit of ours; else undefined. */
export function retryAfterOf(responses: readonly RpcResponse[]): number | undefined {
  let longest: number | undefined;
  for (const response of responses) {
    const seconds = refusals.get(response);
    if (seconds === undefined) return undefined;
    longest = Math.max(longest ?? 0, seconds);
  }
  return longest;
}

/** JSON text of a response, as every door sends it. */
export function encodeResponse(response: RpcResponse): string {
  if ('error' in response || !(response.result instanceof EncodedResult)) return JSON.stringify(response);
  return `{"jsonrpc":"2.0","id":${JSON.stringify(response.id)},"result":${response.result.json}}`;
}

/** `resultType` exists in the 2026 era only, where it is required (2026-07-28, "Results"). */
export function forEra(result: MethodResult | EncodedResult, era: Era): MethodResult | EncodedResult {
  if (result instanceof EncodedResult) {
    return era === '2026' ? new EncodedResult(`{"resultType":"complete",${result.json.slice(1)}`) : result;
  }
  const { resultType } = result;
  // A server of the other era has no types of results, whatever it calls its own.
  if (era === '2026') return isResultType(resultType) ? result : { ...result, resultType: 'complete' };
  if (resultType === undefined) return result;
  return Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'resultType'));
}

function isResultType(type: unknown): boolean {
  return type === 'complete' || type === 'input_required';
}

/** The protocol revision that an initialize agreed on; undefined when it failed. */
export function agreedVersion(response: RpcResponse | null): string | undefined {
  if (response === null || 'error' in response || response.result instanceof EncodedResult) return undefined;
  const { protocolVersion } = response.result;
  return typeof protocolVersion === 'string' ? protocolVersion : undefined;
}
