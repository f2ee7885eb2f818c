import { wordForms } from '../word-forms.js';
import { hashesOfWords } from '../word-hashes.js';
import { FOREIGN_TONE_WORDS } from './tone-words-foreign.js';
import { TONE_WORDS } from './tone-words.js';

/** Open addressing: hash of a word as the tokeniser makes it, and beside it the number of its class. */
const SLOTS = 1 << 13;
const hashes = new Int32Array(SLOTS);
const classes = new Uint8Array(SLOTS);

/** Names of the classes; the number of a class is its index plus one. */
export const TONE_CLASSES: readonly string[] = [...TONE_WORDS.keys()];

/** Number (1..) of the class of a word, 0 = none. `hash` is that of {@link FeatureBatch.words}. */
export function toneClassOf(hash: number): number {
  let slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
  for (;;) {
    const number = classes[slot] ?? 0;
    if (number === 0 || hashes[slot] === hash) return number;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

function load(): void {
  const numbers = new Map<string, number>();
  [...TONE_WORDS].forEach(([, list], index) => {
    for (const entry of list.split(/\s+/)) {
      for (const word of entry.startsWith('=') ? [entry.slice(1)] : wordForms(entry)) {
        // The first class that claims a word keeps it.
        if (!numbers.has(word)) numbers.set(word, index + 1);
      }
    }
  });
  for (const [name, list] of FOREIGN_TONE_WORDS) {
    for (const word of list.split(/\s+/)) {
      if (!numbers.has(word)) numbers.set(word, TONE_CLASSES.indexOf(name) + 1);
    }
  }
  for (const [word, hash] of hashesOfWords([...numbers.keys()])) {
    let slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    while (classes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
    if (classes[slot] !== 0) continue;
    hashes[slot] = hash;
    classes[slot] = numbers.get(word) ?? 0;
  }
}

load();
