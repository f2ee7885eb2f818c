import { isPlain } from './local/fold.js';
import { FoldedText } from './local/folded-text.js';
import type { TextView } from './local/text-detector.js';
import { MAX_WINDOW } from './local/text-window.js';

/** A form of a text, and where its parts stand in the original. */
export interface LocatedView {
  readonly view: TextView;
  /** True when every character of the view is below U+0100. */
  readonly isLatin1: boolean;
  /** The part of the original text that `[start, end)` of the view was made from. */
  locate(start: number, end: number): { readonly start: number; readonly end: number };
}

/** Makes the forms of one text, in steps of bounded work. */
export interface ViewSource {
  /** True when all views are made. */
  step(): boolean;
  /** The text itself first. Call it when `step` has returned true. */
  views(): readonly LocatedView[];
}

const AS_WRITTEN = { codings: [], invisible: 0, lookalikes: 0 } as const;

/** The forms in which detectors read a text. */
export function viewsOf(text: string): ViewSource {
  if (!isPlain(text)) return new FoldedView(text);
  const view = { ...AS_WRITTEN, text, source: text };
  const views: readonly LocatedView[] = [{ view, isLatin1: true, locate: (start, end) => ({ start, end }) }];
  return { step: () => true, views: () => views };
}

class FoldedView implements ViewSource {
  readonly #source: string;
  readonly #folding: FoldedText;

  constructor(source: string) {
    this.#source = source;
    this.#folding = new FoldedText(source);
  }

  step(): boolean {
    return this.#folding.step(MAX_WINDOW);
  }

  views(): readonly LocatedView[] {
    const folded = this.#folding;
    const view = { ...AS_WRITTEN, text: folded.text(), source: this.#source };
    const locate = (start: number, end: number): { start: number; end: number } => ({
      start: folded.sourceStart(start),
      end: folded.sourceEnd(end),
    });
    return [{ view, isLatin1: false, locate }];
  }
}
