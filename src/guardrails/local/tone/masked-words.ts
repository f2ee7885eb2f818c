import type { TextWindow } from '../text-window.js';
import { TONE_WORDS } from './tone-words.js';

/** A sign or digit inside of a word, or one letter three times: only such words are looked at more closely. */
const CANDIDATE = /[a-z$@][*@$!#%013457]{1,4}[a-z*]|([a-z])\1\1/gi;
/** Candidates of one window that are looked at: data in which every word is one is no prose. */
const MAX_CANDIDATES = 256;
const MAX_LENGTH = 18;
const IN_WORD = /[a-z0-9*@$!#%]/i;
const WILD = '*';
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['@', 'a'],
  ['4', 'a'],
  ['3', 'e'],
  ['1', 'i'],
  ['!', 'i'],
  ['0', 'o'],
  ['$', 's'],
  ['5', 's'],
  ['7', 't'],
  ['#', WILD],
  ['%', WILD],
]);

/** Classes whose words are worth hiding, and so are looked for when hidden. */
const HIDDEN = {
  toxicity: ['slur_race', 'slur_orientation', 'slur_woman', 'slur_disability', 'profanity', 'insult'],
  nsfw: ['sexual_crude', 'porn'],
} as const;
/** Ordinary words of those classes, and words that a mask makes of ordinary ones. */
const ORDINARY = new Set(['tool', 'fool', 'creep', 'joke', 'clown', 'failure', 'hell', 'coon', 'hood', 'facial', 'bang', 'rack', 'amateur', 'cams', 'thrust', 'hick', 'quickie', 'hicks', 'jungle', 'savages', 'cracker', 'crackers', 'broad', 'tart', 'knob', 'troll', 'pink', 'balls', 'squirt', 'banged', 'whip', 'escort', 'nudist', 'snake', 'beast', 'simp', 'nerd', 'dork', 'midget', 'apes', 'shag', 'peasant', 'muppet', 'poser', 'disgrace', 'liar', 'jerk', 'homo', 'abos', 'yids', 'spaz', 'mong', 'pansy', 'lube', 'kink', 'kinks', 'webcam', 'slag', 'snowflake', 'bloody', 'freak', 'coward', 'loser']);

const byLength = {
  toxicity: lengths(HIDDEN.toxicity),
  nsfw: lengths(HIDDEN.nsfw),
};

function lengths(names: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const name of names) {
    for (const entry of (TONE_WORDS.get(name) ?? '').split(/\s+/)) {
      const word = entry.replace('=', '');
      if (word.length < 4 || !/^[a-z]+$/.test(word) || ORDINARY.has(word)) continue;
      found.set(word.length, [...(found.get(word.length) ?? []), word]);
    }
  }
  return found;
}

/** Where a hidden word stands in its text. */
export interface MaskedWord {
  readonly start: number;
  readonly end: number;
}

/** The first word of a window that is written as `f**k`, `sh1t`, `b!tch` or `fuuuck`; null when there is none. Linear: candidates are bounded. */
export function findMaskedWord(window: TextWindow, tone: 'toxicity' | 'nsfw'): MaskedWord | null {
  const { text, from, to } = window;
  const part = from === 0 && to === text.length ? text : text.slice(from, to);
  CANDIDATE.lastIndex = 0;
  for (let count = 0; count < MAX_CANDIDATES; count++) {
    const match = CANDIDATE.exec(part);
    if (match === null) return null;
    let start = match.index;
    let end = CANDIDATE.lastIndex;
    while (start > 0 && end - start < MAX_LENGTH && IN_WORD.test(part.charAt(start - 1))) start--;
    while (end < part.length && end - start < MAX_LENGTH && IN_WORD.test(part.charAt(end))) end++;
    CANDIDATE.lastIndex = end;
    if (isHidden(part.slice(start, end), byLength[tone])) return { start: from + start, end: from + end };
  }
  return null;
}

function isHidden(token: string, words: ReadonlyMap<number, readonly string[]>): boolean {
  const trimmed = token.toLowerCase().replace(/^[*#%!]+|[!#%]+$/g, '');
  const shape = [...trimmed].map((char) => SIGNS.get(char) ?? char).join('');
  if (trimmed === shape && !/(.)\1\1|\*/.test(shape)) return false;
  const single = shape.replace(/([a-z])\1{2,}/g, '$1');
  const double = shape.replace(/([a-z])\1{2,}/g, '$1$1');
  return [single, double].some((form) => (words.get(form.length) ?? []).some((word) => fits(form, word)));
}

/** Letters agree, the first and most of the others are shown, and a `*` stands for one letter. */
function fits(shape: string, word: string): boolean {
  if (shape.charAt(0) !== word.charAt(0)) return false;
  let shown = 0;
  for (let i = 0; i < word.length; i++) {
    const char = shape.charAt(i);
    if (char === WILD) continue;
    if (char !== word.charAt(i)) return false;
    shown++;
  }
  return shown >= 2 && shown * 2 >= word.length;
}
