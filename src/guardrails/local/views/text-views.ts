import { isPlain } from '../fold.js';
import { FoldedText } from '../folded-text.js';
import type { Coding, TextView } from '../text-detector.js';
import { MAX_WINDOW } from '../text-window.js';
import { takeOffDisguises } from './disguises.js';
import { decodeEscapes, type MappedText, sourceSpan } from './escapes.js';
import { joinPieces } from './join-pieces.js';
import { countInvisible, findHiddenText } from './hidden-text.js';
import { DecodeBudget, findPieces } from './pieces.js';
import { glanceAt, MAX_GLANCE, MAY_HOLD_ALL, mayHide } from './short-glance.js';

/** A view and where it stands in the text that all of this began with. */
export interface LocatedView {
  readonly view: TextView;
  /** True when every code unit of `view.text` is below U+0100. */
  readonly isLatin1: boolean;
  /** The part of the original text that `[start, end)` of the view stands for. */
  readonly locate: Place;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** From offsets of a view or a source to those of the original text. */
type Place = (start: number, end: number) => Span;

/** Offsets of the text itself. */
export const SAME_PLACE: Place = (start, end) => ({ start, end });

/** Decoded code units of one text, all codings together: so much, or as many times the text as that. */
const MIN_DECODED = 65_536;
const DECODED_TIMES = 3;
/** A coding in a coding is read, a third one in that is not. */
const MAX_DEPTH = 2;
/** Hostile text may be full of short pieces. */
const MAX_VIEWS = 64;
const MIN_DECODABLE = 10;
const NO_CODINGS: readonly Coding[] = [];

/**
 * The forms of one text that detectors look at, made in steps of bounded work: the text itself, normalised, and what is decoded from it,
 * two codings deep. Decoding has a budget; `isTruncated` says that it did not suffice.
 */
export class TextViews {
  readonly views: LocatedView[] = [];
  #budget: DecodeBudget | null = null;
  /** Something was encoded deeper than is read, or in more pieces. */
  #isCut = false;
  /** Null when the text itself is all there is. */
  readonly #steps: Generator<void, void> | null;

  /** @param decodes whether anybody reads decoded views */
  constructor(source: string, decodes: boolean) {
    if (source.length <= MAX_GLANCE && isPlain(source) && !(decodes && mayHide(source))) {
      this.#steps = null;
      this.#push({ text: source, source, codings: NO_CODINGS, invisible: 0, lookalikes: 0 }, true, SAME_PLACE);
      return;
    }
    this.#budget = new DecodeBudget(Math.max(MIN_DECODED, source.length * DECODED_TIMES));
    this.#steps = this.#make(source, this.#budget, decodes);
  }

  /** True when every view is there. The first one is after the first steps, and is always the text itself. */
  step(): boolean {
    return this.#steps === null || this.#steps.next().done === true;
  }

  /** Whether something that looked decodable was left as it was, for want of budget. */
  get isTruncated(): boolean {
    return this.#isCut || this.#budget?.isUsedUp === true;
  }

  *#make(source: string, budget: DecodeBudget, decodes: boolean): Generator<void, void> {
    const main = yield* this.#add(source, NO_CODINGS, SAME_PLACE);
    if (decodes && source.length >= MIN_DECODABLE) yield* this.#decode(main, budget, SAME_PLACE, 1);
  }

  /** Folds a text and adds it as a view. */
  *#add(source: string, codings: readonly Coding[], place: Place): Generator<void, LocatedView> {
    const isLatin1 = isPlain(source);
    if (isLatin1) return this.#push({ text: source, source, codings, invisible: 0, lookalikes: 0 }, true, place);
    const folded = new FoldedText(source);
    while (!folded.step(MAX_WINDOW)) yield;
    const text = folded.text();
    yield;
    const invisible = yield* pausing(countInvisible(source));
    const view = { text, source, codings, invisible, lookalikes: folded.lookalikes };
    return this.#push(view, false, (start, end) => {
      const first = folded.sourceStart(start);
      return place(first, Math.max(first, folded.sourceEnd(end)));
    });
  }

  #push(view: TextView, isLatin1: boolean, locate: Place): LocatedView {
    const located = { view, isLatin1, locate };
    this.views.push(located);
    return located;
  }

  /** @param place from offsets of `view.source` to those of the original text */
  *#decode(
    { view, isLatin1, locate }: LocatedView,
    budget: DecodeBudget,
    place: Place,
    depth: number,
  ): Generator<void, void> {
    const { source, text, codings } = view;
    const reach = { budget, place, depth };
    // Copied: the next look writes over it.
    const may = isLatin1 && source.length <= MAX_GLANCE ? { ...glanceAt(source) } : MAY_HOLD_ALL;
    if (!isLatin1) yield* this.#decodeHidden(view, reach);
    if (may.pieces) yield* this.#decodePieces(view, reach);
    if (may.escapes) yield* this.#decodeEscapes(view, reach);
    for (const disguises of takeOffDisguises(text, isLatin1, may)) {
      for (const disguise of disguises) {
        // A disguise in a disguise is more noise than attack.
        const at = { budget, place: whole(locate, disguise), depth: MAX_DEPTH };
        yield* this.#child(disguise.text, [...codings, disguise.coding], at);
      }
      yield;
    }
  }

  *#decodeHidden({ source, codings }: TextView, reach: Reach): Generator<void, void> {
    for (const hidden of findHiddenText(source)) {
      if (hidden === null) yield;
      else yield* this.#child(hidden.text, [...codings, 'tags'], { ...reach, place: whole(reach.place, hidden) });
    }
  }

  *#decodePieces({ source, codings }: TextView, reach: Reach): Generator<void, void> {
    for (const pieces of findPieces(source, reach.budget)) {
      if (pieces === null) yield;
      for (const mapped of joinPieces(pieces ?? [])) yield* this.#mapped(mapped, codings, reach);
    }
  }

  *#decodeEscapes({ source, codings }: TextView, reach: Reach): Generator<void, void> {
    for (const mapped of decodeEscapes(source, reach.budget)) {
      if (mapped !== null) yield* this.#mapped(mapped, codings, reach);
      yield;
    }
  }

  *#mapped(mapped: MappedText, codings: readonly Coding[], at: Reach): Generator<void, void> {
    const place: Place = (start, end) => {
      const inSource = sourceSpan(mapped, start, end);
      return at.place(inSource.start, inSource.end);
    };
    yield* this.#child(mapped.text, [...codings, mapped.coding], { ...at, place });
  }

  *#child(text: string, codings: readonly Coding[], { budget, place, depth }: Reach): Generator<void, void> {
    if (text === '') return;
    if (this.views.length >= MAX_VIEWS) {
      this.#isCut = true;
      return;
    }
    const child = yield* this.#add(text, codings, place);
    if (depth < MAX_DEPTH && text.length >= MIN_DECODABLE) yield* this.#decode(child, budget, place, depth + 1);
  }
}

/** Where a decoded text stands, how deep, and what may still be decoded. */
interface Reach {
  readonly budget: DecodeBudget;
  readonly place: Place;
  readonly depth: number;
}

/** Any hit stands for the whole piece: what of it was encoded where cannot be told apart. */
function whole(place: Place, { start, end }: Span): Place {
  return () => place(start, end);
}

/** Passes the pauses of some work on. */
function* pausing<T>(work: Generator<null, T>): Generator<void, T> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    yield;
  }
}
