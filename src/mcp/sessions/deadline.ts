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
  private armed: Limited | undefined;
  /** When what is armed began, on the clock of its time; later by the time that it stood still. */
  private startedAt = 0;
  /** Holders, and since when. */
  private holders = 0;
  private heldAt = 0;

  get signal(): CancelSignal {
    return this.abortable;
  }

  /** Starts; what was armed before is forgotten. */
  arm(limited: Limited): void {
    clearTimeout(this.timer);
    this.armed = limited;
    this.startedAt = performance.now();
    this.holders = 0;
    this.timer = setTimeout(() => {
      this.late(limited);
    }, limited.warnMs);
  }

  /** Its time stands still until it was released as often: somebody else is waited for. */
  hold(): void {
    if (this.holders++ > 0) return;
    this.heldAt = performance.now();
    clearTimeout(this.timer);
  }

  release(): void {
    if (this.holders === 0 || --this.holders > 0) return;
    const limited = this.armed;
    this.startedAt += performance.now() - this.heldAt;
    if (limited === undefined || this.abortable.aborted) return;
    const spentMs = performance.now() - this.startedAt;
    clearTimeout(this.timer);
    this.timer =
      spentMs < limited.warnMs
        ? setTimeout(() => {
            this.late(limited);
          }, limited.warnMs - spentMs)
        : this.lastTimer(limited, limited.timeoutMs - spentMs);
  }

  /** Time does not matter any more. Idempotent. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.armed = undefined;
  }

  private late(limited: Limited): void {
    this.timer = this.lastTimer(limited, limited.timeoutMs - limited.warnMs);
    limited.warn();
  }

  private lastTimer(limited: Limited, ms: number): NodeJS.Timeout {
    return setTimeout(
      () => {
        this.timer = undefined;
        this.abortable.abort(limited.timeoutError());
      },
      Math.max(0, ms),
    );
  }
}
