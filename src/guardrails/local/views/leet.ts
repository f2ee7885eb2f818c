import { ANCHOR_WORDS } from './anchor-words.js';
import { boundedMatches } from './bounded-matches.js';
import { around, MAX_PART, MIN_NEW_ANCHORS, type Undisguised } from './undisguised.js';

const LEET =
  /(?<![A-Za-z0-9])(?=[0-9@$!+\u20ac]{0,4}[A-Za-z])(?=[A-Za-z]{0,8}[0-9@$!+\u20ac])[A-Za-z0-9@$!+\u20ac]{3,15}(?![A-Za-z0-9])/g;
const LEET_IN_WORD = /[0-9@$!+\u20ac][A-Za-z]/;
const LEET_LETTERS = new Map(
  Object.entries({
    0: 'o',
    1: 'i',
    3: 'e',
    4: 'a',
    5: 's',
    6: 'g',
    7: 't',
    8: 'b',
    9: 'g',
    '@': 'a',
    $: 's',
    '!': 'i',
    '+': 't',
    '\u20ac': 'e',
  }),
);
const LEET_SIGN = /[0-9@$!+\u20ac]/g;

const NOTHING_YET: readonly Undisguised[] = [];

/** Whether a short text holds a word of orders that is written with digits or signs for letters. */
export function holdsLeetWord(text: string): boolean {
  LEET.lastIndex = 0;
  for (let match = LEET.exec(text); match !== null; match = LEET.exec(text)) {
    if (ANCHOR_WORDS.has(fromLeet(match[0]))) return true;
  }
  return false;
}

/** Digits for letters. May yield nothing many times, for the caller to pause. */
export function* inDigits(text: string): Generator<readonly Undisguised[], void> {
  let first = -1;
  let last = 0;
  let words = 0;
  let known = 0;
  for (const match of boundedMatches(text, { pattern: LEET, longest: 64, sign: LEET_IN_WORD })) {
    if (match === null) {
      yield NOTHING_YET;
      continue;
    }
    if (first >= 0 && match.index - first > MAX_PART) {
      yield inLetters(text, first, last, { words, known });
      first = -1;
      words = 0;
      known = 0;
    }
    words++;
    if (!ANCHOR_WORDS.has(fromLeet(match.text))) continue;
    known++;
    if (first < 0) first = match.index;
    last = match.index + match.text.length;
  }
  yield inLetters(text, first, last, { words, known });
}

function inLetters(
  text: string,
  first: number,
  last: number,
  { words, known }: { readonly words: number; readonly known: number },
): Undisguised[] {
  if (known === 0 || (known < MIN_NEW_ANCHORS && words < 3)) return [];
  const part = around(text, first, last);
  return [{ ...part, coding: 'leet', text: part.text.replace(LEET, fromLeet) }];
}

function fromLeet(token: string): string {
  const word = token.toLowerCase().replace(LEET_SIGN, (sign) => LEET_LETTERS.get(sign) ?? sign);
  if (ANCHOR_WORDS.has(word) || !token.includes('1')) return word;
  const withL = token
    .toLowerCase()
    .replaceAll('1', 'l')
    .replace(LEET_SIGN, (sign) => LEET_LETTERS.get(sign) ?? sign);
  return ANCHOR_WORDS.has(withL) ? withL : word;
}
