/** A Map that forgets the entry unused for longest once it is full. Keyv takes it as a store and keeps the expiry in the values. */
export class MemoryStore extends Map<string, unknown> {
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    super();
    this.#maxEntries = maxEntries;
  }

  override get(key: string): unknown {
    const value = super.get(key);
    if (value !== undefined) {
      // A Map iterates in order of insertion: putting the entry back makes it the youngest.
      super.delete(key);
      super.set(key, value);
    }
    return value;
  }

  override set(key: string, value: unknown): this {
    super.delete(key);
    super.set(key, value);
    if (this.size > this.#maxEntries) {
      const oldest = this.keys().next();
      if (oldest.done !== true) super.delete(oldest.value);
    }
    return this;
  }
}
