import { Injectable } from '@nestjs/common';
import type { ReplyBody } from '../contracts/mcp-reply.js';
import { toGatewayError } from '../errors.js';
import { CallLimits } from '../limits/call-limits.service.js';
import { limitsOfCall } from '../limits/limits-of-call.js';
import { CallDispatcher, type ServerCall } from './call-dispatcher.service.js';
import { CallLedger, type EndedCall } from './call-ledger.js';
import type { ClientRequest } from './client-request.js';

/**
 * The dispatcher behind the limits. They come before the guardrails: a check costs more than a count, and a flood must not get it for
 * nothing. A refused call has no effect anywhere.
 */
@Injectable()
export class LimitedCalls {
  constructor(
    private readonly dispatcher: CallDispatcher,
    private readonly limits: CallLimits,
    private readonly ledger: CallLedger,
  ) {}

  /**
   * The sealed answer to one request.
   * @throws GatewayError rate_limited, and what the dispatcher throws; it is in the audit log already
   */
  dispatch(request: ClientRequest, call: ServerCall): Promise<EndedCall> {
    if (request.principal.limits === undefined && call.server.limits === undefined) {
      return this.dispatcher.dispatch(request, call);
    }
    return this.limited(request, call);
  }

  private async limited(request: ClientRequest, call: ServerCall): Promise<EndedCall> {
    const { server, target } = call;
    const limits = limitsOfCall(request.principal, server, target);
    const taken = await this.limits
      .take(limits, () => bytesOf(call.arguments))
      .catch((cause: unknown) => {
        const error = toGatewayError(cause);
        this.ledger.refused(request, { server: server.name, tool: target, arguments: call.arguments }, error);
        throw error;
      });
    let body: ReplyBody | undefined;
    try {
      const ended = await this.dispatcher.dispatch(request, call);
      ({ body } = ended);
      return ended;
    } finally {
      this.limits.end(taken, () => bytesOfAnswer(body));
    }
  }
}

/** Of what the client is shown: an answer that is withheld is none, and one that failed has a line of ours. */
function bytesOfAnswer(body: ReplyBody | undefined): number {
  if (body?.kind === 'result') return bytesOf(body.result);
  return body?.kind === 'error' ? bytesOf(body.error) : 0;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
