import type { TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { TONE_WORDS } from './tone-words.js';

/** Candidates of one window that are looked at: data in which every word is one is no prose. */
const MAX_CANDIDATES = 256;
const MAX_LENGTH = 18;
const MIN_LENGTH = 4;
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
const ORDINARY = new Set(
  `tool fool creep joke clown failure hell coon hood facial bang rack amateur cams thrust hick quickie hicks
  jungle savages cracker crackers broad tart knob troll pink balls squirt banged whip escort nudist snake beast
  simp nerd dork midget apes shag peasant muppet poser disgrace liar jerk homo abos yids spaz mong pansy lube
  kink kinks webcam slag snowflake bloody freak coward loser`.split(/\s+/),
);

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
export function findMaskedWord(view: TextView, window: TextWindow, tone: 'toxicity' | 'nsfw'): MaskedWord | null {
  if (candidates.view !== view || candidates.from !== window.from) {
    candidates = { view, from: window.from, words: candidatesIn(window) };
  }
  for (const candidate of candidates.words) {
    if (isHidden(window.text.slice(candidate.start, candidate.end), byLength[tone])) return candidate;
  }
  return null;
}

interface Candidates {
  readonly view: TextView | null;
  readonly from: number;
  readonly words: readonly MaskedWord[];
}

/** Of the last window that was looked at, for the next tone that asks. */
let candidates: Candidates = { view: null, from: -1, words: [] };

/** What a code unit is to a masked word. */
const LETTER = 1;
const SIGN = 2;
const DIGIT = 3;
const kinds = new Uint8Array(0x80);
for (const char of 'abcdefghijklmnopqrstuvwxyz') {
  kinds[char.charCodeAt(0)] = LETTER;
  kinds[char.toUpperCase().charCodeAt(0)] = LETTER;
}
for (const char of '*@$!#%') kinds[char.charCodeAt(0)] = SIGN;
for (const char of '0123456789') kinds[char.charCodeAt(0)] = DIGIT;

const kindAt = (codes: Uint8Array | Uint16Array, at: number): number => kinds[codes[at] ?? 0] ?? 0;

/** Words with signs or one or two digits among more letters, or with one letter three times in a row. */
function candidatesIn(window: TextWindow): MaskedWord[] {
  const { codes } = window.units;
  const length = window.to - window.from;
  const found: MaskedWord[] = [];
  for (let start = 0; start < length && found.length < MAX_CANDIDATES; start++) {
    if (kindAt(codes, start) === 0) continue;
    let end = start + 1;
    while (end < length && kindAt(codes, end) !== 0) end++;
    const size = end - start;
    if (size >= MIN_LENGTH && size <= MAX_LENGTH && isCandidate(codes, start, end)) {
      found.push({ start: window.from + start, end: window.from + end });
    }
    start = end;
  }
  return found;
}

function isCandidate(codes: Uint8Array | Uint16Array, start: number, end: number): boolean {
  let letters = 0;
  let digits = 0;
  let isStretched = false;
  for (let i = start; i < end; i++) {
    const kind = kindAt(codes, i);
    if (kind === DIGIT) digits++;
    if (kind !== LETTER) continue;
    letters++;
    if (i > start + 1 && codes[i] === codes[i - 1] && codes[i] === codes[i - 2]) isStretched = true;
  }
  const length = end - start;
  if (isStretched) return letters === length;
  return letters < length && letters >= 2 && letters * 2 >= length && digits <= 2;
}

function isHidden(token: string, words: ReadonlyMap<number, readonly string[]>): boolean {
  const trimmed = token.toLowerCase().replace(/^[*#%!]+|[!#%]+$/g, '');
  const shape = trimmed.replace(/[^a-z*]/g, (char) => SIGNS.get(char) ?? char);
  if (trimmed === shape && !/(.)\1\1|\*/.test(shape)) return false;
  const single = shape.replace(/([a-z])\1{2,}/g, '$1');
  const double = shape.replace(/([a-z])\1{2,}/g, '$1$1');
  return [single, double].some((form) => (words.get(form.length) ?? []).some((word) => fits(form, word)));
}

/** Letters agree, the first and most of the others are shown, and a `*` stands for one letter. */
function fits(shape: string, word: string): boolean {
  if (!word.startsWith(shape.charAt(0))) return false;
  let shown = 0;
  for (let i = 0; i < word.length; i++) {
    const char = shape.charAt(i);
    if (char === WILD) continue;
    if (char !== word.charAt(i)) return false;
    shown++;
  }
  return shown >= 2 && shown * 2 >= word.length;
}
