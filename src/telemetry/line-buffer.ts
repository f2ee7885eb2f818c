const FIRST_BYTES = 64 * 1024;
/** A buffer that a burst made larger than this is not kept for later. */
const KEEP_BYTES = 1024 * 1024;
/** UTF-8 takes at most three bytes per UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Lines as bytes, waiting to be written. Each line is encoded when it arrives: joining many strings later costs about twice as much,
 * all of it in one go.
 */
export class LineBuffer {
  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #used = 0;
  #spare: Buffer | undefined;

  get bytes(): number {
    return this.#used;
  }

  append(line: string): void {
    const needed = this.#used + line.length * MAX_BYTES_PER_UNIT;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#used += this.#buffer.write(line, this.#used, 'utf8');
  }

  /** Hands over everything that waits; the caller gives the bytes back with `giveBack`. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#used);
    this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#spare = undefined;
    this.#used = 0;
    return taken;
  }

  /** Makes the memory of a batch usable again; nobody may read it any more. */
  giveBack(batch: Buffer): void {
    if (batch.buffer.byteLength <= KEEP_BYTES) this.#spare = Buffer.from(batch.buffer, 0);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}
