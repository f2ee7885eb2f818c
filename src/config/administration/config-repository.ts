import type { KeyUseStore } from '../key-use-store.js';
import type { Json } from './document.js';
import type { KeyScope } from './key-scope.js';

/** The stored config and which state of it that is. */
export interface StoredConfig {
  readonly document: Json;
  /** Changes with every write; the same form as the revision of a snapshot. */
  readonly revision: string;
}

/** What a change gave, and the revision after it. */
export interface Changed<T> {
  readonly result: T;
  readonly revision: string;
}

/** Where configs, servers, projects, users and keys are kept. Reads see whole states, and no acknowledged write is lost. */
export interface ConfigRepository {
  /** What messages call it; without credentials. */
  readonly place: string;
  /** When its keys were last used. */
  readonly keyUses: KeyUseStore;
  /** @throws GatewayError `config_invalid` when it cannot be read, StoreUnavailableError */
  read(keys?: KeyScope): Promise<StoredConfig>;
  /**
   * Applies an operation to the document, all of it or nothing. The operation may run again when somebody else wrote meanwhile.
   * @param expected refuse when this is not the revision any more
   * @throws AdministrationError `revision_mismatch`, `config_invalid` when the result would not load, StoreUnavailableError; what the
   * operation throws passes through
   */
  change<T>(operation: (document: Json) => T, expected?: string, keys?: KeyScope): Promise<Changed<T>>;
  /** Ends connections. Idempotent. */
  close(): Promise<void>;
}
