import type { Hit } from '../hit.js';
import { PassageIndex, PassageScan, reversed, type Passage } from '../passages.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';

/** Letters that may be quoted: some fifteen words. */
const QUOTE = 75;
/** Share of a short text that is too much of it, and the least that counts as more than a phrase. */
const MOST = 0.6;
const PHRASE = 36;

/** Finds passages of configured texts: verbatim, re-set, and with words dropped or letters misread. Not: told in other words. */
export class CopyrightProtectionDetector implements TextDetector {
  readonly name = 'copyright_protection';
  readonly readsDecoded = true;
  readonly #index: PassageIndex;

  constructor(options: { readonly protectedTexts: readonly string[] }) {
    this.#index = new PassageIndex([...options.protectedTexts, ...options.protectedTexts.map(reversed)]);
  }

  open(view: TextView, context: TextContext): TextCursor | null {
    const isDefinition = context.channel === 'tool_description' || context.channel === 'server_description';
    if (this.#index.isEmpty || isDefinition || view.text.length < PHRASE) return null;
    return new CopyrightCursor(new PassageScan(this.#index));
  }
}

class CopyrightCursor implements TextCursor {
  readonly #passages: PassageScan;

  constructor(passages: PassageScan) {
    this.#passages = passages;
  }

  scan({ text, from, to }: TextWindow): void {
    this.#passages.scan(text, from, to);
  }

  finish(): readonly Hit[] {
    const { best } = this.#passages;
    if (best === null || !isTooMuch(best)) return [];
    const { matched, start, end } = best;
    const score = Math.min(1, 0.5 + matched / 600);
    return [{ detector: 'copyright_protection', category: 'passage', rule: 'copyright.passage', score, start, end }];
  }
}

function isTooMuch({ matched, share }: Passage): boolean {
  return matched >= QUOTE || (share >= MOST && matched >= PHRASE);
}
