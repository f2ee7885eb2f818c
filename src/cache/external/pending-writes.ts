/** A write that did not reach the external cache; null = the entry is to be removed. Times are epoch milliseconds. */
export type PendingWrite = { readonly value: unknown; readonly expiresAt: number } | null;

/** How many are kept; past this the oldest go, and what they were about is discovered again or expires. */
const MAX_PENDING = 1000;

/** The last write for each key, in order, until it can be made up for. */
export class PendingWrites {
  readonly #writes = new Map<string, PendingWrite>();

  has(key: string): boolean {
    return this.#writes.has(key);
  }

  put(key: string, write: PendingWrite): void {
    this.#writes.delete(key);
    this.#writes.set(key, write);
    if (this.#writes.size <= MAX_PENDING) return;
    const oldest = this.#writes.keys().next();
    if (oldest.done !== true) this.#writes.delete(oldest.value);
  }

  /** Forgets a write that was made, unless another one for its key has come meanwhile. */
  done(key: string, write: PendingWrite): void {
    if (this.#writes.get(key) === write) this.#writes.delete(key);
  }

  /** What waits now: removals first, because they work in a full Redis too. */
  list(): readonly (readonly [string, PendingWrite])[] {
    const all = [...this.#writes];
    return [...all.filter(([, write]) => write === null), ...all.filter(([, write]) => write !== null)];
  }
}
