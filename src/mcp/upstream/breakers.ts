import { GatewayError } from '../../errors.js';
import { CircuitBreaker, SYSTEM_CLOCK, type BreakerClock } from './circuit-breaker.js';

/** How long a failure is remembered when nobody tries again. */
const FORGET_AFTER_MS = 5 * 60_000;

/** One circuit breaker per pool key, kept only while there is a failure to remember. */
export class Breakers {
  readonly #clock: BreakerClock;
  readonly #breakers = new Map<string, { readonly breaker: CircuitBreaker; lastFailure: number }>();

  constructor(clock: BreakerClock = SYSTEM_CLOCK) {
    this.#clock = clock;
  }

  /** @throws GatewayError `upstream_unavailable` that says when the next attempt is made, while the breaker is open. */
  check(key: string, server: string): void {
    const waitMs = this.#breakers.get(key)?.breaker.waitMs ?? 0;
    if (waitMs === 0) return;
    const seconds = (Math.ceil(waitMs / 100) / 10).toFixed(1);
    const text = `Server "${server}" could not be connected to several times in a row; the next attempt is possible in ${seconds} s.`;
    throw new GatewayError('upstream_unavailable', text, {
      retryable: true,
      data: { retryAfterMs: Math.ceil(waitMs) },
    });
  }

  succeeded(key: string): void {
    this.#breakers.delete(key);
  }

  failed(key: string): void {
    const known = this.#breakers.get(key) ?? { breaker: new CircuitBreaker(this.#clock), lastFailure: 0 };
    known.breaker.failed();
    known.lastFailure = this.#clock.now();
    this.#breakers.set(key, known);
  }

  /** Drops what is older than five minutes: keys come and go with principals and configs. */
  forgetOld(): void {
    const before = this.#clock.now() - FORGET_AFTER_MS;
    for (const [key, { lastFailure }] of this.#breakers) if (lastFailure < before) this.#breakers.delete(key);
  }
}
