/** Failures in a row before the service is left alone. */
const THRESHOLD = 5;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** Time and chance, passed in so that tests can set them. */
export interface BreakerClock {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** 0 <= x < 1 */
  readonly random: () => number;
}

const SYSTEM_CLOCK: BreakerClock = { now: () => performance.now(), random: Math.random };

/**
 * Keeps the calls of a whole gateway from waiting, each for itself, for a service that is down. Closed: everything is asked. After five
 * failures in a row it opens: nothing is asked for 1 s, then twice as long after each further failure up to 30 s, each half to fully
 * that long by chance, so that many gateways do not return in step. After the pause it is half-open: one request tries, the others are
 * still refused; its success closes the breaker, its failure starts the next pause.
 */
export class ProviderBreaker {
  readonly #clock: BreakerClock;
  #failures = 0;
  #openUntil = 0;
  #isTrying = false;

  constructor(clock: BreakerClock = SYSTEM_CLOCK) {
    this.#clock = clock;
  }

  /** True when a request may be made; its end must be told. */
  enter(): boolean {
    if (this.#failures < THRESHOLD) return true;
    if (this.#isTrying || this.#clock.now() < this.#openUntil) return false;
    this.#isTrying = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isTrying = false;
  }

  failed(): void {
    this.#isTrying = false;
    this.#failures++;
    if (this.#failures < THRESHOLD) return;
    // The exponent is bounded on its own: 2 ** n is Infinity after a thousand failures.
    const doublings = Math.min(this.#failures - THRESHOLD, 10);
    const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** doublings);
    this.#openUntil = this.#clock.now() + pause * (0.5 + this.#clock.random() / 2);
  }

  /** The request told nothing about the service: its caller went away. */
  gaveUp(): void {
    this.#isTrying = false;
  }
}
