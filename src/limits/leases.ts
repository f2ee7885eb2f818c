import type { Limit } from '../contracts/limits.js';

/** Counts calls under way. A place that is taken is given back, or falls back when its holder is gone. */
export interface Leases {
  /** A place under every limit or under none. @returns the limit without room, or null */
  take(limits: readonly Limit[], id: string): Promise<Limit | null>;
  giveBack(limits: readonly Limit[], id: string): void;
  usage(limit: Limit): Promise<number>;
}

/** Of one process: they end with it. */
export class MemoryLeases implements Leases {
  readonly #held = new Map<string, number>();

  take(limits: readonly Limit[]): Promise<Limit | null> {
    const full = limits.find(({ counter, max }) => (this.#held.get(counter) ?? 0) >= max);
    if (full !== undefined) return Promise.resolve(full);
    for (const { counter } of limits) this.#held.set(counter, (this.#held.get(counter) ?? 0) + 1);
    return Promise.resolve(null);
  }

  giveBack(limits: readonly Limit[]): void {
    for (const { counter } of limits) {
      const left = (this.#held.get(counter) ?? 0) - 1;
      if (left > 0) this.#held.set(counter, left);
      else this.#held.delete(counter);
    }
  }

  usage({ counter }: Limit): Promise<number> {
    return Promise.resolve(this.#held.get(counter) ?? 0);
  }
}
