import type { TextView } from '../text-detector.js';
import { MAX_WINDOW, type TextWindow } from '../text-window.js';
import { conceptOf, HANGUL_STEM_LETTERS, isHangul, LONGEST_UNSPACED, STEM_LETTERS, stemKey } from './concepts.js';
import { FeatureBatch, hashLetter, TokenHistory, WORD_SEED } from './feature-batch.js';
import { DIGIT, kindOf, latinKinds, latinLetters, LETTER, letterOf, SKIPPED, UNSPACED } from './letters.js';

/** Taken out once: a look-up of a global for each letter is dear. */
const { imul } = Math;

/** A longer run of letters is no word but data. */
const MAX_WORD = 40;
/** A run is read in pieces of this length, so that one that goes on for ever costs no more than its length. */
const MAX_PIECE = 80;
const HANGUL_GRAM_LETTERS = 2;
const MAX_GRAMS = 16;
const APOSTROPHE = 0x27;
const IN_LATIN_WORD = Uint8Array.from(latinKinds, (kind) => (kind === LETTER || kind === DIGIT ? 1 : 0));

/** The one batch: windows are read one at a time, and a reader is done with it before the next is read. */
const batch = new FeatureBatch();
/** Number of the stream whose window the batch holds. */
let owner = 0;
let streamsMade = 0;
/** Letters of the word being read that is not plain ASCII. */
const wordLetters = new Uint16Array(MAX_WORD);
const streams = new WeakMap<TextView, FeatureStream>();

/**
 * The stream of a view: every classifier that scans the view gets the same, so that its text is tokenised once. Asked for with each
 * window: views of one window share a stream.
 */
export function featuresOf(view: TextView): FeatureStream {
  if (view.text.length <= MAX_WINDOW) {
    if (view !== shortView) {
      shortView = view;
      short.restart();
    }
    return short;
  }
  let stream = streams.get(view);
  if (stream === undefined) streams.set(view, (stream = new FeatureStream()));
  return stream;
}

/**
 * Words of a text as hashed features, window by window: word, stem, pairs, triples, pairs over a gap, concepts; character n-grams of
 * words that are not ASCII; characters of scripts without spaces. Numbers, words with digits in them, single letters and punctuation
 * are left out: they tell texts of one source from another, and nothing about attacks. Linear.
 */
export class FeatureStream {
  readonly #before = new TokenHistory();
  readonly #history = new TokenHistory();
  #from = -1;
  #number = ++streamsMade;

  /** Makes it the stream of another view. */
  restart(): void {
    this.#history.clear();
    this.#from = -1;
    this.#number = ++streamsMade;
  }

