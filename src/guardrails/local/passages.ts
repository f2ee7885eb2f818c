/** Letters in one fingerprint. Shorter ones meet by chance too often, longer ones do not survive noise. */
const GRAM = 12;
const BASE = 0x01000193;
const FILTER_BITS = 16;
/** Longest text indexed whole; of longer ones, the least of every few fingerprints is kept (winnowing, Schleimer et al. 2003). */
const MAX_DENSE = 60_000;
const WINNOW = 6;
/** How many letters of a text that match nothing cost one letter of what matched before. */
const LEAK = 0.2;
const MAX_LETTER_CODE = 0x3000;

/** `BASE ** GRAM`, modulo 2^32: the weight of the letter that leaves a fingerprint. */
const LEAVING = Array.from({ length: GRAM }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** Code unit to what it is compared as: lower case, 0 for what is no letter or digit. Filled on first use from U+0080 on. */
const letters = new Int32Array(0x10000).fill(-1);

function letterOf(code: number): number {
  const known = letters[code] ?? -1;
  if (known >= 0) return known;
  const char = String.fromCharCode(code);
  const lower = char.normalize('NFKD').toLowerCase();
  const letter =
    /^[\p{L}\p{N}]/u.test(lower) || (code >= MAX_LETTER_CODE && /\p{L}|[\ud800-\udfff]/u.test(char))
      ? lower.charCodeAt(0)
      : 0;
  letters[code] = letter;
  return letter;
}

/**
 * Fingerprints of texts that must not appear. Only letters and digits count, so that case, punctuation, line breaks and letters spaced
 * apart make no difference.
 */
export class PassageIndex {
  /** 1 where a fingerprint with these first bits may be indexed. */
  readonly filter: Uint8Array = new Uint8Array(1 << FILTER_BITS);
  /** Fingerprint to position among all letters indexed. */
  readonly #positions = new Map<number, number>();
  /** End of each text among all letters, and how many letters it has. */
  readonly #ends: number[] = [];
  #total = 0;

  /** @param texts read in this order; a text's number is its place */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.#add(text);
  }

  get isEmpty(): boolean {
    return this.#positions.size === 0;
  }

  #add(text: string): void {
    const grams: number[] = [];
    const roll = new Roll();
    for (let i = 0; i < text.length; i++) if (roll.push(letterOf(text.charCodeAt(i)))) grams.push(roll.hash);
    const step = text.length > MAX_DENSE ? WINNOW : 1;
    for (let at = 0; at < grams.length; at += step) {
      const least = leastOf(grams, at, step);
      const hash = grams[least] ?? 0;
      this.filter[hash >>> (32 - FILTER_BITS)] = 1;
      if (!this.#positions.has(hash)) this.#positions.set(hash, this.#total + least);
    }
    this.#total += roll.letters;
    this.#ends.push(this.#total);
  }

  /** Position of a fingerprint among all letters indexed, or -1. */
  find(hash: number): number {
    return this.filter[hash >>> (32 - FILTER_BITS)] === 1 ? (this.#positions.get(hash) ?? -1) : -1;
  }

  /** Which text a position belongs to, and its letters. */
  textAt(position: number): { readonly text: number; readonly letters: number } {
    const text = this.#ends.findIndex((end) => position < end);
    return { text, letters: (this.#ends[text] ?? 0) - (this.#ends[text - 1] ?? 0) };
  }
}

function leastOf(grams: readonly number[], from: number, step: number): number {
  let least = from;
  for (let i = from + 1; i < from + step && i < grams.length; i++) if ((grams[i] ?? 0) < (grams[least] ?? 0)) least = i;
  return least;
}

/** A rolling hash over letters. */
class Roll {
  readonly #ring = new Int32Array(GRAM);
  #slot = 0;
  letters = 0;
  hash = 0;

  /** True when the letter completes a fingerprint. */
  push(letter: number): boolean {
    if (letter === 0) return false;
    const leaving = this.#ring[this.#slot] ?? 0;
    this.#ring[this.#slot] = letter;
    this.#slot = this.#slot + 1 === GRAM ? 0 : this.#slot + 1;
    this.hash = (Math.imul(this.hash, BASE) + letter - Math.imul(leaving, LEAVING)) >>> 0;
    return ++this.letters >= GRAM;
  }
}

/** A text backwards: leaks are asked for like that, and a whole index costs less than telling which words read backwards. */
export function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/** The densest stretch of a text that stands in the index. */
export interface Passage {
  readonly text: number;
  /** Letters that match, less a little for those between that do not. */
  readonly matched: number;
  /** Share of the indexed text. */
  readonly share: number;
  readonly start: number;
  readonly end: number;
}

/** One text on its way past the index. */
export class PassageScan {
  readonly #index: PassageIndex;
  readonly #roll = new Roll();
  /** Matched letters of the current stretch, leaking; where it started; the last position met. */
  #energy = 0;
  #start = 0;
  #lastLetter = 0;
  #lastPosition = -1;
  #best: Passage | null = null;

  constructor(index: PassageIndex) {
    this.#index = index;
  }

  scan(text: string, from: number, to: number): void {
    const roll = this.#roll;
    const filter = this.#index.filter;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      const letter = letters[code] ?? 0;
      if (letter === 0 || !roll.push(letter > 0 ? letter : letterOf(code))) continue;
      if (filter[roll.hash >>> (32 - FILTER_BITS)] === 0) continue;
      const position = this.#index.find(roll.hash);
      if (position >= 0) this.#match(position, roll.letters, i + 1);
    }
  }

  #match(position: number, letter: number, end: number): void {
    const passed = letter - this.#lastLetter;
    const isNext = position - this.#lastPosition === passed && passed <= GRAM;
    const gained = isNext ? passed : Math.min(GRAM, passed);
    this.#energy -= Math.max(0, passed - GRAM) * LEAK;
    if (this.#energy <= 0) {
      this.#energy = 0;
      this.#start = Math.max(0, end - GRAM);
    }
    // The same piece over and over is one piece.
    if (position !== this.#lastPosition) this.#energy += gained;
    this.#lastLetter = letter;
    this.#lastPosition = position;
    if (this.#energy <= (this.#best?.matched ?? 0)) return;
    const { text, letters: size } = this.#index.textAt(position);
    this.#best = { text, matched: this.#energy, share: this.#energy / Math.max(1, size), start: this.#start, end };
  }

  get best(): Passage | null {
    return this.#best;
  }
}
