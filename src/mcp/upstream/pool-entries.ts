import type { PoolEntry } from './pool-entry.js';

/** The pool's entries by key, by client session, and counted by kind. */
export class PoolEntries {
  readonly #byKey = new Map<string, PoolEntry>();
  /** Those that belong to one client session, by its clientSessionKey. */
  readonly #byClient = new Map<string, Set<PoolEntry>>();
  #stdioCount = 0;

  get size(): number {
    return this.#byKey.size;
  }

  get stdioCount(): number {
    return this.#stdioCount;
  }

  get(key: string): PoolEntry | undefined {
    return this.#byKey.get(key);
  }

  /** A copy, so that entries may be removed on the way. */
  all(): PoolEntry[] {
    return [...this.#byKey.values()];
  }

  ofClient(clientKey: string): PoolEntry[] {
    return [...(this.#byClient.get(clientKey) ?? [])];
  }

  has(entry: PoolEntry): boolean {
    return this.#byKey.get(entry.key) === entry;
  }

  add(entry: PoolEntry): void {
    this.#byKey.set(entry.key, entry);
    if (isStdio(entry)) this.#stdioCount++;
    if (entry.clientKey === null) return;
    const siblings = this.#byClient.get(entry.clientKey);
    if (siblings === undefined) this.#byClient.set(entry.clientKey, new Set([entry]));
    else siblings.add(entry);
  }

  remove(entry: PoolEntry): void {
    if (!this.has(entry)) return;
    this.#byKey.delete(entry.key);
    if (isStdio(entry)) this.#stdioCount--;
    if (entry.clientKey === null) return;
    const siblings = this.#byClient.get(entry.clientKey);
    siblings?.delete(entry);
    if (siblings?.size === 0) this.#byClient.delete(entry.clientKey);
  }

  /** The idle entry that was not used for the longest time. */
  oldestIdle(onlyStdio: boolean): PoolEntry | undefined {
    let oldest: PoolEntry | undefined;
    for (const entry of this.#byKey.values()) {
      if (!entry.idle || (onlyStdio && !isStdio(entry))) continue;
      if (entry.lastUsed < (oldest?.lastUsed ?? Infinity)) oldest = entry;
    }
    return oldest;
  }
}

function isStdio(entry: PoolEntry): boolean {
  return entry.server.connection.kind === 'stdio';
}
