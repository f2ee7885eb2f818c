import { CHAIN_PART_BYTES, chainPart, lineDigest } from './chain-members.js';

/** Where a chain stands. */
export interface ChainHead {
  readonly chain: string;
  /** Of the last line; 0 = there is none. */
  readonly seq: number;
  /** SHA-256 of the last line. */
  readonly digest: string;
}

const LINE_FEED = 0x0a;
/** A buffer that a burst made larger than this is not kept. */
const KEEP_BYTES = 1024 * 1024;

/** Gives finished lines their place in one chain. Works on batches, so that a call pays for a string and no hash. */
export class ChainSealer {
  #head: ChainHead;
  #out = Buffer.allocUnsafeSlow(64 * 1024);
  #used = 0;

  constructor(head: ChainHead) {
    this.#head = head;
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** Of what was sealed and not taken. */
  get bytes(): number {
    return this.#used;
  }

  /** @param lines JSON objects, each with its line feed */
  seal(lines: Buffer): void {
    for (let from = 0; from < lines.length;) {
      const end = lines.indexOf(LINE_FEED, from);
      const start = this.#room(end - from);
      // Without the closing brace: the members of the chain stand in front of it.
      this.#used += lines.copy(this.#out, start, from, end - 1);
      this.#close(start);
      from = end + 1;
    }
  }

  /**
   * A line whose text depends on its place in the chain.
   * @param compose gets what `chainPart` will add, and returns the line without it and without its closing brace
   */
  sealComposed(compose: (part: string) => string): void {
    const { chain, seq, digest } = this.#head;
    const text = compose(chainPart({ chain, seq: seq + 1, prev: digest }));
    const start = this.#room(Buffer.byteLength(text));
    this.#used += this.#out.write(text, start, 'utf8');
    this.#close(start);
  }

  /** Everything sealed since the last time. The bytes are valid until the next line is sealed. */
  take(): Buffer {
    const taken = this.#out.subarray(0, this.#used);
    if (this.#out.length > KEEP_BYTES) this.#out = Buffer.allocUnsafeSlow(64 * 1024);
    this.#used = 0;
    return taken;
  }

  /** @param start of the line, whose text is in the buffer already */
  #close(start: number): void {
    const { chain, seq, digest } = this.#head;
    this.#used += this.#out.write(chainPart({ chain, seq: seq + 1, prev: digest }), this.#used, 'latin1');
    this.#head = { chain, seq: seq + 1, digest: lineDigest(this.#out.subarray(start, this.#used)) };
    this.#out[this.#used++] = LINE_FEED;
  }

  /** @returns where the next line begins */
  #room(lineBytes: number): number {
    const needed = this.#used + lineBytes + CHAIN_PART_BYTES;
    if (needed > this.#out.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#out.length * 2));
      this.#out.copy(larger, 0, 0, this.#used);
      this.#out = larger;
    }
    return this.#used;
  }
}
