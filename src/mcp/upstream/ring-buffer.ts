/** Keeps the last `capacity` bytes written to it: the tail of a child's stderr, whatever the child writes in total. */
export class RingBuffer {
  readonly #bytes: Buffer;
  #next = 0;
  #full = false;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  write(chunk: Buffer): void {
    const capacity = this.#bytes.length;
    const tail = chunk.length > capacity ? chunk.subarray(chunk.length - capacity) : chunk;
    const head = Math.min(tail.length, capacity - this.#next);
    tail.copy(this.#bytes, this.#next, 0, head);
    tail.copy(this.#bytes, 0, head);
    this.#full ||= this.#next + tail.length >= capacity;
    this.#next = (this.#next + tail.length) % capacity;
  }

  /** The kept bytes, oldest first. */
  text(): string {
    if (!this.#full) return this.#bytes.toString('utf8', 0, this.#next);
    return Buffer.concat([this.#bytes.subarray(this.#next), this.#bytes.subarray(0, this.#next)]).toString('utf8');
  }
}
