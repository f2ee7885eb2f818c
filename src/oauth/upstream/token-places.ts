import type { GatewayError } from '../../errors.js';
import type { HeldToken } from './held-token.js';

/** One token of this process, or the attempt to get it. */
export interface TokenPlace {
  held: HeldToken | undefined;
  /** Shared by all who wait. */
  flight: Promise<HeldToken> | undefined;
  failure: { readonly error: GatewayError; readonly until: number; readonly count: number } | undefined;
}

const MAX_PLACES = 10_000;

/** The tokens of this process by their keys; of too many the oldest that nobody waits for gives way. */
export class TokenPlaces {
  readonly #places = new Map<string, TokenPlace>();

  get(key: string): TokenPlace | undefined {
    return this.#places.get(key);
  }

  /** The place of this key, made when there is none. */
  open(key: string): TokenPlace {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = { held: undefined, flight: undefined, failure: undefined };
      this.#makeRoom();
      this.#places.set(key, place);
    }
    return place;
  }

  delete(key: string): void {
    this.#places.delete(key);
  }

  clear(): void {
    this.#places.clear();
  }

  /** How many of them hold a token that can be used. @param now monotonic milliseconds */
  active(now: number): number {
    let count = 0;
    for (const { held } of this.#places.values()) if (held !== undefined && now < held.endsAt) count++;
    return count;
  }

  #makeRoom(): void {
    if (this.#places.size < MAX_PLACES) return;
    for (const [key, { flight }] of this.#places) {
      if (flight !== undefined) continue;
      this.#places.delete(key);
      return;
    }
  }
}
