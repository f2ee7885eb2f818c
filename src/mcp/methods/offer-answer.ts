import { GatewayError } from '../../errors.js';
import type { EndedCall } from '../call-ledger.js';
import { UpstreamRpcError } from '../client-request.js';
import type { MethodResult } from '../rpc-response.js';
import { blockedMessage } from './blocked-message.js';

/**
 * The answer to a request that has no place in its result for what went wrong.
 * @throws UpstreamRpcError for an error of the server's own; GatewayError guardrail_blocked
 */
export function answerOf({ body }: EndedCall): MethodResult {
  switch (body.kind) {
    case 'result':
      return body.result;
    case 'error':
      throw new UpstreamRpcError(body.error.code, body.error.message, body.error.data);
    case 'blocked_input':
      throw new GatewayError('guardrail_blocked', blockedMessage('input', body.verdict, 'The server was not asked'));
    case 'blocked_output': {
      const what = 'The answer of the server is withheld';
      throw new GatewayError('guardrail_blocked', blockedMessage('output', body.verdict, what));
    }
  }
}
