import { type CancelSignal, CallSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';

/** What runs under a deadline. Times are milliseconds from its start. */
export interface Limited {
  readonly warnMs: number;
  /** Not below `warnMs`. */
  readonly timeoutMs: number;
  /** However much progress it shows; absent = progress changes nothing. */
  readonly totalMs?: number | undefined;
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
  /** The same for all of its time: progress does not move it. */
  private armedAt = 0;
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
    this.startedAt = this.armedAt = performance.now();
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
    const heldMs = performance.now() - this.heldAt;
    this.startedAt += heldMs;
    this.armedAt += heldMs;
    if (limited === undefined || this.abortable.aborted) return;
    clearTimeout(this.timer);
    this.wait(limited);
  }

  /** It goes on: its time begins anew, as far as the total allows. No timer is touched, because there may be many of these. */
  progressed(): void {
    const total = this.armed?.totalMs;
    if (total === undefined || this.holders > 0) return;
    const now = performance.now();
    const latest = this.armedAt + total - (this.armed?.timeoutMs ?? 0);
    this.startedAt = Math.max(this.startedAt, Math.min(now, latest));
  }

  /** Time does not matter any more. Idempotent. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.armed = undefined;
  }

  /** For the warning, or when that is over for the end. */
  private wait(limited: Limited): void {
    const spentMs = performance.now() - this.startedAt;
    if (spentMs < limited.warnMs) {
      this.timer = setTimeout(() => {
        this.late(limited);
      }, limited.warnMs - spentMs);
      return;
    }
    this.timer = setTimeout(
      () => {
        this.timeOut(limited);
      },
      Math.max(0, limited.timeoutMs - spentMs),
    );
  }

  private late(limited: Limited): void {
    const isLate = this.hasSpent(limited.warnMs);
    this.wait(limited);
    if (isLate) limited.warn();
  }

  private timeOut(limited: Limited): void {
    if (!this.hasSpent(limited.timeoutMs)) {
      this.wait(limited);
      return;
    }
    this.timer = undefined;
    this.abortable.abort(limited.timeoutError());
  }

  /** Timers may fire up to a millisecond early. */
  private hasSpent(ms: number): boolean {
    return performance.now() - this.startedAt >= ms - 1;
  }
}
