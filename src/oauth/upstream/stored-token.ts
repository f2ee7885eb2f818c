/** A token as the vault keeps it. */
export interface StoredToken {
  readonly accessToken: string;
  /** null = the authorization server gave none. */
  readonly refreshToken: string | null;
  readonly scopes: readonly string[];
  /** From issue to end, in milliseconds: a bound for readers whose clock is not the writer's. */
  readonly lifeMs: number;
  /** Epoch milliseconds, by the writer's clock. */
  readonly expiresAt: number;
}
