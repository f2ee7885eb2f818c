import { randomBytes } from 'node:crypto';
import type { CacheKeys } from './cache-keys.js';
import type { ExternalCache } from './external/external-cache.js';

/** Longer than any entry lives, so that no entry from before a clear outlives the clear's mark. */
const MARK_TTL_MS = 577 * 3_600_000;
const MARK = /^[A-Za-z0-9_-]{16}$/;

/** No clear is known. */
export const NO_MARK = '';

/**
 * Marks in the external cache that tell all gateways which entries are void: a clear writes a new random mark for its server, entries
 * carry the mark that was in force when their discovery began, and an entry with another mark is a miss. So a clear holds for entries
 * that it could not find, and for those that a slower gateway writes after it. In memory there is one gateway and no mark.
 */
export class ClearMarks {
  readonly #external: ExternalCache | null;
  readonly #keys: CacheKeys;
  /** By key: what was seen last, which is what there is to go by while the external cache is away. */
  readonly #seen = new Map<string, string>();

  constructor(external: ExternalCache | null, keys: CacheKeys) {
    this.#external = external;
    this.#keys = keys;
  }

  /** The mark as last seen; asks nobody. */
  seen(tenant: string, server: string): string {
    return this.#external === null ? NO_MARK : (this.#seen.get(this.#keys.cleared(tenant, server)) ?? NO_MARK);
  }

  /** The mark in force. */
  async read(tenant: string, server: string): Promise<string> {
    if (this.#external === null) return NO_MARK;
    const key = this.#keys.cleared(tenant, server);
    const { answered, value } = await this.#external.read(key);
    if (!answered) return this.seen(tenant, server);
    if (value !== undefined && !(typeof value === 'string' && MARK.test(value))) await this.#external.discard(key);
    const mark = typeof value === 'string' && MARK.test(value) ? value : NO_MARK;
    this.#seen.set(key, mark);
    return mark;
  }

  /** Voids all entries of the server. */
  async renew(tenant: string, server: string): Promise<void> {
    if (this.#external === null) return;
    const key = this.#keys.cleared(tenant, server);
    const mark = randomBytes(12).toString('base64url');
    this.#seen.set(key, mark);
    await this.#external.write(key, mark, Date.now() + MARK_TTL_MS);
  }
}
