import type { CallMarks } from '../contracts/call-marks.js';
import type { Era } from '../contracts/mcp-call.js';
import type { Arrival } from './arrival.js';
import type { CallOutcome } from './metrics.js';

/** What a span says about a call: names only, no arguments and no principal. */
export interface TracedCall {
  readonly method: string;
  readonly server: string;
  readonly tool: string;
  readonly era: Era;
  /** As in the audit line. */
  readonly requestId: string;
  /** Told as a digest: with the key it opens the session. */
  readonly sessionId: string | undefined;
  /** `traceparent` of the request's `_meta`; goes before the header's. */
  readonly parent: unknown;
  readonly arrival: Arrival | undefined;
}

/** One sampled call. */
export interface CallSpan {
  /** For the upstream request: names the span of the request to the server. */
  readonly traceparent: string;
  readonly traceId: string;
  /** The caller of `start` and those behind it write down the times. */
  readonly marks: CallMarks;
  /** Makes the spans; a second call does nothing. */
  end(outcome: CallOutcome): void;
}

/** Makes the spans of the calls that are sampled. Also the injection token. */
export abstract class CallTracer {
  /** False = `start` does nothing; callers on the hot path may skip it. */
  abstract readonly enabled: boolean;
  /** Undefined = this call is not sampled. */
  abstract start(call: TracedCall): CallSpan | undefined;
}

/** Tracing switched off: no allocation, no OpenTelemetry code loaded. */
export class NoCallTracer extends CallTracer {
  readonly enabled = false;

  start(): undefined {
    return undefined;
  }
}
