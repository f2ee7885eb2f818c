const OTHER = 0;
const LETTER = 1;
const SPACE = 2;
const OPEN = 3;
const CLOSE = 4;
const BEYOND = 5;
const KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => kindOf(String.fromCharCode(code)));

function kindOf(char: string): number {
  if (/[a-z]/i.test(char)) return LETTER;
  if (char === ' ') return SPACE;
  if ('[{('.includes(char)) return OPEN;
  return ']})'.includes(char) ? CLOSE : OTHER;
}

/** What a scan over characters counts. */
export class ShapeScan {
  /** Combining marks, and how often four or more stand on one letter. */
  #marks = 0;
  #stacks = 0;
  #onLetter = 0;
  /** Openers since the last closer, other characters between them being few. */
  #depth = 0;
  #gap = 0;
  #deepest = 0;
  /** Surrogates and private-use characters: each costs a tokenizer several tokens. */
  #rare = 0;
  #invisible = 0;
  #words = 0;
  /** One bit for each of 4096 hashes of words: few different words are counted exactly enough. */
  readonly #seen = new Int32Array(128);
  #distinct = 0;
  #word = 0;
  #plain = 0;

  scan(text: string, from: number, to: number): void {
    let word = this.#word;
    let letters = 0;
    let gap = this.#gap;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      const kind = code < 0x80 ? (KINDS[code] ?? OTHER) : BEYOND;
      if (kind === LETTER) {
        word = (Math.imul(word, 31) + (code | 0x20)) | 0;
        letters++;
        gap++;
        continue;
      }
      this.#word = word;
      this.#gap = gap;
      this.#mark(kind, code);
      word = this.#word;
      gap = this.#gap;
    }
    this.#word = word;
    this.#gap = gap;
    this.#plain += letters;
  }

  #mark(kind: number, code: number): void {
    if (kind === BEYOND) {
      this.#beyond(code);
      return;
    }
    this.#onLetter = 0;
    this.#endWord();
    if (kind === SPACE) this.#plain++;
    if (kind === OPEN) this.#open();
    else if (kind === CLOSE) this.#depth = 0;
    else this.#gap++;
  }

  #endWord(): void {
    if (this.#word === 0) return;
    this.#words++;
    const bit = Math.imul(this.#word, 0x9e3779b1) >>> 20;
    const slot = bit >> 5;
    const mask = 1 << (bit & 31);
    if (((this.#seen[slot] ?? 0) & mask) === 0) {
      this.#seen[slot] = (this.#seen[slot] ?? 0) | mask;
      this.#distinct++;
    }
    this.#word = 0;
  }

  #open(): void {
    this.#depth = this.#gap > MAX_GAP ? 1 : this.#depth + 1;
    this.#gap = 0;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
  }

  #beyond(code: number): void {
    this.#gap++;
    if (isMark(code)) {
      this.#marks++;
      if (++this.#onLetter === 4) this.#stacks++;
      return;
    }
    this.#onLetter = 0;
    if ((code >= 0xd800 && code <= 0xf8ff) || code === 0xfdfd) this.#rare++;
    else if (code === 0x200b || (code >= 0x2060 && code <= 0x2064) || code === 0xfeff) this.#invisible++;
    else this.#word = (Math.imul(this.#word, 31) + code) | 0;
  }

  /**
   * The rule that the shape of a text of `length` code units meets, or null.
   * @param isArgument false for what a tool answers: the lines of a log share few words
   */
  finish(length: number, isArgument: boolean): string | null {
    this.#endWord();
    if (this.#deepest >= MIN_DEPTH) return 'sponge.nesting';
    if (this.#stacks >= 10 || (this.#marks >= 40 && this.#marks > length * 0.4)) return 'sponge.marks';
    if (this.#rare >= 800 && this.#rare > length * 0.7) return 'sponge.rare-characters';
    if (this.#invisible >= 500 && this.#invisible > length * 0.5) return 'sponge.invisible';
    const isProse = this.#plain > length * 0.85 && this.#words >= 250;
    return isProse && this.#hasFewWords(isArgument) ? 'sponge.repeat.words' : null;
  }

  #hasFewWords(isArgument: boolean): boolean {
    return this.#distinct <= 4 + (isArgument ? this.#words * 0.015 : 0);
  }
}

/** Characters between two openers, such as a key. */
const MAX_GAP = 12;
const MIN_DEPTH = 64;

/** Combining diacritical marks; those of living scripts stand one or two to a letter and are no such blocks. */
function isMark(code: number): boolean {
  return (
    (code >= 0x300 && code <= 0x36f) ||
    (code >= 0x483 && code <= 0x489) ||
    (code >= 0x1ab0 && code <= 0x1aff) ||
    (code >= 0x1dc0 && code <= 0x1dff) ||
    (code >= 0x20d0 && code <= 0x20ff) ||
    (code >= 0xfe20 && code <= 0xfe2f)
  );
}
