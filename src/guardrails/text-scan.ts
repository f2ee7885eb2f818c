import type { QuickDetectors } from './detector-set.js';
import { isPlain } from './local/fold.js';
import { FoldedText } from './local/folded-text.js';
import type { Hit } from './local/hit.js';
import type { KeywordCursor } from './local/keyword-detector.js';
import { MAX_WINDOW, openWindow } from './local/text-window.js';
import { withoutOverlaps } from './local/pii/overlaps.js';
import { PiiCursor } from './local/pii/pii-detector.js';

/**
 * One text on its way through keywords and PII, in steps of bounded work. The detectors keep their state between steps and see the
 * whole text around their position, so that where the steps fall changes nothing.
 */
export class TextScan {
  /** These two read nothing decoded. */
  readonly decodedViews = 0;
  readonly isDecodingCut = false;
  readonly #detectors: QuickDetectors;
  readonly #field: string;
  readonly #keywordCursor: KeywordCursor | null;
  readonly #piiCursor: PiiCursor | null;
  #folding: FoldedText | null;
  #folded: FoldedText | null = null;
  #text: string;
  #position = 0;

  /** @param field name of the field that holds the text, or an empty string */
  constructor(detectors: QuickDetectors, text: string, field: string) {
    this.#detectors = detectors;
    this.#field = field;
    this.#text = text;
    this.#folding = isPlain(text) ? null : new FoldedText(text);
    this.#keywordCursor = detectors.keywords?.cursor() ?? null;
    this.#piiCursor = detectors.pii === null ? null : new PiiCursor();
  }

  /** Works on about 8 Ki code units. True when the text is done. */
  step(): boolean {
    if (this.#folding !== null) {
      if (!this.#folding.step(MAX_WINDOW)) return false;
      this.#text = this.#folding.text();
      this.#folded = this.#folding;
      this.#folding = null;
      // A text that fits one step is scanned in it too.
      if (this.#text.length > MAX_WINDOW) return false;
    }
    const to = Math.min(this.#text.length, this.#position + MAX_WINDOW);
    const window = openWindow(this.#text, this.#position, to, this.#folded === null);
    if (this.#keywordCursor !== null) this.#detectors.keywords?.scan(window, this.#keywordCursor);
    if (this.#piiCursor !== null) this.#detectors.pii?.scan(window, this.#field, this.#piiCursor);
    this.#position = to;
    return to === this.#text.length;
  }

  /** What was found, with offsets in the original text. PII hits do not overlap. Call it when `step` has returned true. */
  hits(): readonly Hit[] {
    const keywords = this.#keywordCursor?.hits ?? [];
    const pii = this.#piiCursor?.hits ?? [];
    if (keywords.length === 0 && pii.length === 0) return pii;
    const folded = this.#folded;
    const hits = [...keywords, ...withoutOverlaps(pii)];
    if (folded === null) return hits;
    return hits.map((hit) => ({ ...hit, start: folded.sourceStart(hit.start), end: folded.sourceEnd(hit.end) }));
  }
}
