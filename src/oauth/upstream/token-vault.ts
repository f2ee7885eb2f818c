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
  /** Keeps a short text for a while, sealed as tokens are. @throws VaultFault */
  keep(name: string, text: string, lifeMs: number): Promise<void>;
  /** A text that is kept. @throws VaultFault */
  look(name: string): Promise<string | null>;
  /** The same, once: nobody else gets it, nor it a second time. @throws VaultFault */
  take(name: string): Promise<string | null>;
  close(): void;
}

/** The vault cannot be used now. Holds nothing of what was to be kept. */
export class VaultFault extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VaultFault';
  }
}

/** An entry that no key opens. */
export class ForeignEntry extends VaultFault {
  constructor() {
    super('the entry in the token vault was not sealed with a key of ENKRYPT_VAULT_KEY');
    this.name = 'ForeignEntry';
  }
}

/** Texts of this process that are kept for a while; the oldest gives way. */
const MAX_TEXTS = 10_000;

const MAX_TOKENS = 10_000;

/** Tokens of this process; those that were not used for longest give way. Whoever asks twice at once is sent to the same flight by UpstreamTokens, so that nobody has to wait here. */
export class MemoryVault implements TokenVault {
  readonly shared = false;
  readonly #tokens = new Map<string, StoredToken>();
  readonly #texts = new Map<string, { readonly text: string; readonly endsAt: number }>();

  read(key: string): Promise<StoredToken | null> {
    const token = this.#tokens.get(key);
    if (token === undefined) return Promise.resolve(null);
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    return Promise.resolve(token);
  }

  write(key: string, token: StoredToken): Promise<void> {
    this.#tokens.delete(key);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size >= MAX_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
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

  keep(name: string, text: string, lifeMs: number): Promise<void> {
    this.#texts.delete(name);
    for (const [oldest, { endsAt }] of this.#texts) {
      if (this.#texts.size < MAX_TEXTS && performance.now() < endsAt) break;
      this.#texts.delete(oldest);
    }
    this.#texts.set(name, { text, endsAt: performance.now() + lifeMs });
    return Promise.resolve();
  }

  look(name: string): Promise<string | null> {
    const kept = this.#texts.get(name);
    return Promise.resolve(kept !== undefined && performance.now() < kept.endsAt ? kept.text : null);
  }

  take(name: string): Promise<string | null> {
    const found = this.look(name);
    this.#texts.delete(name);
    return found;
  }

  close(): void {
    this.#tokens.clear();
    this.#texts.clear();
  }
}
