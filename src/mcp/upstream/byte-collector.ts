/** Chunks shorter than this are copied together: an object for each would take some hundred times what its bytes do. */
const SMALL_BYTES = 4 * 1024;
const BLOCK_BYTES = 16 * 1024;

/** The chunks of one body, in memory in proportion to its bytes, however small the sender cuts them. */
export class ByteCollector {
  readonly #parts: Buffer[] = [];
  #block: Buffer | undefined;
  #blockStart = 0;
  #blockEnd = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    const isFirst = this.#bytes === 0;
    this.#bytes += chunk.length;
    // Most bodies are one chunk, which is kept as it is.
    if (isFirst || chunk.length >= SMALL_BYTES) {
      this.#endPart();
      this.#parts.push(chunk);
      return;
    }
    if (this.#block === undefined || this.#block.length - this.#blockEnd < chunk.length) {
      this.#endPart();
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#blockStart = 0;
      this.#blockEnd = 0;
    }
    this.#blockEnd += chunk.copy(this.#block, this.#blockEnd);
  }

  /** Everything so far; null when there was nothing. */
  join(): Buffer | null {
    this.#endPart();
    const [first] = this.#parts;
    if (this.#parts.length < 2) return first ?? null;
    return Buffer.concat(this.#parts, this.#bytes);
  }

  /** Closes the part of the block that was filled since the last large chunk. */
  #endPart(): void {
    if (this.#block === undefined || this.#blockStart === this.#blockEnd) return;
    this.#parts.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }
}
