import { isPlain } from '../fold.js';
import { FoldedText } from '../folded-text.js';
import type { Coding, TextView } from '../text-detector.js';
import { MAX_WINDOW } from '../text-window.js';
import { takeOffDisguises } from './disguises.js';
import { decodeEscapes, type MappedText, sourceSpan } from './escapes.js';
import { joinPieces } from './join-pieces.js';
import { countInvisible, findHiddenText } from './hidden-text.js';
import { DecodeBudget, findPieces } from './pieces.js';

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

/**
 * The forms of one text that detectors look at, made in steps of bounded work: the text itself, normalised, and what is decoded from it,
 * two codings deep. Decoding has a budget; `isTruncated` says that it did not suffice.
 */
export class TextViews {
  readonly views: LocatedView[] = [];
  readonly #budget: DecodeBudget;
  /** Something was encoded deeper than is read, or in more pieces. */
  #isCut = false;
  readonly #steps: Generator<void, void>;

  /** @param decodes whether anybody reads decoded views */
  constructor(source: string, decodes: boolean) {
    this.#budget = new DecodeBudget(Math.max(MIN_DECODED, source.length * DECODED_TIMES));
    this.#steps = this.#make(source, decodes);
  }

  /** True when every view is there. The first one is after the first steps, and is always the text itself. */
  step(): boolean {
    return this.#steps.next().done === true;
  }

  /** Whether something that looked decodable was left as it was, for want of budget. */
  get isTruncated(): boolean {
    return this.#budget.isUsedUp || this.#isCut;
  }

  *#make(source: string, decodes: boolean): Generator<void, void> {
    const main = yield* this.#add(source, [], SAME_PLACE);
    if (decodes && source.length >= MIN_DECODABLE) yield* this.#decode(main, SAME_PLACE, 1);
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
  *#decode({ view, isLatin1, locate }: LocatedView, place: Place, depth: number): Generator<void, void> {
    const { source, text, codings } = view;
    for (const hidden of isLatin1 ? [] : findHiddenText(source)) {
      if (hidden === null) yield;
      else yield* this.#child(hidden.text, [...codings, 'tags'], whole(place, hidden), depth);
    }
    for (const pieces of findPieces(source, this.#budget)) {
      if (pieces === null) yield;
      for (const mapped of joinPieces(pieces ?? [])) yield* this.#mapped(mapped, codings, place, depth);
    }
    for (const mapped of decodeEscapes(source, this.#budget)) {
      if (mapped !== null) yield* this.#mapped(mapped, codings, place, depth);
      yield;
    }
    for (const disguises of takeOffDisguises(text, isLatin1)) {
      for (const disguise of disguises) {
        // A disguise in a disguise is more noise than attack.
        yield* this.#child(disguise.text, [...codings, disguise.coding], whole(locate, disguise), MAX_DEPTH);
      }
      yield;
    }
  }

  *#mapped(mapped: MappedText, codings: readonly Coding[], place: Place, depth: number): Generator<void, void> {
    const mappedPlace: Place = (start, end) => {
      const inSource = sourceSpan(mapped, start, end);
      return place(inSource.start, inSource.end);
    };
    yield* this.#child(mapped.text, [...codings, mapped.coding], mappedPlace, depth);
  }

  *#child(text: string, codings: readonly Coding[], place: Place, depth: number): Generator<void, void> {
    if (text === '') return;
    if (this.views.length >= MAX_VIEWS) {
      this.#isCut = true;
      return;
    }
    const child = yield* this.#add(text, codings, place);
    if (depth < MAX_DEPTH && text.length >= MIN_DECODABLE) yield* this.#decode(child, place, depth + 1);
  }
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
