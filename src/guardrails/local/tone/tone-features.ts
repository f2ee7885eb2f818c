import type { TextView } from '../text-detector.js';
import { MAX_WINDOW, type TextWindow } from '../text-window.js';
import { mix } from '../classifier/feature-batch.js';
import { featuresOf } from '../classifier/feature-stream.js';
import type { TokenFeatures } from '../classifier/window-scorer.js';
import { toneClassOf } from './tone-classes.js';

/** Past this distance in tokens two classes have nothing to do with each other. */
const REACH = 9;
const RECENT = 4;
const FAR = -1000;
/** Most features that one token can have. */
const MAX_FEATURES = 16;

/** Salts of the kinds of feature; changing one asks for new tables. */
const WORD = 0x21f0aaad;
const PAIR = 0x735a2d97;
const CLASS = 0x6c8e9cf5;
const CLASSES = 0x4f6cdd1d;
const NEAR_CLASSES = 0x2c1b3c6d;
const TRIPLE = 0x297a2d39;
const BEFORE = 0x1b56c4e9;
const AFTER = 0x3a8f05c5;

/** What the features of a token depend on besides the token. */
class ToneHistory {
  word = 0;
  count = 0;
  /** Plain arrays: two of them are made for every text, however short. */
  readonly classes = [0, 0, 0, 0];
  readonly at = [FAR, FAR, FAR, FAR];

  /** As at the beginning of a text. */
  clear(): void {
    this.word = 0;
    this.count = 0;
    this.classes.fill(0);
    this.at.fill(FAR);
  }

  copyFrom(other: ToneHistory): void {
    this.word = other.word;
    this.count = other.count;
    for (let i = 0; i < RECENT; i++) {
      this.classes[i] = other.classes[i] ?? 0;
      this.at[i] = other.at[i] ?? FAR;
    }
  }

  /** Takes a class in as the last one. */
  add(kind: number): void {
    const { classes, at } = this;
    for (let i = RECENT - 1; i > 0; i--) {
      classes[i] = classes[i - 1] ?? 0;
      at[i] = at[i - 1] ?? FAR;
    }
    classes[0] = kind;
    at[0] = this.count;
  }
}

let features = new Uint32Array(1 << 16);
let ends = new Uint32Array(1 << 13);
let owner: ToneHistory | null = null;
let current: TokenFeatures = { features, ends, starts: ends, stops: ends, tokens: 0 };
const streams = new WeakMap<TextView, ToneStream>();

/**
 * The features of a view for toxicity, bias and nsfw: made once, on top of the tokens that all classifiers share. Asked for with each
 * window: views of one window share a stream.
 */
export function toneOf(view: TextView): ToneStream {
  if (view.text.length <= MAX_WINDOW) {
    if (short.view !== view) short.restart(view);
    return short;
  }
  let stream = streams.get(view);
  if (stream === undefined) streams.set(view, (stream = new ToneStream(view)));
  return stream;
}

/** Words, pairs of words, and the parts that words play (their class) with those shortly before and beside them. */
export class ToneStream {
  readonly #before = new ToneHistory();
  readonly #history = new ToneHistory();
  #from = -1;

  constructor(public view: TextView) {}

  /** Makes it the stream of another view. */
  restart(view: TextView): void {
    this.view = view;
    this.#history.clear();
    this.#from = -1;
    if (owner === this.#history) owner = null;
  }

  /** The features of a window. Good until another window is read, of this text or another; the same window may be asked for again. */
  read(window: TextWindow): TokenFeatures {
    if (window.from === this.#from) {
      if (owner === this.#history) return current;
      this.#history.copyFrom(this.#before);
    } else this.#before.copyFrom(this.#history);
    this.#from = window.from;
    owner = this.#history;
    const { words, starts, stops, tokens } = featuresOf(this.view).read(window);
    reserve(tokens);
    let at = 0;
    for (let i = 0; i < tokens; i++) {
      at = token(words[i] ?? 0, at, this.#history);
      ends[i] = at;
    }
    current = { features, ends, starts, stops, tokens };
    return current;
  }
}

function token(word: number, from: number, history: ToneHistory): number {
  let at = from;
  const { word: previous, classes, at: places, count } = history;
  const kind = toneClassOf(word);
  features[at++] = mix(word, 0, WORD);
  features[at++] = mix(previous, word, PAIR);
  if ((places[0] ?? 0) === count - 1) features[at++] = mix(classes[0] ?? 0, word, AFTER);
  if (kind !== 0) {
    features[at++] = mix(kind, 0, CLASS);
    features[at++] = mix(previous, kind, BEFORE);
    at = pairs(kind, at, history);
    history.add(kind);
  }
  history.word = word;
  history.count++;
  return at;
}

function pairs(kind: number, from: number, { classes, at: places, count }: ToneHistory): number {
  let at = from;
  let last = 0;
  for (let i = 0; i < RECENT; i++) {
    const other = classes[i] ?? 0;
    const distance = count - (places[i] ?? 0);
    if (distance > REACH) break;
    features[at++] = mix(other, kind, distance < 3 ? NEAR_CLASSES : CLASSES);
    if (last !== 0) features[at++] = mix(mix(other, last, TRIPLE), kind, TRIPLE);
    last = other;
  }
  return at;
}

function reserve(tokens: number): void {
  if (tokens > ends.length) ends = new Uint32Array(tokens * 2);
  if (tokens * MAX_FEATURES > features.length) features = new Uint32Array(tokens * MAX_FEATURES * 2);
}

/** What views of one window share. */
const short = new ToneStream({ text: '', source: '', codings: [], invisible: 0, lookalikes: 0 });
