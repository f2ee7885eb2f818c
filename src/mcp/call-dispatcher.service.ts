import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { McpCall, inputVerdictOf, startedBeforeVerdict } from '../contracts/mcp-call.js';
import type { ServerEntry } from '../contracts/server-entry.js';
import { type McpReply, openReply } from '../contracts/mcp-reply.js';
import { GatewayError, toGatewayError } from '../errors.js';
import type { Arrival } from '../telemetry/arrival.js';
import { type CallSpan, CallTracer } from '../telemetry/call-tracer.js';
import type { CallOutcome } from '../telemetry/metrics.js';
import { isTracestate, readTraceparent } from '../telemetry/trace-context.js';
import type { OperationEnd } from '../telemetry/timeout-totals.js';
import { CallLedger, type EndedCall } from './call-ledger.js';
import type { ClientRequest } from './client-request.js';
import { Operations } from './deadlines/operations.js';
import { Settlement } from './deadlines/settlement.js';
import { toolLimitMs, totalLimitMs } from './deadlines/time-limits.js';
import { GuardedProxy } from './guarded-proxy.js';
import type { Route } from './catalog/route.js';

/** One request for a server, as the caller wrote it. */
export interface ServerCall {
  readonly method: string;
  readonly server: ServerEntry;
  /** What it is about, as the server lists it: the name of a tool or prompt, a URI or a template. Nothing that a caller made up: it is recorded. */
  readonly target: string;
  /** Without `_meta`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What of it the caller chose: its digest is recorded, and its size counts. */
  readonly arguments: unknown;
  /** `_meta` that goes on to the upstream; progress tokens and the 2026 envelope are taken out before. */
  readonly meta: Meta;
  /** JSON Schema of a tool's arguments. */
  readonly inputSchema?: unknown;
  /** Of the answers in `params.inputResponses`. */
  readonly answersSchema?: unknown;
  /** Whoever made it takes a question of the server in the place of its answer. */
  readonly takesRounds?: true;
}

type Meta = Readonly<Record<string, unknown>> | undefined;

/** One tool call. */
export function toolCall({ server, tool }: Route, args: Readonly<Record<string, unknown>>, meta: Meta): ServerCall {
  const params = { name: tool.name, arguments: args };
  const { inputSchema } = tool.definition;
  return { method: 'tools/call', server, target: tool.name, params, arguments: args, meta, inputSchema };
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
   * The sealed answer to one request.
   * @throws GatewayError what the guard, the checks or the upstream met; it is in the audit log already
   */
  async dispatch(request: ClientRequest, asked: ServerCall): Promise<EndedCall> {
    const { server } = asked;
    const span = this.tracer.enabled ? this.startSpan(request, asked) : undefined;
    const meta = this.tracer.enabled ? passedOn(asked.meta, span?.traceparent, request.scope.arrival) : asked.meta;
    const call = new McpCall({
      principal: request.principal,
      era: request.era,
      method: asked.method,
      server,
      target: asked.target,
      params: meta === undefined ? asked.params : { ...asked.params, _meta: meta },
      clientSessionId: request.session?.id ?? null,
      signal: request.scope.signal,
      onProgress: progressOf(request),
      client: request,
      inputSchema: asked.inputSchema,
      answersSchema: asked.answersSchema,
      marks: span?.marks,
    });
    const target = {
      server: server.name,
      tool: asked.target,
      arguments: asked.arguments,
      traceId: span?.traceId,
    };
    const { timeouts } = this.configStore.current().settings;
    const { tenant } = request.principal;
    const limitMs = toolLimitMs(timeouts, server, asked.target);
    const totalMs = totalLimitMs(timeouts, server, limitMs);
    const operation = this.operations.begin(tenant, target, { limitMs, totalMs });
    request.scope.arm(operation);
    let outcome: CallOutcome = 'error';
    try {
      const reply = await this.proxy.call(call);
      const ended = endedOf(reply, call, asked);
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
  private startSpan(request: ClientRequest, { method, server, target, meta }: ServerCall): CallSpan | undefined {
    const { arrival } = request.scope;
    return this.tracer.start({
      method,
      server: server.name,
      tool: target,
      era: request.era,
      requestId: request.requestId,
      sessionId: request.session?.id,
      parent: meta?.traceparent,
      arrival,
    });
  }
}

/** `_meta` of the request to the server. */
function passedOn(meta: Meta, own: string | undefined, arrival: Arrival | undefined): Meta {
  // `_meta` of the client goes before its headers, and one does not complete the other.
  const header = meta?.traceparent === undefined ? arrival : undefined;
  const traceparent = own ?? header?.traceparent;
  if (readTraceparent(traceparent) === undefined) return meta;
  const tracestate = header?.tracestate;
  return { ...meta, traceparent, ...(isTracestate(tracestate) && { tracestate }) };
}

/** @throws GatewayError input_missing when it is a question, and whoever made the call wants an answer */
function endedOf(reply: McpReply, call: McpCall, { takesRounds }: ServerCall): EndedCall {
  const { inputVerdict, outputVerdict, upstreamMs, round } = reply;
  if (round !== undefined && takesRounds !== true) {
    const what = 'asks for input in the middle of the call, which cannot be passed on here';
    throw new GatewayError('input_missing', `Server "${call.server.name}" ${what}. Call the tool under its own name.`);
  }
  const body = openReply(reply);
  return { body, inputVerdict, outputVerdict, upstreamMs, startedBeforeVerdict: startedBeforeVerdict(call), round };
}

/** A tool that shows that it goes on has its time anew (2025-11-25, "Timeouts"). */
function progressOf({ onProgress, scope }: ClientRequest): ClientRequest['onProgress'] {
  if (onProgress === undefined) return undefined;
  return (progress) => {
    scope.progressed();
    onProgress(progress);
  };
}

function endOf(outcome: CallOutcome): OperationEnd {
  return outcome === 'success' || outcome === 'timeout' || outcome === 'cancelled' ? outcome : 'failed';
}
