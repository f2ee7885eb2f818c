import { type CancelSignal, CallSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';

/** What runs under a deadline. Times are milliseconds from its start. */
export interface Limited {
  readonly warnMs: number;
  /** Not below `warnMs`. */
  readonly timeoutMs: number;
  /** It is late, and goes on. */
  warn(): void;
  /** Why its signal aborts. */
  timeoutError(): GatewayError;
}

/**
 * A signal that aborts when time is up. One timer at a time: it first waits for the warning and then for the end, so that work which is
 * done before the warning (nearly all) costs no more than a plain timeout.
 */
export class Deadline {
  protected readonly abortable = new CallSignal();
  private timer: NodeJS.Timeout | undefined;

  get signal(): CancelSignal {
    return this.abortable;
  }

  /** Starts; what was armed before is forgotten. */
  arm(limited: Limited): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.late(limited);
    }, limited.warnMs);
  }

  /** Time does not matter any more. Idempotent. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private late(limited: Limited): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.abortable.abort(limited.timeoutError());
    }, limited.timeoutMs - limited.warnMs);
    limited.warn();
  }
}
