/** Failed connects in a row before the breaker opens. */
const THRESHOLD = 3;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

/** Time and chance, passed in so that tests can set them. */
export interface BreakerClock {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** 0 <= x < 1 */
  readonly random: () => number;
}

export const SYSTEM_CLOCK: BreakerClock = { now: () => performance.now(), random: Math.random };

/**
 * Keeps a gateway from connecting again and again to a server that is down: after three failures in a row nothing is tried for
 * 0.5 s, then twice as long after each further failure up to 30 s, each half to fully that long by chance, so that many gateways
 * do not return in step. A success closes it.
 */
export class CircuitBreaker {
  readonly #clock: BreakerClock;
  #failures = 0;
  #openUntil = 0;

  constructor(clock: BreakerClock = SYSTEM_CLOCK) {
    this.#clock = clock;
  }

  /** Milliseconds until the next attempt is allowed; 0 = now. */
  get waitMs(): number {
    return Math.max(0, this.#openUntil - this.#clock.now());
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
  }

  failed(): void {
    this.#failures++;
    if (this.#failures < THRESHOLD) return;
    // The exponent is bounded on its own: 2 ** n is Infinity after a thousand failures.
    const doublings = Math.min(this.#failures - THRESHOLD, 10);
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** doublings);
    this.#openUntil = this.#clock.now() + delay * (0.5 + this.#clock.random() / 2);
  }
}
