import { hash, randomBytes } from 'node:crypto';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import type { CallMarks } from '../contracts/call-marks.js';
import { CallTracer, type CallSpan, type TracedCall } from './call-tracer.js';
import type { CallOutcome } from './metrics.js';
import { readTraceparent, type TraceParent } from './trace-context.js';

const SAMPLED = 1;
const SESSION_DIGEST_CHARS = 16;
/** Attributes of what is no tool (OpenTelemetry semantic conventions for MCP). */
const TARGETS: ReadonlyMap<string, string> = new Map([
  ['prompts/get', 'gen_ai.prompt.name'],
  ['resources/read', 'mcp.resource.uri'],
]);

/** Ids for the SDK: the next one may be set, because the server hears of its span before the span is made. */
export class PresetIds {
  nextTraceId: string | undefined;
  nextSpanId: string | undefined;

  generateTraceId(): string {
    const id = this.nextTraceId ?? randomBytes(16).toString('hex');
    this.nextTraceId = undefined;
    return id;
  }

  generateSpanId(): string {
    const id = this.nextSpanId ?? randomBytes(8).toString('hex');
    this.nextSpanId = undefined;
    return id;
  }
}

/**
 * Spans after the OpenTelemetry semantic conventions for MCP. A call that is not sampled costs a random number; a sampled one writes down
 * times, and its spans are made at its end. Contexts are passed by hand: no async hooks on the hot path.
 */
export class OtelCallTracer extends CallTracer {
  readonly enabled = true;

  constructor(
    private readonly tracer: Tracer,
    private readonly ids: PresetIds,
    private readonly ratio: number,
  ) {
    super();
  }

  start(call: TracedCall): CallSpan | undefined {
    const parent = readTraceparent(call.parent) ?? readTraceparent(call.arrival?.traceparent);
    // As ParentBased(TraceIdRatioBased) decides: the client's word counts.
    const isSampled = parent === undefined ? Math.random() < this.ratio : parent.isSampled;
    return isSampled ? new OtelCallSpan(this.tracer, this.ids, call, parent) : undefined;
  }
}

class OtelCallSpan implements CallSpan {
  readonly marks: CallMarks = { checked: 0, sent: 0, answered: 0 };
  readonly traceId: string;
  private readonly spanId = randomBytes(8).toString('hex');
  private readonly upstreamSpanId = randomBytes(8).toString('hex');
  private readonly dispatchedAt = performance.now();
  private isEnded = false;

  constructor(
    private readonly tracer: Tracer,
    private readonly ids: PresetIds,
    private readonly call: TracedCall,
    private readonly parent: TraceParent | undefined,
  ) {
    this.traceId = parent?.traceId ?? randomBytes(16).toString('hex');
  }

  get traceparent(): string {
    return `00-${this.traceId}-${this.upstreamSpanId}-01`;
  }

  end(outcome: CallOutcome): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const { call, marks, dispatchedAt } = this;
    const endedAt = performance.now();
    const arrival = call.arrival?.isTold === false ? call.arrival : undefined;
    if (arrival !== undefined) arrival.isTold = true;
    const root = this.root(arrival?.receivedAt ?? dispatchedAt, endedAt, outcome);
    if (arrival !== undefined) {
      this.child(root, 'auth', arrival.receivedAt, arrival.authenticatedAt);
      this.child(root, 'route', arrival.authenticatedAt, dispatchedAt);
    }
    this.child(root, 'input checks', dispatchedAt, marks.checked === 0 ? endedAt : marks.checked);
    if (marks.checked === 0) return;
    this.upstream(root, marks.checked, marks.answered === 0 ? endedAt : marks.answered, outcome);
    if (marks.answered !== 0) this.child(root, 'output checks', marks.answered, endedAt);
  }

  private root(startTime: number, endTime: number, outcome: CallOutcome): Context {
    const { call, parent } = this;
    const context = parent === undefined ? ROOT_CONTEXT : contextOf(parent);
    if (parent === undefined) this.ids.nextTraceId = this.traceId;
    this.ids.nextSpanId = this.spanId;
    const attributes: Attributes = {
      ...named(call),
      'enkrypt.outcome': outcome,
      'enkrypt.request.id': call.requestId,
      'mcp.era': call.era,
      ...(call.sessionId !== undefined && { 'mcp.session.id': digest(call.sessionId) }),
    };
    const span = this.tracer.startSpan(
      `${call.method} ${call.tool}`,
      { kind: SpanKind.SERVER, attributes, startTime },
      context,
    );
    if (outcome !== 'success') {
      span.setAttribute('error.type', outcome);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(endTime);
    return trace.setSpanContext(ROOT_CONTEXT, { traceId: this.traceId, spanId: this.spanId, traceFlags: SAMPLED });
  }

  private child(root: Context, name: string, startTime: number, endTime: number): void {
    this.tracer.startSpan(name, { startTime }, root).end(endTime);
  }

  private upstream(root: Context, startTime: number, endTime: number, outcome: CallOutcome): void {
    const { call, marks } = this;
    this.ids.nextSpanId = this.upstreamSpanId;
    const attributes = named(call);
    const span = this.tracer.startSpan(
      `${call.method} ${call.tool}`,
      { kind: SpanKind.CLIENT, attributes, startTime },
      root,
    );
    if (marks.sent !== 0) span.addEvent('session ready', undefined, marks.sent);
    if (marks.answered === 0) {
      span.setAttribute('error.type', outcome);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(endTime);
  }
}

function named({ method, tool, server }: TracedCall): Attributes {
  return {
    'mcp.method.name': method,
    'rpc.system': 'jsonrpc',
    'rpc.method': method,
    ...(method === 'tools/call'
      ? { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool }
      : { [TARGETS.get(method) ?? 'enkrypt.target']: tool }),
    'enkrypt.server.name': server,
  };
}

function digest(sessionId: string): string {
  return hash('sha256', sessionId, 'hex').slice(0, SESSION_DIGEST_CHARS);
}

function contextOf({ traceId, spanId }: TraceParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: SAMPLED, isRemote: true });
}
