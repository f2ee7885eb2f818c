const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines. A line that spans chunks is joined once, when its end arrives, so a long line costs its length
 * and not its square; `onOverflow` is called once when a line passes `maxLineBytes`, and nothing is read after that.
 */
export class LineReader {
  readonly #maxLineBytes: number;
  readonly #onLine: (line: Buffer) => void;
  readonly #onOverflow: () => void;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #ended = false;

  constructor(maxLineBytes: number, onLine: (line: Buffer) => void, onOverflow: () => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#onLine = onLine;
    this.#onOverflow = onOverflow;
  }

  push(chunk: Buffer): void {
    let from = 0;
    while (!this.#ended) {
      const end = chunk.indexOf(NEWLINE, from);
      const piece = end < 0 ? chunk.length - from : end - from;
      if (this.#partBytes + piece > this.#maxLineBytes) {
        this.stop();
        this.#onOverflow();
        return;
      }
      if (end < 0) break;
      this.#emit(chunk.subarray(from, end));
      from = end + 1;
    }
    if (this.#ended || from === chunk.length) return;
    this.#parts.push(from === 0 ? chunk : chunk.subarray(from));
    this.#partBytes += chunk.length - from;
  }

  /** Drops what is buffered and ignores everything that follows. */
  stop(): void {
    this.#ended = true;
    this.#parts = [];
    this.#partBytes = 0;
  }

  #emit(last: Buffer): void {
    let line = last;
    if (this.#parts.length > 0) {
      this.#parts.push(last);
      line = Buffer.concat(this.#parts, this.#partBytes + last.length);
      this.#parts = [];
      this.#partBytes = 0;
    }
    const end = line.length - 1;
    if (line[end] === CARRIAGE_RETURN) line = line.subarray(0, end);
    if (line.length > 0) this.#onLine(line);
  }
}
