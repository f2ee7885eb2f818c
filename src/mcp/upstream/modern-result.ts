import type { McpCall } from '../../contracts/mcp-call.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import type { GatewayError } from '../../errors.js';
import { protocolError } from './json-rpc-wire.js';

/**
 * A result of the stateless era says what it is in `resultType` (2026-07-28, base protocol). `complete` is an answer, and so is one that
 * leaves it out; `input_required` is a step on the way to that of a client's call. Returns the error to throw, or undefined.
 * @param call undefined = a request of the gateway's own, which nobody can be asked about
 */
export function checkResultType(
  server: string,
  body: UpstreamBody,
  call: McpCall | undefined,
): GatewayError | undefined {
  if (body.kind === 'error') return undefined;
  const { resultType } = body.result;
  if (resultType === undefined || resultType === 'complete') return undefined;
  if (resultType !== 'input_required') {
    return protocolError(server, 'sent a result of a type that the gateway does not know');
  }
  return call === undefined ? protocolError(server, 'asks for input where nobody can be asked') : undefined;
}
