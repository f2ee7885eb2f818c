import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { McpCall, inputVerdictOf, startedBeforeVerdict } from '../contracts/mcp-call.js';
import { openReply } from '../contracts/mcp-reply.js';
import { toGatewayError } from '../errors.js';
import type { Arrival } from '../telemetry/arrival.js';
import { type CallSpan, CallTracer } from '../telemetry/call-tracer.js';
import type { CallOutcome } from '../telemetry/metrics.js';
import { isTracestate, readTraceparent } from '../telemetry/trace-context.js';
import type { OperationEnd } from '../telemetry/timeout-totals.js';
import { CallLedger, type EndedCall } from './call-ledger.js';
import type { ClientRequest } from './client-request.js';
import { Operations } from './deadlines/operations.js';
import { Settlement } from './deadlines/settlement.js';
import { toolLimitMs } from './deadlines/time-limits.js';
import { GuardedProxy } from './guarded-proxy.js';
import type { Route } from './catalog/route.js';

/** One tool call as the caller wrote it. */
export interface ToolCall {
  readonly route: Route;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** `_meta` that goes on to the upstream; progress tokens and the 2026 envelope are taken out before. */
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

/** Sends calls through the guard and the interceptors, each under its time limit, and writes one audit line for each. */
@Injectable()
export class CallDispatcher {
  constructor(
    private readonly proxy: GuardedProxy,
    private readonly ledger: CallLedger,
    private readonly tracer: CallTracer,
    private readonly configStore: ConfigStore,
    private readonly operations: Operations,
    private readonly settlement: Settlement,
  ) {}

  /**
   * The sealed answer to one tool call.
   * @throws GatewayError what the guard, the checks or the upstream met; it is in the audit log already
   */
  async dispatch(request: ClientRequest, toolCall: ToolCall): Promise<EndedCall> {
    const { server, tool } = toolCall.route;
    const params: Record<string, unknown> = { name: tool.name, arguments: toolCall.arguments };
    if (toolCall.meta !== undefined) params._meta = toolCall.meta;
    const span = this.tracer.enabled ? this.startSpan(request, toolCall, params) : undefined;
    const call = new McpCall({
      principal: request.principal,
      era: request.era,
      method: 'tools/call',
      server,
      target: tool.name,
      params,
      clientSessionId: request.session?.id ?? null,
      signal: request.scope.signal,
      onProgress: request.onProgress,
      client: request,
      inputSchema: tool.definition.inputSchema,
      marks: span?.marks,
    });
    const target = { server: server.name, tool: tool.name, arguments: toolCall.arguments, traceId: span?.traceId };
    const { timeouts } = this.configStore.current().settings;
    const { tenant } = request.principal;
    const operation = this.operations.begin(tenant, target, toolLimitMs(timeouts, server, tool.name));
    request.scope.arm(operation);
    let outcome: CallOutcome = 'error';
    try {
      const reply = await this.proxy.call(call);
      const { inputVerdict, outputVerdict, upstreamMs } = reply;
      const ended = {
        body: openReply(reply),
        inputVerdict,
        outputVerdict,
        upstreamMs,
        startedBeforeVerdict: startedBeforeVerdict(call),
      };
      outcome = this.ledger.ended(request, target, ended, performance.now() - operation.startedAt);
      return ended;
    } catch (cause) {
      const error = toGatewayError(cause);
      const failure = { error, verdict: inputVerdictOf(call), startedBeforeVerdict: startedBeforeVerdict(call) };
      outcome = this.ledger.failed(request, target, failure, performance.now() - operation.startedAt);
      if (outcome === 'timeout') this.settlement.expect(operation, call);
      throw error;
    } finally {
      request.scope.end();
      operation.end(endOf(outcome));
      span?.end(outcome);
    }
  }

  /**
   * The server continues the span of the request to it, not the client's: the gateway is a hop of its own (W3C Trace Context). What is
   * not sampled is passed on as the client has it.
   */
  private startSpan(
    request: ClientRequest,
    { route, meta }: ToolCall,
    params: Record<string, unknown>,
  ): CallSpan | undefined {
    const { arrival } = request.scope;
    const span = this.tracer.start({
      method: 'tools/call',
      server: route.server.name,
      tool: route.tool.name,
      era: request.era,
      requestId: request.requestId,
      sessionId: request.session?.id,
      parent: meta?.traceparent,
      arrival,
    });
    passOn(params, meta, span?.traceparent, arrival);
    return span;
  }
}

/** `_meta` of the request to the server. */
function passOn(
  params: Record<string, unknown>,
  meta: ToolCall['meta'],
  own: string | undefined,
  arrival: Arrival | undefined,
): void {
  // `_meta` of the client goes before its headers, and one does not complete the other.
  const header = meta?.traceparent === undefined ? arrival : undefined;
  const traceparent = own ?? header?.traceparent;
  if (readTraceparent(traceparent) === undefined) return;
  const tracestate = header?.tracestate;
  params._meta = { ...meta, traceparent, ...(isTracestate(tracestate) && { tracestate }) };
}

function endOf(outcome: CallOutcome): OperationEnd {
  return outcome === 'success' || outcome === 'timeout' || outcome === 'cancelled' ? outcome : 'failed';
}
