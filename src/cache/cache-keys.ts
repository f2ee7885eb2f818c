import { createHmac, hash } from 'node:crypto';

/**
 * Names of entries: `<prefix>:catalog:<tenant>:<server>:<config hash>`. Every part of outside origin is hashed, so that none can hold the
 * separator or grow the name. With a key the hashes are keyed: a config hash covers passwords, and a plain one would let whoever reads
 * the names try guesses.
 */
export class CacheKeys {
  readonly prefix: string;
  readonly #digest: (text: string) => string;

  /** @param nameKey 32 bytes, or null for plain SHA-256 */
  constructor(prefix: string, nameKey: Buffer | null) {
    this.prefix = prefix;
    this.#digest =
      nameKey === null
        ? (text) => hash('sha256', text, 'hex')
        : (text) => createHmac('sha256', nameKey).update(text).digest('hex');
    this.#hashOf = nameKey === null ? (configHash) => configHash : this.#digest;
  }

  /** A config hash is a SHA-256 already. */
  readonly #hashOf: (configHash: string) => string;

  catalog(tenant: string, server: string, configHash: string): string {
    return `${this.catalogsOf(tenant)}${this.#digest(server)}:${this.#hashOf(configHash)}`;
  }

  /** What the names of all catalogs of a tenant begin with. */
  catalogsOf(tenant: string): string {
    return `${this.prefix}:catalog:${this.#digest(tenant)}:`;
  }

  /** What counts something of outside origin. */
  limit(counter: string): string {
    return `${this.prefix}:limit:${this.#digest(counter)}`;
  }

  /** Where it is written down that somebody cleared a server's catalog. */
  cleared(tenant: string, server: string): string {
    return `${this.prefix}:cleared:${this.#digest(tenant)}:${this.#digest(server)}`;
  }

  /** What replicas know of a client session; its id is a secret. */
  session(id: string): string {
    return `${this.prefix}:session:${this.#digest(id)}`;
  }

  /** Where replicas tell each other of sessions. */
  get sessionChannel(): string {
    return `${this.prefix}:sessions`;
  }
}
