/** Longest period looked for, in code units: a paragraph. */
const MAX_PERIOD = 1_024;
const TABLE_BITS = 12;
/** Longest stretch of one alphabet looked back at to tell base64 from filling. */
const LOOK_BACK = 48;

export interface Repetition {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds stretches that repeat one piece, in one pass: each unit is compared with the one a period earlier, and when they differ, the
 * period becomes the distance to the last place where the same four units stood.
 */
export class RepetitionScan {
  /** Made for the first block that is walked: most texts have none. */
  #last: Int32Array | null = null;
  #hash = 0;
  #period = 1;
  #streak = 0;
  /** Units in stretches that repeat. */
  #covered = 0;
  #longest: Repetition | null = null;
  /** Where the next block starts, and where the last walked one ended. */
  #next = 0;
  #walked = 0;

  /** @param isArgument false for what a tool answers, where lines that recur are logs and tables */
  constructor(private readonly isArgument: boolean) {}

  /** Takes the text from 0 on, in parts. Blocks whose end has not stood shortly before are passed over. */
  scan(text: string, to: number): void {
    for (; this.#next < to; this.#next += BLOCK) {
      const end = Math.min(this.#next + BLOCK, to);
      if (recurs(text, end)) {
        this.#walk(text, Math.max(this.#walked, this.#next - BLOCK), end);
        this.#walked = end;
      } else if (this.#streak >= MIN_STREAK) this.#close(text, this.#walked, this.#period, this.#streak);
    }
    this.#next = Math.max(0, to - (to % BLOCK));
  }

  #walk(text: string, from: number, to: number): void {
    if (from > this.#walked) this.#streak = 0;
    const last = (this.#last ??= new Int32Array(1 << TABLE_BITS).fill(-1));
    let hash = this.#hash;
    let period = this.#period;
    let streak = this.#streak;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      hash = ((hash << 8) ^ (hash >>> 24) ^ code) | 0;
      const slot = Math.imul(hash, 0x9e3779b1) >>> (32 - TABLE_BITS);
      if (i >= period && text.charCodeAt(i - period) === code) streak++;
      else {
        if (streak >= MIN_STREAK) this.#close(text, i, period, streak);
        const distance = i - (last[slot] ?? -1);
        streak = 0;
        if (distance > 0 && distance <= MAX_PERIOD && distance <= i) period = distance;
      }
      last[slot] = i;
    }
    this.#hash = hash;
    this.#period = period;
    this.#streak = streak;
  }

  finish(text: string, end: number): Repetition | null {
    if (this.#streak >= MIN_STREAK) this.#close(text, this.#walked, this.#period, this.#streak);
    this.#streak = 0;
    if (this.#longest === null && end >= 1_500 && this.#covered > end * 0.85) {
      this.#longest = { rule: 'sponge.repeat.cover', start: 0, end };
    }
    return this.#longest;
  }

  #close(text: string, end: number, period: number, streak: number): void {
    const start = end - streak - period;
    if (streak < period * 4) return;
    const piece = smallest(text.slice(start, start + period));
    if (isFillingOfBase64(text, start, piece)) return;
    if (!this.isArgument && isLines(piece) && streak < MANY_LINES) return;
    if (/\p{L}/u.test(piece) && !NUMERIC.test(piece)) this.#covered += streak;
    if (streak < leastOf(piece)) return;
    this.#longest ??= { rule: `sponge.repeat.${piece.length === 1 ? 'character' : 'phrase'}`, start, end };
  }
}

const MIN_STREAK = 128;
/** Units of one recurring line or paragraph that a tool's answer may hold: a log of a failing job has hundreds of thousands. */
const MANY_LINES = 524_288;
const BLOCK = 512;
const TAIL = 16;

/** True when the last units before `end` stand also somewhere in the longest period before them. */
function recurs(text: string, end: number): boolean {
  const tail = text.slice(Math.max(0, end - TAIL), end);
  return text.slice(Math.max(0, end - TAIL - MAX_PERIOD), end - 1).includes(tail);
}

const NUMERIC = /^[\dx\s,.;:|\-+[\](){}]*$/;
const RULED = /^[\s=\-_*#.~+|/\\<>^"'`─━═│┃█▓▒░·•—–]*$/;

/** The piece, or its one character when it has no other. */
function smallest(piece: string): string {
  const [first = ''] = piece;
  return piece === first.repeat(piece.length / Math.max(1, first.length)) ? first : piece;
}

/** How long a stretch of this piece has to be. Rules, bars, padding and arrays of zeros are long in honest text too. */
function leastOf(piece: string): number {
  if (NUMERIC.test(piece) && /\d/.test(piece)) return 8_000;
  if (RULED.test(piece)) return 3_000;
  if (isLines(piece)) return 6_000;
  return piece.length === 1 ? 800 : Math.max(900, piece.length * 12);
}

function isLines(piece: string): boolean {
  return piece.length >= 20 && piece.includes('\n');
}

/** A run of `A` (zero bytes) behind other base64 is an image's blank part. */
function isFillingOfBase64(text: string, start: number, piece: string): boolean {
  if (piece.length > 4 || !/^[A-Za-z0-9+/]+$/.test(piece)) return false;
  const before = text.slice(Math.max(0, start - LOOK_BACK), start);
  return before.length === LOOK_BACK && /^[\w+/=-]+$/.test(before) && new Set(before).size > 12;
}
