import { Keyv } from 'keyv';
import { MemoryStore } from './memory-store.js';

/** Where cached values live. */
export interface CacheSettings {
  readonly kind: 'memory';
  /** Past this the entry unused for longest goes. */
  readonly maxEntries: number;
}

/**
 * The store behind cache-manager. Keys are written as given (they start with the tenant already). Values are kept by reference and
 * not serialised: whoever reads one must not change it.
 */
export function createStore(settings: CacheSettings): Keyv {
  const keyv = new Keyv({ store: new MemoryStore(settings.maxEntries), useKeyPrefix: false });
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}
