import type { StoredToken } from './stored-token.js';

/** Monotonic and epoch milliseconds. A token in use is judged by the first alone, which no change of the clock moves. */
export interface Clock {
  readonly monotonic: () => number;
  readonly wall: () => number;
}

export const SYSTEM_CLOCK: Clock = { monotonic: () => performance.now(), wall: () => Date.now() };

/** A renewed token is not asked for again for this long, even when a server refuses it. */
const MIN_RENEWAL_MS = 10_000;

/** For as long as this a token that was taken back on another replica is still sent, where the authorization server could not be told. */
export const CHECK_MS = 5_000;

/** A token in use by this process. */
export class HeldToken {
  /** Value of the header Authorization. */
  readonly authorization: string;
  readonly scopes: readonly string[];
  /** Beside those, what was asked for and not granted. */
  readonly asked: readonly string[];
  /** From here on it is renewed, while it is still used. Monotonic milliseconds, as the next. */
  readonly renewAt: number;
  readonly endsAt: number;
  /** From here on it is looked up whether another replica has taken it back. Moved on with each look. */
  checkAt: number;
  readonly #heldSince: number;

  /**
   * @param clock what another replica wrote is believed as far as the clocks agree: never for longer than the token's whole life
   * @param bufferMs at most half of its life, so that a short token is not renewed all the time
   */
  constructor(token: StoredToken, bufferMs: number, clock: Clock) {
    const now = clock.monotonic();
    const leftMs = Math.max(0, Math.min(token.expiresAt - clock.wall(), token.lifeMs));
    this.authorization = `Bearer ${token.accessToken}`;
    this.scopes = token.scopes;
    this.asked = token.asked ?? [];
    this.endsAt = now + leftMs;
    this.renewAt = this.endsAt - Math.min(bufferMs, token.lifeMs / 2);
    this.checkAt = now + CHECK_MS;
    this.#heldSince = now;
  }

  /** So new that another one would be refused as well. */
  isNew(now: number): boolean {
    return now - this.#heldSince < MIN_RENEWAL_MS;
  }
}
