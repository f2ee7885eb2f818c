import { MAX_WINDOW } from '../text-window.js';

/** Taken out once: a look-up of a global for each letter is dear. */
const { imul } = Math;

const BLOCK_BITS = 9;
/** Code units for which concepts are noted together. */
export const BLOCK: number = 1 << BLOCK_BITS;

const PRIME = 0x01000193;
/** Past this distance in tokens two concepts have nothing to do with each other. */
const CONCEPT_REACH = 14;
const RECENT_CONCEPTS = 3;
const LONG_AGO = -1000;
/** At most this many character n-grams of one word. */
const MAX_GRAMS = 16;
/** Most features that one token can have. */
const MAX_FEATURES = 20 + MAX_GRAMS;

/** Salts of the kinds of feature. Changing one, or what a kind holds, asks for a new FEATURE_VERSION and new tables. */
const WORD = 0x51ed270b;
const STEM = 0x2545f491;
const BIGRAM = 0x1b873593;
const TRIGRAM = 0x68e31da4;
const SKIP = 0x3c6ef372;
const STEM_PAIR = 0x7f4a7c15;
const FOURGRAM = 0x0f1bbcdc;
const GRAM = 0x5851f42d;
const CONCEPT = 0x14057b7e;
const CONCEPT_PAIR = 0x4cf5ad43;
const CONCEPT_TRIPLE = 0x2127599b;

/** Version of the features below; a table trained on another version is refused. */
export const FEATURE_VERSION = 2;

