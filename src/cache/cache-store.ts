import { Keyv } from 'keyv';
import type { CacheKeys } from './cache-keys.js';
import type { ExternalCache } from './external/external-cache.js';
import type { KeyvAdapter } from './external/keyv-adapter.js';
import { MemoryStore } from './memory-store.js';

/** The stores behind cache-manager and what else knows of them. */
export interface Stores {
  /** In the order in which they are asked. */
  readonly keyvs: readonly Keyv[];
  readonly keys: CacheKeys;
  readonly external: ExternalCache | null;
}

/**
 * Memory, behind an external cache if there is one. Keys are written as given (they start with the tenant already). Values are kept by
 * reference and not serialised: whoever reads one must not change it.
 */
export function createStores(
  maxEntries: number,
  keys: CacheKeys,
  shared: { readonly external: ExternalCache; readonly adapter: KeyvAdapter } | null,
): Stores {
  const memory = keyvOver(new MemoryStore(maxEntries));
  if (shared === null) return { keyvs: [memory], keys, external: null };
  return { keyvs: [keyvOver(shared.adapter), memory], keys, external: shared.external };
}

function keyvOver(store: MemoryStore | KeyvAdapter): Keyv {
  const keyv = new Keyv({ store, useKeyPrefix: false });
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}
