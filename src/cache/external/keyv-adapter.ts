import type { CacheKeys } from '../cache-keys.js';
import { asStoredCatalog, type StoredCatalog } from '../stored-catalog.js';
import type { ExternalCache } from './external-cache.js';

/** A value as Keyv hands it to a store, not serialised. */
interface Kept {
  readonly value: StoredCatalog;
  readonly expires: number;
}

/** The catalogs of an external cache as a store of Keyv. What it gives back is shaped as ours and stored for that very key. */
export class KeyvAdapter {
  /** Keyv asks for it. */
  readonly opts = {};
  readonly #external: ExternalCache;
  readonly #keys: CacheKeys;

  constructor(external: ExternalCache, keys: CacheKeys) {
    this.#external = external;
    this.#keys = keys;
  }

  async get(key: string): Promise<Kept | undefined> {
    const { value } = await this.#external.read(key);
    if (value === undefined) return undefined;
    const stored = asStoredCatalog(value);
    if (stored !== null && this.#keys.catalog(stored.tenant, stored.server, stored.configHash) === key) {
      return { value: stored, expires: stored.expiresAt };
    }
    await this.#external.discard(key);
    return undefined;
  }

  async set(key: string, { value }: Kept): Promise<boolean> {
    await this.#external.write(key, value, value.expiresAt);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    await this.#external.remove(key);
    return true;
  }

  /** Everything under our prefix, as far as it is found; other applications' keys stay. */
  clear(): Promise<void> {
    return this.#external.sweep(`${this.#keys.prefix}:`);
  }

  disconnect(): Promise<void> {
    return this.#external.close();
  }
}
