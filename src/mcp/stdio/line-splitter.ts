/** What comes out of the splitter: a line without its line feed, or the notice that one was too long. */
export type Line = Buffer | 'too_long';

/** Cuts a byte stream into lines of bounded length; a longer one is dropped up to its end. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private size = 0;
  private skipping = false;

  constructor(private readonly maxBytes: number) {}

  *push(chunk: Buffer): Iterable<Line> {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      this.add(chunk.subarray(from, end));
      from = end + 1;
      yield this.take();
    }
    if (from < chunk.length) this.add(chunk.subarray(from));
  }

  /** The last line, when the stream ends without a line feed. */
  rest(): Line | null {
    return this.size === 0 && !this.skipping ? null : this.take();
  }

  private add(part: Buffer): void {
    if (this.skipping) return;
    this.size += part.length;
    if (this.size > this.maxBytes) {
      this.skipping = true;
      this.parts = [];
    } else {
      this.parts.push(part);
    }
  }

  private take(): Line {
    const line: Line = this.skipping
      ? 'too_long'
      : this.parts.length === 1
        ? (this.parts[0] ?? Buffer.alloc(0))
        : Buffer.concat(this.parts);
    this.parts = [];
    this.size = 0;
    this.skipping = false;
    return line;
  }
}