/** Two hashes into one, order mattering. Every bit of the result depends on every bit of both (finaliser of MurmurHash3). */
export function mix(first: number, second: number, salt: number): number {
  let hash = imul(first ^ salt, 0x85ebca6b);
  hash = imul((hash << 13) | (hash >>> 19), 5) + second;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Hash of a word, letter by letter. */
export function hashLetter(hash: number, letter: number): number {
  return imul(hash ^ letter, PRIME);
}
export const WORD_SEED = 0x811c9dc5 | 0;

/** What the features of a token depend on besides the token: what was before it. Small, so that a window can be read again. */
export class TokenHistory {
  previous = 0;
  beforePrevious = 0;
  thirdLast = 0;
  previousStem = 0;
  /** Tokens so far. */
  count = 0;
  /** Offset of the text from which on tokens start: a word that runs past a window's end belongs to that window. */
  resumeAt = 0;
  /** Where a run was cut because it is longer than any word. */
  cutAt = -1;
  /** Plain arrays: of three elements they are copied faster than typed ones. */
  readonly concepts = [0, 0, 0];
  readonly conceptAt = [LONG_AGO, LONG_AGO, LONG_AGO];

  /** As at the beginning of a text. */
  clear(): void {
    this.previous = this.beforePrevious = this.thirdLast = this.previousStem = 0;
    this.count = this.resumeAt = 0;
    this.cutAt = -1;
    this.concepts.fill(0);
    this.conceptAt.fill(LONG_AGO);
  }

  copyFrom(other: TokenHistory): void {
    this.previous = other.previous;
    this.beforePrevious = other.beforePrevious;
    this.thirdLast = other.thirdLast;
    this.previousStem = other.previousStem;
    this.count = other.count;
    this.resumeAt = other.resumeAt;
    this.cutAt = other.cutAt;
    for (let i = 0; i < RECENT_CONCEPTS; i++) {
      this.concepts[i] = other.concepts[i] ?? 0;
      this.conceptAt[i] = other.conceptAt[i] ?? LONG_AGO;
    }
  }
}

/** The tokens of one window with the hashes of their features, in arrays that are used again for the next window. */
export class FeatureBatch {
  /** Hashes of all tokens, one token after the other. */
  features = new Uint32Array(1 << 16);
  /** Where the features of token `i` end. */
  ends = new Uint32Array(1 << 12);
  /** Offsets of token `i` in the text. */
  starts = new Uint32Array(1 << 12);
  /** Hash of the letters of token `i`, for detectors with word lists of their own. */
  words = new Int32Array(1 << 12);
  stops = new Uint32Array(1 << 12);
  tokens = 0;
  /** Of each {@link BLOCK} code units of the window: bit `n` is set when a word of concept `n` starts there. */
  readonly blocks = new Int32Array(MAX_WINDOW / BLOCK + 1);
  #from = 0;
  #length = 0;

  /** Starts on the window at `from`. */
  clear(from: number): void {
    this.tokens = 0;
    this.blocks.fill(0);
    this.#from = from;
    this.#length = 0;
  }

  /** Adds character n-grams (`gram` = hash of their letters) of the word that {@link token} ends. */
  gram(gram: number): void {
    this.#reserve();
    this.features[this.#length++] = mix(gram, 1, GRAM);
  }

  /** Ends a token: a word (`stem` = hash of its first letters), or one character of a script without spaces (`stem` = 0). */
  token(word: number, stem: number, concept: number, start: number, stop: number, history: TokenHistory): void {
    this.#reserve();
    const { features } = this;
    const { previous, beforePrevious } = history;
    let at = this.#length;
    // A single character of a script without spaces says which language it is, and no more.
    if (stem !== 0) features[at++] = mix(word, 0, WORD);
    features[at++] = mix(previous, word, BIGRAM);
    const trigram = mix(beforePrevious, previous, TRIGRAM);
    features[at++] = mix(trigram, word, TRIGRAM);
    features[at++] = mix(beforePrevious, word, SKIP);
    if (stem === 0) features[at++] = mix(mix(history.thirdLast, trigram, FOURGRAM), word, FOURGRAM);
    else {
      if (stem !== word) features[at++] = mix(stem, 0, STEM);
      features[at++] = mix(history.previousStem, stem, STEM_PAIR);
    }
    this.#length = at;
    if (concept !== 0) {
      const block = Math.max(0, start - this.#from) >> BLOCK_BITS;
      this.blocks[block] = (this.blocks[block] ?? 0) | (1 << concept);
      this.#concept(concept, history);
    }
    const token = this.tokens++;
    this.ends[token] = this.#length;
    this.starts[token] = start;
    this.words[token] = word;
    this.stops[token] = stop;
    history.thirdLast = beforePrevious;
    history.beforePrevious = previous;
    history.previous = word;
    history.previousStem = stem;
    history.count++;
  }

  /** A concept alone, and unordered with those shortly before it: word order differs between languages. */
  #concept(concept: number, history: TokenHistory): void {
    const { concepts, conceptAt, count } = history;
    let at = this.#length;
    this.features[at++] = mix(concept, 0, CONCEPT);
    let last = 0;
    for (let i = 0; i < RECENT_CONCEPTS; i++) {
      const other = concepts[i] ?? 0;
      if (count - (conceptAt[i] ?? 0) > CONCEPT_REACH) break;
      this.features[at++] = mix(Math.min(concept, other), Math.max(concept, other), CONCEPT_PAIR);
      if (last !== 0) this.features[at++] = mix(sumOfSet(concept, other, last), 0, CONCEPT_TRIPLE);
      last = other;
    }
    this.#length = at;
    if (concepts[0] === concept && count - (conceptAt[0] ?? 0) < 3) return;
    concepts.copyWithin(1, 0);
    conceptAt.copyWithin(1, 0);
    concepts[0] = concept;
    conceptAt[0] = count;
  }

  #reserve(): void {
    if (this.#length + MAX_FEATURES > this.features.length) {
      const grown = new Uint32Array(this.features.length * 2);
      grown.set(this.features);
      this.features = grown;
    }
    if (this.tokens < this.ends.length) return;
    this.ends = doubled(this.ends);
    this.starts = doubled(this.starts);
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.stops = doubled(this.stops);
  }
}

/** The same for every order of three concepts. */
function sumOfSet(a: number, b: number, c: number): number {
  const spread = (concept: number) => imul(concept, 0x9e3779b1) ^ (concept << 7);
  return (spread(a) + spread(b) + spread(c)) | 0;
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(array.length * 2);
  grown.set(array);
  return grown;
}
