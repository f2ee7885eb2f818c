import { hash } from 'node:crypto';
import type { Cache } from 'cache-manager';
import type { CacheSettings } from './cache-store.js';

/** What is kept of one server's offer to one tenant. Plain JSON; not to be changed by readers. Times are epoch milliseconds. */
export interface CachedCatalog {
  /** Tool definitions exactly as the server sent them. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  readonly discoveredAt: number;
  /** The entry is gone from then on. */
  readonly expiresAt: number;
}

/** One line of the cache status. */
export interface CacheLine {
  readonly server: string;
  readonly toolCount: number;
  readonly discoveredAt: number;
  readonly expiresAt: number;
}

interface Stored extends CachedCatalog {
  readonly server: string;
}

const PREFIX = 'catalog';

/**
 * Tool definitions by tenant, server and config hash, in that order: an entry of one tenant cannot be named by another, and a
 * changed server config misses. A store that fails reads as empty; nothing here decides over access.
 */
export class CatalogCache {
  /** Where the entries live, as the cache status names it. */
  readonly kind: CacheSettings['kind'];
  readonly #cache: Cache;

  constructor(cache: Cache, kind: CacheSettings['kind']) {
    this.kind = kind;
    this.#cache = cache;
  }

  async get(tenant: string, server: string, configHash: string): Promise<CachedCatalog | undefined> {
    return this.#cache.get<Stored>(keyOf(tenant, server, configHash));
  }

  /** Keeps the entry until its `expiresAt`; one that is past already is not kept. */
  async set(tenant: string, server: string, configHash: string, entry: CachedCatalog): Promise<void> {
    const ttlMs = entry.expiresAt - Date.now();
    if (ttlMs <= 0) return;
    const stored: Stored = { ...entry, server };
    await this.#cache.set(keyOf(tenant, server, configHash), stored, ttlMs);
  }

  /** True when there was an entry. */
  async delete(tenant: string, server: string, configHash: string): Promise<boolean> {
    const key = keyOf(tenant, server, configHash);
    const known = (await this.#cache.get(key)) !== undefined;
    await this.#cache.del(key);
    return known;
  }

  /** Forgets everything of one tenant; returns how many entries that were. */
  async clear(tenant: string): Promise<number> {
    const keys = (await this.#entries(tenant)).map(([key]) => key);
    if (keys.length > 0) await this.#cache.mdel(keys);
    return keys.length;
  }

  /** What is kept for one tenant. Walks the whole store (a bounded one), so it is for status pages only. */
  async list(tenant: string): Promise<CacheLine[]> {
    return (await this.#entries(tenant)).map(([, { server, tools, discoveredAt, expiresAt }]) => ({
      server,
      toolCount: tools.length,
      discoveredAt,
      expiresAt,
    }));
  }

  async #entries(tenant: string): Promise<[string, Stored][]> {
    const prefix = `${PREFIX}:${sha256(tenant)}:`;
    const entries: [string, Stored][] = [];
    for (const store of this.#cache.stores) {
      if (store.iterator === undefined) continue;
      const pairs = store.iterator(undefined) as AsyncIterable<[string, unknown]>;
      for await (const [key, value] of pairs) if (key.startsWith(prefix)) entries.push([key, value as Stored]);
    }
    return entries;
  }
}

/** Names of outside origin are hashed, so that none can contain the separator or grow the key; the config hash is one already. */
function keyOf(tenant: string, server: string, configHash: string): string {
  return `${PREFIX}:${sha256(tenant)}:${sha256(server)}:${configHash}`;
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
