import type { ConfigRepository } from './administration/config-repository.js';
import type { KeyBook } from './key-book.js';
import type { LoadResult } from './loader.js';

/** What a config is read from and how its changes are noticed. ConfigStore holds what it gives. */
export interface ConfigSource {
  /** What messages call it; without credentials. */
  readonly place: string;
  readonly keys: KeyBook;
  readonly repository: ConfigRepository;
  /** How often it is looked at, in milliseconds. */
  readonly pollMs: number;
  /** Everything that is known is older than may be relied on: nobody is let in. */
  readonly isLost: boolean;
  /**
   * The config, when it or a secret file it refers to may have changed since the last look; null = it has not.
   * @param always also when nothing changed
   * @throws StoreUnavailableError
   */
  look(always: boolean): Promise<LoadResult | null>;
  /** @param wake to be called when a change is known before the next look */
  follow(wake: () => void): void;
  /** Idempotent; nothing that it started goes on. */
  close(): void;
}
