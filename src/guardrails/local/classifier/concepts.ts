import { hashLetter, WORD_SEED } from './feature-batch.js';
import { kindOf, LETTER, letterOf, UNSPACED } from './letters.js';
import { CONCEPT_WORDS } from './concept-words.js';

/** Letters of the beginning of a word that count as its stem. Hangul syllables carry more each. */
export const STEM_LETTERS = 5;
export const HANGUL_STEM_LETTERS = 2;
/** Longest word of a script without spaces in the lexicon, in characters. */
export const LONGEST_UNSPACED = 4;

/** Open addressing: hash of the word, and beside it the number of its concept. */
const SLOTS = 1 << 14;
const hashes = new Int32Array(SLOTS);
const concepts = new Uint8Array(SLOTS);

/** Number (1..255) of the concept that a word stands for, by the hash of its letters; 0 = none. Words of many languages share one. */
export function conceptOf(hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  for (;;) {
    const concept = concepts[slot] ?? 0;
    if (concept === 0 || hashes[slot] === hash) return concept;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

/** Marks the hash of the beginning of a word, so that a word that is no longer than its stem is not taken for one. */
export function stemKey(hash: number): number {
  return Math.imul(hash ^ 0x6b43a9b5, 0x9e3779b1);
}

function isCounted(code: number): boolean {
  const kind = kindOf(code);
  return kind === LETTER || kind === UNSPACED;
}

export function isHangul(code: number): boolean {
  return code >= 0xac00 && code <= 0xd7a3;
}

function add(word: string, concept: number): void {
  const isStem = word.endsWith('*');
  const codes = Array.from(word, (char) => char.charCodeAt(0)).filter(isCounted);
  const stem = isHangul(codes[0] ?? 0) ? HANGUL_STEM_LETTERS : STEM_LETTERS;
  let hash = WORD_SEED;
  for (const code of isStem ? codes.slice(0, stem) : codes) hash = hashLetter(hash, letterOf(code));
  if (isStem) hash = stemKey(hash);
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  while (concepts[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
  // The first concept that claims a word keeps it.
  if (concepts[slot] !== 0) return;
  hashes[slot] = hash;
  concepts[slot] = concept;
}

const numbers = new Map<string, number>();
let number = 0;
for (const [name, words] of CONCEPT_WORDS) {
  number++;
  numbers.set(name, number);
  for (const word of words.split(/\s+/)) if (word !== '') add(word, number);
}

/** The bit of each named concept, as in the batch of a window. At most 31 concepts have one. */
export function conceptBits(names: readonly string[]): number {
  let bits = 0;
  for (const name of names) {
    const concept = numbers.get(name);
    if (concept === undefined || concept > 30) throw new Error(`There is no concept ${name}.`);
    bits |= 1 << concept;
  }
  return bits;
}
