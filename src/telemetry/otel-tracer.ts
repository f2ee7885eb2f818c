import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { CallTracer, type CallSpan, type TracedCall } from './call-tracer.js';
import type { CallOutcome } from './metrics.js';

/** Version 00 of https://www.w3.org/TR/trace-context/ §3.2; anything else is treated as absent. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Spans after the OpenTelemetry semantic conventions for MCP. Contexts are passed by hand: no async hooks on the hot path. */
export class OtelCallTracer extends CallTracer {
  readonly enabled = true;
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    super();
    this.#tracer = tracer;
  }

  start(call: TracedCall): CallSpan {
    const attributes = {
      'mcp.method.name': call.method,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': call.tool,
      'enkrypt.server.name': call.server,
      'mcp.era': call.era,
    };
    const options = { kind: SpanKind.SERVER, attributes };
    return new OtelCallSpan(this.#tracer.startSpan(`${call.method} ${call.tool}`, options, parentContext(call.parent)));
  }
}

class OtelCallSpan implements CallSpan {
  readonly traceparent: string;
  readonly #span: Span;

  constructor(span: Span) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
    this.#span = span;
  }

  end(outcome: CallOutcome, upstreamMs: number): void {
    if (!this.#span.isRecording()) return;
    this.#span.setAttributes({ 'enkrypt.outcome': outcome, 'enkrypt.upstream.duration_ms': upstreamMs });
    if (outcome !== 'success') {
      this.#span.setAttribute('error.type', outcome);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

function parentContext(traceparent: string | undefined): Context {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true });
}
