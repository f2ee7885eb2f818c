import type { Era } from '../contracts/mcp-call.js';
import type { CallOutcome } from './metrics.js';

/** What a span says about a call: names only, no arguments and no principal. */
export interface TracedCall {
  readonly method: string;
  readonly server: string;
  readonly tool: string;
  readonly era: Era;
  /** `traceparent` (W3C Trace Context) from the client's `_meta` or header, when there was one. */
  readonly parent: string | undefined;
}

/** One call being traced. */
export interface CallSpan {
  /** Value for `params._meta.traceparent` of the upstream request; undefined = send none. */
  readonly traceparent: string | undefined;
  /** Ends the span; a second call does nothing. */
  end(outcome: CallOutcome, upstreamMs: number): void;
}

/** Starts one span per call. Also the injection token. */
export abstract class CallTracer {
  /** False = `start` does nothing; callers on the hot path may skip it. */
  abstract readonly enabled: boolean;
  abstract start(call: TracedCall): CallSpan;
}

const NO_SPAN: CallSpan = Object.freeze({ traceparent: undefined, end: () => undefined });

/** Tracing switched off: no allocation, no OpenTelemetry code loaded. */
export class NoCallTracer extends CallTracer {
  readonly enabled = false;

  start(): CallSpan {
    return NO_SPAN;
  }
}
