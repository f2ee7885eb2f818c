/** A token as the vault keeps it. */
export interface StoredToken {
  readonly accessToken: string;
  /** null = the authorization server gave none. */
  readonly refreshToken: string | null;
  readonly scopes: readonly string[];
  /** What was asked for when it was first got; absent = not known. */
  readonly asked?: readonly string[];
  /** From issue to end, in milliseconds: a bound for readers whose clock is not the writer's. */
  readonly lifeMs: number;
  /** Epoch milliseconds, by the writer's clock. */
  readonly expiresAt: number;
}

/** The JSON text as a StoredToken; null when it is something else. */
export function readStoredToken(text: string): StoredToken | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const { accessToken, refreshToken, scopes, asked, lifeMs, expiresAt } = value as Record<string, unknown>;
  if (typeof accessToken !== 'string' || typeof lifeMs !== 'number' || typeof expiresAt !== 'number') return null;
  if (typeof refreshToken !== 'string' && refreshToken !== null) return null;
  if (!isTexts(scopes)) return null;
  return { accessToken, refreshToken, scopes, ...(isTexts(asked) && { asked }), lifeMs, expiresAt };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
