import type { Json } from './document.js';

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

/**
 * Which keys an operation looks at. Everything else of the document is always there, and keys may be added whatever the scope is. A store
 * that can leaves the other keys out of `apikeys`, so that a change of one does not touch a million; one that cannot has them all.
 */
export type KeyScope =
  | 'all'
  | 'none'
  /** The key that is named by its text, its hash or its id. */
  | { readonly key: string }
  /** Those of a user, who is named by id or address. */
  | { readonly user: string }
  /** Those of a project, which is named by id or name. */
  | { readonly project: string };

/** Where configs, servers, projects, users and keys are kept. Reads see whole states, and no acknowledged write is lost. */
export interface ConfigRepository {
  /** What messages call it; without credentials. */
  readonly place: string;
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