  /** The features of a window. Good until another window is read, of this text or another; the same window may be asked for again. */
  read(window: TextWindow): FeatureBatch {
    if (window.from === this.#from) {
      if (owner === this.#number) return batch;
      this.#history.copyFrom(this.#before);
    } else this.#before.copyFrom(this.#history);
    this.#from = window.from;
    owner = this.#number;
    batch.clear(window.from);
    if (window.units.width === 8) readLatin(window, window.units.codes, this.#history);
    else readWide(window, this.#history);
    return batch;
  }
}

/** The word read last: its hash, that of its first letters, its length in letters, and what it holds. */
const word = { hash: 0, stem: 0, length: 0, hasDigit: false, isAscii: true };

function startWord(): void {
  word.hash = WORD_SEED;
  word.stem = 0;
  word.length = 0;
  word.hasDigit = false;
  word.isAscii = true;
}

/** 8-bit text: no look-up but two small tables. */
function readLatin(window: TextWindow, codes: Uint8Array, history: TokenHistory): void {
  const { text, from, to } = window;
  const length = to - from;
  let i = Math.max(0, history.resumeAt - from);
  while (i < length) {
    if (IN_LATIN_WORD[codes[i] ?? 0] === 0) {
      i++;
      continue;
    }
    const start = i;
    i = latinWordEnd(codes, start, Math.min(length, start + MAX_PIECE));
    // A word at the window's end may go on behind it, and one with other than ASCII letters has more features.
    if (!word.isAscii || (i >= length && to < text.length)) i = readWord(text, from + start, history) - from;
    else endWord(from + start, from + i, history);
  }
}

function latinWordEnd(codes: Uint8Array, start: number, length: number): number {
  startWord();
  let i = start;
  for (; i < length; i++) {
    const code = codes[i] ?? 0;
    const kind = latinKinds[code] ?? 0;
    if (kind === LETTER) {
      word.hash = imul(word.hash ^ (latinLetters[code] ?? 0), 0x01000193);
      if (++word.length === STEM_LETTERS) word.stem = word.hash;
      if (code > 0x7f) word.isAscii = false;
    } else if (kind === DIGIT) word.hasDigit = true;
    else if (code !== APOSTROPHE || !isLatinLetterAt(codes, i + 1, length)) break;
  }
  return i;
}

/** Makes a token of the word read last, unless it is a piece of a run, has digits, or is a single letter. */
function endWord(start: number, stop: number, history: TokenHistory): void {
  const isPiece = start === history.cutAt;
  if (stop - start >= MAX_PIECE) history.cutAt = stop;
  if (isPiece || word.hasDigit || word.length < 2 || word.length > MAX_WORD) return;
  if (word.isAscii) emit(start, stop, history);
  else {
    if (isHangul(wordLetters[0] ?? 0)) hangulFeatures();
    emit(start, stop, history);
  }
}

function readWide(window: TextWindow, history: TokenHistory): void {
  const { text, from, to } = window;
  const { codes } = window.units;
  let i = Math.max(from, history.resumeAt);
  while (i < to) {
    const kind = kindOf(codes[i - from] ?? 0);
    if (kind === LETTER || kind === DIGIT) i = readWord(text, i, history);
    else {
      if (kind === UNSPACED) unspaced(text, i, history);
      i++;
    }
  }
}

/** Reads the word at `start`, past the window's end if need be, and returns where it ends. */
function readWord(text: string, start: number, history: TokenHistory): number {
  const bound = Math.min(text.length, start + MAX_PIECE);
  startWord();
  let i = start;
  for (; i < bound; i++) {
    const code = text.charCodeAt(i);
    const kind = kindOf(code);
    if (kind === LETTER) addLetter(code);
    else if (kind === DIGIT) word.hasDigit = true;
    else if (kind !== SKIPPED && !isInnerApostrophe(text, i, code)) break;
  }
  history.resumeAt = i;
  endWord(start, i, history);
  return i;
}

function addLetter(code: number): void {
  const letter = letterOf(code);
  if (word.length < MAX_WORD) wordLetters[word.length] = letter;
  word.hash = hashLetter(word.hash, letter);
  if (++word.length === STEM_LETTERS) word.stem = word.hash;
  if (code > 0x7f) word.isAscii = false;
}

function isLatinLetterAt(codes: Uint8Array, at: number, length: number): boolean {
  return at < length && latinKinds[codes[at] ?? 0] === LETTER;
}

function isInnerApostrophe(text: string, at: number, code: number): boolean {
  return (code === APOSTROPHE || code === 0x2019) && at + 1 < text.length && kindOf(text.charCodeAt(at + 1)) === LETTER;
}

function emit(start: number, stop: number, history: TokenHistory): void {
  const { hash } = word;
  const stem = word.stem === 0 ? hash : word.stem;
  const concept = conceptOf(hash);
  batch.token(hash, stem, concept === 0 ? conceptOf(stemKey(stem)) : concept, start, stop, history);
}

/** Particles follow a Korean word: its first syllables are the word. */
function hangulFeatures(): void {
  grams(HANGUL_GRAM_LETTERS);
  let stem = WORD_SEED;
  const letters = Math.min(word.length, HANGUL_STEM_LETTERS);
  for (let i = 0; i < letters; i++) stem = hashLetter(stem, wordLetters[i] ?? 0);
  word.stem = stem;
}

function grams(size: number): void {
  const last = Math.min(word.length - size, MAX_GRAMS - 1);
  for (let at = 0; at <= last; at++) {
    let hash = WORD_SEED;
    for (let i = at; i < at + size; i++) hash = hashLetter(hash, wordLetters[i] ?? 0);
    batch.gram(hash);
  }
}

/** One character; the concept is that of the longest known word that ends with it. */
function unspaced(text: string, at: number, history: TokenHistory): void {
  let concept = 0;
  for (let length = LONGEST_UNSPACED; length > 1 && concept === 0; length--) {
    if (at + 1 < length) continue;
    let hash = WORD_SEED;
    for (let i = at + 1 - length; i <= at; i++) hash = hashLetter(hash, letterOf(text.charCodeAt(i)));
    concept = conceptOf(hash);
  }
  batch.token(hashLetter(WORD_SEED, letterOf(text.charCodeAt(at))), 0, concept, at, at + 1, history);
}

/** What views of one window share, and the view that it is at. */
const short = new FeatureStream();
let shortView: TextView | null = null;
