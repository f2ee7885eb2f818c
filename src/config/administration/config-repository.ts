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

/** Where configs, servers, projects, users and keys are kept. Reads see whole states, and no acknowledged write is lost. */
export interface ConfigRepository {
  /** @throws GatewayError `config_invalid` when it cannot be read */
  read(): Promise<StoredConfig>;
  /**
   * Applies an operation to the document, all of it or nothing. The operation may run again when somebody else wrote meanwhile.
   * @param expected refuse when this is not the revision any more
   * @throws AdministrationError `revision_mismatch`, `config_invalid` when the result would not load; what the operation throws passes through
   */
  change<T>(operation: (document: Json) => T, expected?: string): Promise<Changed<T>>;
}
