import type { Cache } from 'cache-manager';
import type { CacheKeys } from './cache-keys.js';
import { ClearMarks, NO_MARK } from './clear-marks.js';
import type { ExternalCache, ExternalCacheStatus } from './external/external-cache.js';
import type { StoredCatalog } from './stored-catalog.js';

/** What is kept of one server's offer to one tenant. Plain JSON; not to be changed by readers. Times are epoch milliseconds. */
export interface CachedCatalog {
  /** Tool definitions exactly as the server sent them. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  readonly discoveredAt: number;
  /** The entry is gone from then on. */
  readonly expiresAt: number;
}

/** What CatalogCache stands on. */
export interface CacheParts {
  /** Stores in the order in which they are asked: the external one first, then memory. */
  readonly cache: Cache;
  readonly keys: CacheKeys;
  /** null = the cache is in memory. */
  readonly external: ExternalCache | null;
}

/**
 * Tool definitions by tenant, server and config hash, in that order: an entry of one tenant cannot be named by another, and a
 * changed server config misses. A store that fails reads as empty; nothing here decides over access. With an external cache, memory
 * stands in while that is away.
 */
export class CatalogCache {
  readonly #cache: Cache;
  readonly #keys: CacheKeys;
  readonly #external: ExternalCache | null;
  readonly #marks: ClearMarks;

  constructor({ cache, keys, external }: CacheParts) {
    this.#cache = cache;
    this.#keys = keys;
    this.#external = external;
    this.#marks = new ClearMarks(external, keys);
  }

  /** State of the external cache; null = the cache is in memory. */
  get external(): ExternalCacheStatus | null {
    return this.#external?.status() ?? null;
  }

  async get(tenant: string, server: string, configHash: string): Promise<CachedCatalog | undefined> {
    const [mark, stored] = await Promise.all([
      this.#marks.read(tenant, server),
      this.#cache.get<StoredCatalog>(this.#keys.catalog(tenant, server, configHash)),
    ]);
    return stored?.mark === mark ? stored : undefined;
  }

  /** Names the clears that are known now; an entry is stored with what this said when its discovery began. */
  mark(tenant: string, server: string): string {
    return this.#marks.seen(tenant, server);
  }

  /** Keeps the entry until its `expiresAt`; one that is past already is not kept. */
  async set(
    names: { readonly tenant: string; readonly server: string; readonly configHash: string },
    entry: CachedCatalog,
    mark: string,
  ): Promise<void> {
    const ttlMs = entry.expiresAt - Date.now();
    if (ttlMs <= 0) return;
    const { tenant, server, configHash } = names;
    const { tools, discoveredAt, expiresAt } = entry;
    const stored: StoredCatalog = { tenant, server, configHash, mark, discoveredAt, expiresAt, tools };
    await this.#cache.set(this.#keys.catalog(tenant, server, configHash), stored, ttlMs);
  }

  /** Forgets one entry. */
  async forget(tenant: string, server: string, configHash: string): Promise<void> {
    await this.#cache.del(this.#keys.catalog(tenant, server, configHash));
  }

  /** Forgets one entry, here and at the gateways that share the external cache. True when there was one. */
  async clear(tenant: string, server: string, configHash: string): Promise<boolean> {
    const known = (await this.get(tenant, server, configHash)) !== undefined;
    await Promise.all([this.#marks.renew(tenant, server), this.forget(tenant, server, configHash)]);
    return known;
  }

  /** Removes what else is stored for a tenant: entries of servers and configs that are no longer in use. */
  async sweep(tenant: string): Promise<void> {
    const prefix = this.#keys.catalogsOf(tenant);
    for (const store of this.#cache.stores) {
      if (store.iterator === undefined) continue;
      const pairs = store.iterator(undefined) as AsyncIterable<[string, unknown]>;
      for await (const [key] of pairs) if (key.startsWith(prefix)) await store.delete(key);
    }
    await this.#external?.sweep(prefix);
  }

  /** Whether somebody cleared the server after this mark. */
  async clearedSince(tenant: string, server: string, mark: string): Promise<boolean> {
    const now = await this.#marks.read(tenant, server);
    return now !== NO_MARK && now !== mark;
  }
}
