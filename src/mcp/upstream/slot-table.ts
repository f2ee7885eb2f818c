/** More than can ever be under way at once; keys are a slot plus a multiple of this. */
const SLOTS = 1_048_576;

/**
 * What is under way, by a number that is never given twice. A Map or Set in its place costs a fifth of the CPU of a call: it makes a
 * new table every few entries, the collector moves the old tables to the old generation, and each of those keeps all that it ever
 * held alive until the next full collection. Here a slot is overwritten when its value leaves.
 */
export class SlotTable<T> {
  readonly #values: (T | null)[] = [];
  readonly #keys: number[] = [];
  readonly #free: number[] = [];
  #count = 0;

  get size(): number {
    return this.#values.length - this.#free.length;
  }

  /** Takes a slot and returns its key; until `set` the slot holds nothing. */
  reserve(): number {
    const slot = this.#free.pop() ?? this.#values.length;
    const key = ++this.#count * SLOTS + slot;
    this.#values[slot] = null;
    this.#keys[slot] = key;
    return key;
  }

  /** Only for a key that is reserved. */
  set(key: number, value: T): void {
    this.#values[key % SLOTS] = value;
  }

  get(key: number): T | undefined {
    const slot = key % SLOTS;
    return this.#keys[slot] === key ? (this.#values[slot] ?? undefined) : undefined;
  }

  /** Does nothing for a key that is gone. */
  delete(key: number): void {
    const slot = key % SLOTS;
    if (this.#keys[slot] !== key) return;
    this.#values[slot] = null;
    this.#keys[slot] = 0;
    this.#free.push(slot);
  }

  /** What is in the table at this moment; members may leave while the caller goes through them. */
  values(): T[] {
    return this.#values.filter((value) => value !== null);
  }
}
