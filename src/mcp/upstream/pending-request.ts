import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { McpCall, Progress } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import type { UpstreamAnswer } from './upstream-session.js';

/** Why a signal aborted, as the error to throw: its own reason when that is a GatewayError. */
export function abortError(signal: CancelSignal): GatewayError {
  const reason: unknown = signal.reason;
  if (reason instanceof GatewayError) return reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return late
    ? new GatewayError('upstream_timeout', 'The server did not answer in time.', { cause: reason })
    : new GatewayError('cancelled', 'The request was cancelled.', { cause: reason });
}

/** A GatewayError `upstream_unavailable`; `what` continues the sentence `Server "x" …`. */
export function unavailable(server: string, what: string, cause?: unknown, retryable = true): GatewayError {
  return new GatewayError('upstream_unavailable', `Server "${server}" ${what}.`, { cause, retryable });
}

/** One request under way: settles once, whoever comes first, and then lets go of its signal. */
export class PendingRequest {
  readonly id: number;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly call: McpCall | undefined;
  /** Of subscriptions/listen: told what the server serves. */
  acknowledged: ((served: Readonly<Record<string, unknown>>) => void) | undefined;
  readonly #resolve: (answer: UpstreamAnswer) => void;
  readonly #reject: (error: GatewayError) => void;
  readonly #signal: CancelSignal;
  readonly #onAbort: () => void;

  /** @param onAbort called when the signal aborts first; the request is rejected by the caller of `fail`. */
  constructor(
    id: number,
    settle: { resolve: (answer: UpstreamAnswer) => void; reject: (error: GatewayError) => void },
    onProgress: ((progress: Progress) => void) | undefined,
    signal: CancelSignal,
    onAbort: (request: PendingRequest) => void,
    call: McpCall | undefined,
  ) {
    this.id = id;
    this.#resolve = settle.resolve;
    this.#reject = settle.reject;
    this.onProgress = onProgress;
    this.call = call;
    this.#signal = signal;
    this.#onAbort = () => {
      onAbort(this);
    };
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  answer(answer: UpstreamAnswer): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#resolve(answer);
  }

  fail(error: GatewayError): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#reject(error);
  }

  /** The reason the caller gave up, as an error. */
  abortError(): GatewayError {
    return abortError(this.#signal);
  }
}
