/** Version 00 of https://www.w3.org/TR/trace-context/ §3.2; anything else is treated as absent. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
/** §3.3.1.1 asks for 512 at least. */
const MAX_STATE_CHARS = 512;
const STATE = /^[\x20-\x7e]+$/;
const SAMPLED = 1;

/** The trace that a request belongs to already. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Undefined for everything that is not a `traceparent`. */
export function readTraceparent(value: unknown): TraceParent | undefined {
  const [, traceId, spanId, flags] = (typeof value === 'string' ? TRACEPARENT.exec(value) : null) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** Headers for a request whose `_meta` carries the trace of the call; the empty list for one that carries none. */
export function traceHeaders(meta: unknown): readonly string[] {
  if (typeof meta !== 'object' || meta === null) return NONE;
  const { traceparent, tracestate } = meta as { traceparent?: unknown; tracestate?: unknown };
  if (typeof traceparent !== 'string' || readTraceparent(traceparent) === undefined) return NONE;
  return isTracestate(tracestate)
    ? ['traceparent', traceparent, 'tracestate', tracestate]
    : ['traceparent', traceparent];
}

/** Whether a value may go on as `tracestate`. */
export function isTracestate(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_STATE_CHARS && STATE.test(value);
}

const NONE: readonly string[] = [];
