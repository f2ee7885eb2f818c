import { holdsLeetWord } from './leet.js';

/**
 * One look at a short Latin-1 text: which codings and disguises cannot be in it, by the characters that each of them needs. Most arguments
 * are short, and undoing what is not there costs more than everything else that is done with them.
 */

/** Longest text that is looked at this way, in code units. */
export const MAX_GLANCE = 512;

const LETTER = 1;
/** Digits and signs that stand for letters. */
const LEET = 2;
const DIGIT = 4;
/** Letters, digits and signs of base64. */
const RUN = 8;
/** What stands between single characters or bytes. */
const GAP = 16;
/** `%`, `=`, `&` and backslash. */
const ESCAPE = 32;
/** What stands inside words to break them up. */
const BREAK = 64;
const ACCENTED = 128;
const CAPITAL = 256;
const HEX = 512;

const kinds = new Uint16Array(0x100);
const mark = (chars: string, kind: number): void => {
  for (const char of chars) {
    const code = char.charCodeAt(0);
    kinds[code] = (kinds[code] ?? 0) | kind;
  }
};
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', LETTER | RUN);
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZ', CAPITAL);
mark('0123456789', DIGIT | LEET | RUN);
mark('0123456789abcdefABCDEF', HEX);
mark('@$!+', LEET);
mark('+/-_=', RUN);
mark(' \t\n\v\f\r\u00a0._-*|~:,;', GAP);
mark('%=&\\', ESCAPE);
mark('|+/<\u00b7', BREAK);
for (let code = 0xc0; code < 0x100; code++) kinds[code] = (kinds[code] ?? 0) | ACCENTED;

/** Shortest run that is tried as base64 or base32, which both need capitals, and as hexadecimal. */
const MIN_RUN = 16;
const MIN_HEX_RUN = 20;
/** Spaced-out letters come in tens, bytes with gaps as well; the last one need not have a gap behind it. */
const MIN_SHORT_PARTS = 9;
const LONGEST_SHORT_PART = 3;
/** Digits of the shortest text in binary. */
const MIN_BINARY = 64;
/** Words turned around, or in rot13, are looked for in twos. */
const LONG_WORD = 6;
const MIN_LONG_WORDS = 2;

/** What a text may hold. */
export interface Glance {
  pieces: boolean;
  escapes: boolean;
  spaced: boolean;
  broken: boolean;
  leet: boolean;
  accents: boolean;
  turned: boolean;
}

/** Of a text that is not looked at this way. */
export const MAY_HOLD_ALL: Readonly<Glance> = Object.freeze({
  pieces: true,
  escapes: true,
  spaced: true,
  broken: true,
  leet: true,
  accents: true,
  turned: true,
});

/** The one result: it is read before anything else is looked at. */
const glance: Glance = {
  pieces: false,
  escapes: false,
  spaced: false,
  broken: false,
  leet: false,
  accents: false,
  turned: false,
};

/** Counts of the text being looked at. */
let longestRun = 0;
let longestHexRun = 0;
let longWords = 0;
let shortParts = 0;
let digits = 0;
let leetPairs = 0;

/**
 * What may be hidden in a text of Latin-1 characters; false is certain. The same object each time.
 * @param text of at most {@link MAX_GLANCE} code units
 */
export function glanceAt(text: string): Readonly<Glance> {
  const all = count(text);
  const hasParts = shortParts >= MIN_SHORT_PARTS;
  const hasRun = longestHexRun >= MIN_HEX_RUN || (longestRun >= MIN_RUN && (all & CAPITAL) !== 0);
  glance.pieces = hasRun || hasParts || digits >= MIN_BINARY;
  glance.escapes = (all & ESCAPE) !== 0;
  glance.spaced = hasParts;
  glance.broken = (all & BREAK) !== 0;
  glance.leet = leetPairs > 0;
  glance.accents = (all & ACCENTED) !== 0;
  glance.turned = longWords >= MIN_LONG_WORDS;
  return glance;
}

/** False when nothing but the text itself can be in a text. */
export function mayHide(text: string): boolean {
  const { pieces, escapes, spaced, broken, leet, accents, turned } = glanceAt(text);
  return pieces || escapes || spaced || broken || accents || turned || (leet && holdsLeetWord(text));
}

/** @returns all kinds that occur */
function count(text: string): number {
  longestRun = longestHexRun = longWords = shortParts = digits = leetPairs = 0;
  let all = 0;
  let run = 0;
  let hexRun = 0;
  let word = 0;
  let part = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const kind = kinds[text.charCodeAt(i)] ?? 0;
    all |= kind;
    // Without branches: a character of any kind takes the same few steps.
    run = (run + 1) * ((kind & RUN) / RUN);
    longestRun = Math.max(longestRun, run);
    hexRun = (hexRun + 1) * ((kind & HEX) / HEX);
    longestHexRun = Math.max(longestHexRun, hexRun);
    digits += (kind & DIGIT) / DIGIT;
    if ((kind & LETTER) !== 0) {
      if (++word === LONG_WORD) longWords++;
      if ((before & LEET) !== 0) leetPairs++;
    } else word = 0;
    if ((kind & GAP) === 0) part++;
    else {
      if (part > 0 && part <= LONGEST_SHORT_PART) shortParts++;
      part = 0;
    }
    before = kind;
  }
  return all;
}
