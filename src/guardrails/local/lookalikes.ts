import { isWordUnit } from './fold.js';

/**
 * Letters of other scripts that are drawn like a Latin one, by the Latin letter. Only lower case: folding comes first. Small capitals
 * and the like are letters of the Latin script by name, but nobody writes words in them except to hide.
 */
const DRAWN_LIKE: Readonly<Record<string, string>> = {
  a: 'аα\u1d00\u0251',
  b: 'ьв\u0299',
  c: 'сϲ\u1d04ⅽ',
  d: 'ԁ\u1d05',
  e: 'еєε\u1d07ҽ',
  f: '\ua730ғ',
  g: 'ɡ\u0262',
  h: 'һн\u029cհ',
  i: 'іιӏ\u026aı',
  j: 'јϳ\u1d0a',
  k: 'кκ\u1d0b',
  l: 'ⅼ\u029fւ',
  m: 'м\u1d0d',
  n: 'ոп\u0274η',
  o: 'оοσօ\u1d0f',
  p: 'рρ\u1d18',
  q: 'ԛգ',
  r: 'гᴦ\u0280',
  s: 'ѕ\ua731',
  t: 'тτ\u1d1b',
  u: 'υս\u1d1cц',
  v: 'ѵν\u1d20',
  w: 'ԝω\u1d21ѡ',
  x: 'хχ',
  y: 'уү\u028fγ',
  z: '\u1d22ʐ',
};

const MAX_PURE_WORDS = 2_000;

const latinOf = new Map<number, number>();
for (const [latin, others] of Object.entries(DRAWN_LIKE)) {
  for (const other of others) latinOf.set(other.charCodeAt(0), latin.charCodeAt(0));
}

/** Small capitals, the modifier letters between them and letters of the International Phonetic Alphabet. */
function isSmallCapital(code: number): boolean {
  return (code >= 0x1d00 && code <= 0x1d22) || (code >= 0x250 && code <= 0x2af) || code === 0xa730 || code === 0xa731;
}

function isLatin(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code < 0x250 && code !== 0x131)
  );
}

/** What a word is made of. */
interface Letters {
  end: number;
  latin: number;
  alike: number;
  small: number;
  others: number;
}

/**
 * Replaces look-alike letters, one unit by one, in words that mix scripts; a word of one script is what it seems to be. Once two words
 * were caught, words made of nothing but look-alikes are taken for Latin too.
 */
export class LookalikeReplacement {
  readonly #pure: Letters[] = [];
  readonly #starts: number[] = [];
  #at = 0;
  #changed = 0;

  /** How many words were changed. */
  get changed(): number {
    return this.#changed;
  }

  /**
   * Works on about `maxUnits` further units; true when all are done.
   * @param units folded text; changed in place
   */
  step(units: Uint16Array, length: number, maxUnits: number): boolean {
    const limit = Math.min(length, this.#at + maxUnits);
    let at = this.#at;
    while (at < limit) at = isWordUnit(units[at] ?? 0) ? this.#word(units, at, length) : at + 1;
    this.#at = at;
    if (at < length) return false;
    if (this.#changed < 2) return true;
    for (const [index, { end }] of this.#pure.entries()) replace(units, this.#starts[index] ?? 0, end);
    this.#changed += this.#pure.length;
    return true;
  }

  /** Returns where the word ends. */
  #word(units: Uint16Array, at: number, length: number): number {
    const letters = lettersOf(units, at, Math.min(length, at + LONGEST_WORD));
    if (isDisguised(letters)) {
      replace(units, at, letters.end);
      this.#changed++;
    } else if (isAlike(letters) && this.#pure.length < MAX_PURE_WORDS) {
      this.#pure.push(letters);
      this.#starts.push(at);
    }
    return letters.end;
  }
}

/** Letters in a row beyond this are read as another word: they are none. */
const LONGEST_WORD = 16_384;

function lettersOf(units: Uint16Array, start: number, length: number): Letters {
  const letters = { end: start, latin: 0, alike: 0, small: 0, others: 0 };
  for (let at = start; at < length && isWordUnit(units[at] ?? 0); at++) {
    const code = units[at] ?? 0;
    letters.end = at + 1;
    if (code < 0x80) letters.latin += isLatin(code) ? 1 : 0;
    else if (latinOf.has(code)) {
      letters.alike++;
      if (isSmallCapital(code)) letters.small++;
    } else if (isLatin(code)) letters.latin++;
    else if (code >= 0x250) letters.others++;
  }
  return letters;
}

/** Latin and look-alike letters in one word, or nothing but small capitals. */
function isDisguised({ latin, alike, small, others }: Letters): boolean {
  return others === 0 && alike > 0 && (latin > 0 || (small > 1 && small === alike));
}

function isAlike({ alike, others }: Letters): boolean {
  return others === 0 && alike > 1;
}

function replace(units: Uint16Array, start: number, end: number): void {
  for (let i = start; i < end; i++) units[i] = latinOf.get(units[i] ?? 0) ?? units[i] ?? 0;
}
