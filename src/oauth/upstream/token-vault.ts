import type { StoredToken } from './stored-token.js';

/** Where tokens are kept: in this process, or in Redis for all replicas. Keys are names made by tokenKey. */
export interface TokenVault {
  /** Whether other replicas see what is written. */
  readonly shared: boolean;
  /** @throws VaultFault */
  read(key: string): Promise<StoredToken | null>;
  /** Resolves when it is kept. @throws VaultFault */
  write(key: string, token: StoredToken): Promise<void>;
  /** @throws VaultFault */
  remove(key: string): Promise<void>;
  /**
   * Does the work while no other replica does work on the same key.
   * @throws VaultFault when the turn does not come in time, and what the work throws
   */
  alone<T>(key: string, work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** The vault cannot be used now. Holds nothing of what was to be kept. */
export class VaultFault extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VaultFault';
  }
}

/** Tokens of this process. Whoever asks twice at once is sent to the same flight by UpstreamTokens, so that nobody has to wait here. */
export class MemoryVault implements TokenVault {
  readonly shared = false;
  readonly #tokens = new Map<string, StoredToken>();

  read(key: string): Promise<StoredToken | null> {
    return Promise.resolve(this.#tokens.get(key) ?? null);
  }

  write(key: string, token: StoredToken): Promise<void> {
    this.#tokens.set(key, token);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.#tokens.delete(key);
    return Promise.resolve();
  }

  alone<T>(_key: string, work: () => Promise<T>): Promise<T> {
    return work();
  }

  close(): void {
    this.#tokens.clear();
  }
}
