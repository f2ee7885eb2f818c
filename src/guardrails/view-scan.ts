import { GatewayError } from '../errors.js';
import type { Hit } from './local/hit.js';
import type { TextContext, TextCursor, TextDetector } from './local/text-detector.js';
import { MAX_WINDOW, openWindow, type TextWindow } from './local/text-window.js';
import { strongestApart } from './local/pii/overlaps.js';
import { type LocatedView, SAME_PLACE, TextViews } from './local/views/text-views.js';

/** Views of up to so many code units go through all detectors in one step. */
const SHORT_VIEW = 2_048;
/** Hits kept of one detector in one view: hostile text must not make the result large. */
const MAX_HITS = 100;

/** One text on its way through detectors that read views of it, in steps of bounded work: one detector, one window. */
export class ViewScan {
  readonly #detectors: readonly TextDetector[];
  readonly #context: TextContext;
  /** What each detector found in each view. Not copied together before all is done: a hostile text holds tens of thousands of hits. */
  readonly #found: (readonly Hit[])[] = [];
  /** Views in which personal data were found. */
  #personalViews = 0;
  readonly #source: TextViews;
  #views: readonly LocatedView[] | null = null;
  #view = -1;
  /** Of the current view; null for a detector that does not read it, or is done with it. */
  readonly #cursors: (TextCursor | null)[];
  #cursor = 0;
  #position = 0;
  /** The cursor that is finished next; -1 while the view is being read. */
  #closing = -1;

  constructor(detectors: readonly TextDetector[], text: string, context: TextContext) {
    this.#detectors = detectors;
    this.#context = context;
    this.#source = new TextViews(
      text,
      detectors.some(({ readsDecoded }) => readsDecoded),
    );
    this.#cursors = detectors.map(() => null);
  }

  /**
   * True when the text is done.
   * @throws GatewayError guardrail_unavailable when a detector throws: what could not be checked does not pass
   */
  step(): boolean {
    if (this.#views === null) {
      if (!this.#source.step()) return false;
      this.#views = this.#source.views;
      this.#openNext();
      if (this.#current === undefined || this.#current.view.text.length > SHORT_VIEW) {
        return this.#current === undefined;
      }
    }
    const located = this.#current;
    if (located === undefined) return true;
    if (located.view.text.length <= SHORT_VIEW) this.#scanShort(located);
    else if (this.#closing >= 0) this.#closeNext(located);
    else this.#scanWindow(located);
    return this.#current === undefined;
  }

  /** What was found, with offsets in the original text. Call it when `step` has returned true. */
  hits(): readonly Hit[] {
    const [only, ...more] = this.#found;
    if (only === undefined) return NO_HITS;
    if (more.length === 0) return only;
    const hits = this.#found.flat();
    if (this.#personalViews < 2) return hits;
    // What stands in a text and in a decoded view of it is found twice.
    const personal = hits.filter(({ detector }) => detector === 'pii');
    return [...hits.filter(({ detector }) => detector !== 'pii'), ...strongestApart(personal)];
  }

  /** Views read besides the text itself. */
  get isDecodingCut(): boolean {
    return this.#source.isTruncated;
  }

  get decodedViews(): number {
    return Math.max(0, this.#source.views.length - 1);
  }

  get #current(): LocatedView | undefined {
    return this.#views?.[this.#view];
  }

  #scanShort(located: LocatedView): void {
    const { text } = located.view;
    const window = openWindow(text, 0, text.length, located.isLatin1);
    for (let index = 0; index < this.#cursors.length; index++) this.#scan(index, window);
    for (let index = 0; index < this.#cursors.length; index++) this.#finish(index, located);
    this.#openNext();
  }

  #scanWindow(located: LocatedView): void {
    const { text } = located.view;
    const to = Math.min(text.length, this.#position + MAX_WINDOW);
    this.#skipClosed();
    if (this.#cursor < this.#cursors.length) {
      // Opened again for every detector: another call may have used the window in between.
      this.#scan(this.#cursor++, openWindow(text, this.#position, to, located.isLatin1));
      this.#skipClosed();
    }
    if (this.#cursor < this.#cursors.length) return;
    this.#cursor = 0;
    this.#position = to;
    if (to === text.length) this.#closing = 0;
  }

  #skipClosed(): void {
    while (this.#cursor < this.#cursors.length && this.#cursors[this.#cursor] === null) this.#cursor++;
  }

  /** Finishes one cursor of a long view: what it has to put in order may be long as well. */
  #closeNext(located: LocatedView): void {
    this.#finish(this.#closing++, located);
    if (this.#closing < this.#cursors.length) return;
    this.#closing = -1;
    this.#openNext();
  }

  #scan(index: number, window: TextWindow): void {
    try {
      this.#cursors[index]?.scan(window);
    } catch (cause) {
      throw failed(this.#detectors[index], cause);
    }
  }

  #finish(index: number, { locate }: LocatedView): void {
    const found = this.#finished(index);
    if (found.length === 0) return;
    const isPersonal = this.#detectors[index]?.name === 'pii';
    if (isPersonal) this.#personalViews++;
    // Redaction must replace every one of the personal ones.
    const kept = isPersonal || found.length <= MAX_HITS ? found : found.slice(0, MAX_HITS);
    this.#found.push(locate === SAME_PLACE ? kept : kept.map((hit) => ({ ...hit, ...locate(hit.start, hit.end) })));
  }

  #finished(index: number): readonly Hit[] {
    const cursor = this.#cursors[index] ?? null;
    this.#cursors[index] = null;
    if (cursor === null) return NO_HITS;
    try {
      return cursor.finish();
    } catch (cause) {
      throw failed(this.#detectors[index], cause);
    }
  }

  /** Goes on to the next view that a detector wants to read. */
  #openNext(): void {
    this.#position = 0;
    for (;;) {
      this.#view++;
      const located = this.#current;
      if (located === undefined || this.#open(located)) return;
    }
  }

  /** False when no detector reads the view. */
  #open({ view }: LocatedView): boolean {
    let isRead = false;
    for (const [index, detector] of this.#detectors.entries()) {
      if (view.codings.length > 0 && !detector.readsDecoded) continue;
      try {
        const cursor = detector.open(view, this.#context);
        this.#cursors[index] = cursor;
        if (cursor !== null) isRead = true;
      } catch (cause) {
        throw failed(detector, cause);
      }
    }
    return isRead;
  }
}

const NO_HITS: readonly Hit[] = [];

/** A detector that fails decides nothing, so the call is refused; the message says which, the cause goes to the log. */
export function failed(detector: { readonly name: string } | undefined, cause: unknown): GatewayError {
  const message = `The detector ${detector?.name ?? ''} failed, so the call was refused.`;
  return new GatewayError('guardrail_unavailable', message, { cause });
}
