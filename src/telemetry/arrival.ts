import type { IncomingMessage } from 'node:http';

/** When a request came, for the spans of its call. Kept only while traces are made. */
export interface Arrival {
  /** As the client's header has it; `_meta` of the request goes before it. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** `performance.now()`. */
  readonly receivedAt: number;
  /** 0 = not yet. */
  authenticatedAt: number;
  /** The first call of a request has told of it; the next ones of the same request start where they start. */
  isTold: boolean;
}

interface Arrived extends IncomingMessage {
  gatewayArrival?: Arrival;
}

/** The time at which a request was there. */
export function noteArrival(request: Arrived): void {
  const { traceparent, tracestate } = request.headers;
  request.gatewayArrival = {
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    tracestate: typeof tracestate === 'string' ? tracestate : undefined,
    receivedAt: performance.now(),
    authenticatedAt: 0,
    isTold: false,
  };
}

/** Undefined = no traces are made. The caller is known by now. */
export function arrivalOf(request: Arrived): Arrival | undefined {
  const { gatewayArrival: arrival } = request;
  if (arrival?.authenticatedAt === 0) arrival.authenticatedAt = performance.now();
  return arrival;
}
