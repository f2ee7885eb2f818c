import { isDigitAt, isSpace, isWordAt } from './chars.js';

const MAX_GROUPS = 6;
const MAX_DIGITS_IN_GROUP = 20;
const DOT = 0x2e;
const CLOSE = 0x29;
const SEPARATORS = new Set([0x20, 0x2d, DOT, 0x2f, 0xa0]);

/**
 * A run of digits and the runs that follow it over single separators, up to six. One object is reused for a whole text, because
 * ordinary text has a number every few words.
 */
export class DigitGroups {
  text = '';
  count = 0;
  readonly #starts = new Int32Array(MAX_GROUPS);
  readonly #ends = new Int32Array(MAX_GROUPS);
  /** Code of what follows group i before group i + 1; `)` stands for `)`, `) ` and `)-`; white space is one code. */
  readonly #separators = new Int32Array(MAX_GROUPS);

  /** Reads the groups from the run `[start, end)` on. */
  read(text: string, start: number, end: number): void {
    this.text = text;
    this.#starts[0] = start;
    this.#ends[0] = end;
    this.count = 1;
    let last = end;
    while (this.count < MAX_GROUPS) {
      const next = this.#nextStart(last);
      if (next === 0) return;
      last = next;
      while (isDigitAt(text, last) && last - next < MAX_DIGITS_IN_GROUP) last++;
      this.#starts[this.count] = next;
      this.#ends[this.count] = last;
      this.count++;
      if (last - next >= MAX_DIGITS_IN_GROUP) return;
    }
  }

  start(group: number): number {
    return this.#starts[group] ?? 0;
  }

  end(group: number): number {
    return this.#ends[group] ?? 0;
  }

  length(group: number): number {
    return group < this.count ? this.end(group) - this.start(group) : 0;
  }

  separator(group: number): number {
    return this.#separators[group] ?? 0;
  }

  /** True when the groups from the first on have these lengths. */
  startsWith(lengths: readonly number[]): boolean {
    return lengths.length <= this.count && lengths.every((length, group) => this.length(group) === length);
  }

  /** True when groups 0..count-1 are joined by the same one of `allowed`. */
  isUniform(count: number, allowed: readonly number[]): boolean {
    const first = this.separator(0);
    if (!allowed.includes(first)) return false;
    for (let group = 1; group < count - 1; group++) if (this.separator(group) !== first) return false;
    return true;
  }

  #nextStart(end: number): number {
    const { text } = this;
    const code = text.charCodeAt(end);
    if (code === CLOSE) {
      const after = text.charCodeAt(end + 1);
      const next = isSpace(after) || after === 0x2d ? end + 2 : end + 1;
      if (!isDigitAt(text, next)) return 0;
      this.#separators[this.count - 1] = CLOSE;
      return next;
    }
    if (!SEPARATORS.has(code) || !isDigitAt(text, end + 1)) return 0;
    this.#separators[this.count - 1] = isSpace(code) ? 0x20 : code;
    return end + 1;
  }
}

/** True when the number at `start` is the rest of a longer one: joined to a word, or to a digit by `-` or `.`. */
export function continuesBefore(text: string, start: number): boolean {
  if (isWordAt(text, start - 1)) return true;
  const before = text.charCodeAt(start - 1);
  return (before === 0x2d || before === DOT) && isDigitAt(text, start - 2);
}

/** True when the number that ends at `end` goes on: with a word character, or with a digit after `-` or `.`. */
export function continuesAfter(text: string, end: number): boolean {
  if (isWordAt(text, end)) return true;
  const after = text.charCodeAt(end);
  return (after === 0x2d || after === DOT) && isDigitAt(text, end + 1);
}

/** True when the number `[start, end)` has another one a space before or behind it. */
export function hasSpacedNeighbour(text: string, start: number, end: number): boolean {
  const isBefore = isSpace(text.charCodeAt(start - 1)) && isDigitAt(text, start - 2);
  return isBefore || (isSpace(text.charCodeAt(end)) && isDigitAt(text, end + 1));
}
