import type { LoadedConfig } from './loader.js';
import type { ConfigSnapshot, KeyRecord } from './snapshot.js';

export type ActiveKey = Extract<KeyRecord, { status: 'active' }>;

/** The keys, wherever they are kept. */
export interface KeyBook {
  /**
   * The key with this SHA-256 (64 hex digits); undefined = there is none. A promise when it must be asked for.
   * @throws StoreUnavailableError (or rejects with it) when what is known of keys is too old to be relied on
   */
  find(hex: string): KeyRecord | undefined | Promise<KeyRecord | undefined>;
  /** The active key of that id, if it was found before and is still confirmed. Sessions and calls under way ask this all the time. */
  byId(keyId: string): ActiveKey | undefined;
  /** Active keys that may have something open. */
  active(): Iterable<ActiveKey>;
  /** How many keys are in memory. */
  readonly size: number;
  /** From now on keys are what they are in this state of the config. */
  adopt(loaded: LoadedConfig): void;
}

/** The keys of a config file: all of them stand in the snapshot. */
export class SnapshotKeys implements KeyBook {
  private keys: ConfigSnapshot['keys'] = new Map();
  private index: ReadonlyMap<string, ActiveKey> | null = null;

  get size(): number {
    return this.keys.size;
  }

  find(hex: string): KeyRecord | undefined {
    return this.keys.get(hex);
  }

  byId(keyId: string): ActiveKey | undefined {
    this.index ??= new Map([...this.active()].map((record) => [record.principal.keyId, record]));
    return this.index.get(keyId);
  }

  *active(): Iterable<ActiveKey> {
    for (const record of this.keys.values()) if (record.status === 'active') yield record;
  }

  adopt({ snapshot }: LoadedConfig): void {
    this.keys = snapshot.keys;
    this.index = null;
  }
}
