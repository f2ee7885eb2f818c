import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limit, LimitKind } from '../contracts/limits.js';
import type { Shortage } from './rate-limit-error.js';

/** How far a counter is, and when it starts again. */
export interface Usage {
  readonly used: number;
  readonly resetsInMs: number;
}

const SECONDS: Readonly<Record<Exclude<LimitKind, 'concurrent'>, number>> = {
  calls_per_minute: 60,
  calls_per_day: 86_400,
  bytes_per_minute: 60,
};

/** More than any limit: what is too much is said here, by the numbers of now, so that counters outlive a change of the config. */
const POINTS = Number.MAX_SAFE_INTEGER;

/** What rate-limiter-flexible needs to know of one length of window. */
export interface LimiterOptions {
  readonly points: number;
  readonly duration: number;
}

/** Windows of fixed length that begin with the first call, over rate-limiter-flexible. */
export class Windows {
  readonly #minute: RateLimiterAbstract;
  readonly #day: RateLimiterAbstract;

  readonly #nameOf: (counter: string) => string;

  /** @param nameOf what a counter is called where it is kept */
  constructor(make: (options: LimiterOptions) => RateLimiterAbstract, nameOf = (counter: string): string => counter) {
    this.#nameOf = nameOf;
    this.#minute = make({ points: POINTS, duration: SECONDS.calls_per_minute });
    this.#day = make({ points: POINTS, duration: SECONDS.calls_per_day });
  }

  /** Room under all limits or nothing taken from any. @param bytes of the request */
  async take(limits: readonly Limit[], bytes: number): Promise<Shortage | null> {
    // Looked at first, so that a call which one limit refuses does not stand in the way of others under the rest, not even for a moment.
    if (limits.length > 1) {
      const looked = await Promise.all(limits.map((limit) => this.#limiter(limit).get(this.#nameOf(limit.counter))));
      const short = worst(limits, looked, (limit, { consumedPoints }) => consumedPoints + amountOf(limit, bytes));
      if (short !== null) return short;
    }
    const taken = await Promise.all(
      limits.map((limit) => this.#limiter(limit).consume(this.#nameOf(limit.counter), amountOf(limit, bytes))),
    );
    const short = worst(limits, taken, (_, { consumedPoints }) => consumedPoints);
    if (short !== null) await this.giveBack(limits, bytes);
    return short;
  }

  async giveBack(limits: readonly Limit[], bytes: number): Promise<void> {
    await Promise.all(
      limits.map((limit) => this.#limiter(limit).reward(this.#nameOf(limit.counter), amountOf(limit, bytes))),
    );
  }

  /** Counts what could not be known before, whatever the limit. */
  async charge(limit: Limit, bytes: number): Promise<void> {
    await this.#limiter(limit).penalty(this.#nameOf(limit.counter), bytes);
  }

  async usage(limit: Limit): Promise<Usage> {
    const found = await this.#limiter(limit).get(this.#nameOf(limit.counter));
    return found === null || found.msBeforeNext <= 0 ? NOTHING : usageOf(found);
  }

  #limiter({ kind }: Limit): RateLimiterAbstract {
    return kind === 'calls_per_day' ? this.#day : this.#minute;
  }
}

const NOTHING: Usage = { used: 0, resetsInMs: 0 };

function usageOf({ consumedPoints, msBeforeNext }: RateLimiterRes): Usage {
  return { used: Math.max(0, consumedPoints), resetsInMs: msBeforeNext };
}

function amountOf({ kind }: Limit, bytes: number): number {
  return kind === 'bytes_per_minute' ? bytes : 1;
}

/** Of the limits without room the one that takes longest: before that another try is in vain. */
function worst(
  limits: readonly Limit[],
  states: readonly (RateLimiterRes | null)[],
  wanted: (limit: Limit, state: RateLimiterRes) => number,
): Shortage | null {
  let short: Shortage | null = null;
  for (const [index, limit] of limits.entries()) {
    const state = states[index] ?? EMPTY;
    if (wanted(limit, state) <= limit.max) continue;
    if (short === null || state.msBeforeNext > short.retryAfterMs) short = { limit, retryAfterMs: state.msBeforeNext };
  }
  return short;
}

/** Nobody has called yet: only a request of more bytes than the limit has no room then. */
const EMPTY = { consumedPoints: 0, msBeforeNext: 0 } as RateLimiterRes;
