import { Injectable, UseGuards, UseInterceptors } from '@nestjs/common';
import { type Era, type McpCall, takeCallSeal } from '../contracts/mcp-call.js';
import { McpReply } from '../contracts/mcp-reply.js';
import { InputGuardrailInterceptor } from '../guardrails/input-guardrail.interceptor.js';
import { OutputGuardrailInterceptor } from '../guardrails/output-guardrail.interceptor.js';
import { CallPermit } from '../oauth/inbound/call-permit.js';
import { PrincipalGuard } from '../oauth/inbound/principal.guard.js';
import { readRound } from './reverse/server-round.js';
import { UpstreamPool } from './upstream/pool.js';

/**
 * The only way from a client's call to an upstream. Called through GuardedProxy, which runs the guard and both
 * interceptors; a direct call has no seal and is refused.
 */
@Injectable()
export class ProxyService {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly permit: CallPermit,
  ) {}

  /** @throws GatewayError unsealed, forbidden, disabled, upstream_unavailable, upstream_timeout, upstream_protocol, overloaded, cancelled */
  @UseGuards(PrincipalGuard)
  @UseInterceptors(InputGuardrailInterceptor, OutputGuardrailInterceptor)
  async call(call: McpCall): Promise<McpReply> {
    const inputVerdict = takeCallSeal(call);
    const started = performance.now();
    const { marks } = call;
    if (marks !== undefined) marks.checked = started;
    const found = this.pool.session(call.principal, call.server, call.clientSessionId, call.signal);
    const session = found instanceof Promise ? await found : found;
    // The checks and the connection may have taken seconds: whoever was revoked or disabled meanwhile has no effect any more.
    this.permit.demand(call);
    if (marks !== undefined) marks.sent = performance.now();
    const answer = await session.request(call.method, call.params, call.onProgress, call.signal, call);
    if (marks !== undefined) marks.answered = performance.now();
    const { body } = answer;
    const asks = body.kind === 'result' && body.result.resultType === 'input_required';
    const reply = asks ? askingReply(call, session.era, body.result) : new McpReply(body, call);
    reply.inputVerdict = inputVerdict;
    reply.upstreamMs = performance.now() - started;
    reply.upstreamBytes = answer.bytes;
    return reply;
  }
}

/** A server's state is not for the client, and is no text to check or to change: it waits beside the reply. */
function askingReply(call: McpCall, era: Era, result: Readonly<Record<string, unknown>>): McpReply {
  const round = readRound(call, era, result);
  const shown = { ...result };
  Reflect.deleteProperty(shown, 'requestState');
  const reply = new McpReply({ kind: 'result', result: shown }, call);
  reply.round = round;
  return reply;
}
