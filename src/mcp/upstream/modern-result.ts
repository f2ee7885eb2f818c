import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import type { GatewayError } from '../../errors.js';
import { protocolError } from './json-rpc-wire.js';

/**
 * A result of the stateless era says what it is in `resultType` (2026-07-28, base protocol). Only `complete` is an answer; a
 * server that leaves it out is taken at its word. Returns the error to throw, or undefined.
 */
export function checkResultType(server: string, body: UpstreamBody): GatewayError | undefined {
  if (body.kind === 'error') return undefined;
  const { resultType } = body.result;
  if (resultType === undefined || resultType === 'complete') return undefined;
  if (resultType === 'input_required') {
    return protocolError(server, 'asks for input in the middle of the call, which the gateway does not support yet');
  }
  return protocolError(server, 'sent a result of a type that the gateway does not know');
}
