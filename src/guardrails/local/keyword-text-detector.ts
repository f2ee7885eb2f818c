import type { DetectorOptions } from '../../contracts/detector-options.js';
import type { Hit } from './hit.js';
import { type KeywordCursor, KeywordDetector } from './keyword-detector.js';
import { KeywordPatterns } from './keyword-patterns.js';
import type { TextContext, TextCursor, TextDetector, TextView } from './text-detector.js';
import type { TextWindow } from './text-window.js';

/** Banned keywords and patterns in every view of a text, encoded ones included. */
export class KeywordTextDetector implements TextDetector {
  readonly name = 'keyword_detector';
  readonly readsDecoded = true;
  readonly #keywords: KeywordDetector;
  readonly #patterns: KeywordPatterns;

  /** @throws GatewayError guardrail_unavailable naming the pattern that does not compile; the config loader says so before */
  constructor({ bannedKeywords, bannedPatterns = [] }: DetectorOptions['keyword_detector']) {
    this.#keywords = new KeywordDetector(bannedKeywords);
    this.#patterns = new KeywordPatterns(bannedPatterns);
  }

  open(view: TextView, _context: TextContext): TextCursor {
    return new BothCursors(this.#keywords, this.#patterns.open(view));
  }
}

class BothCursors implements TextCursor {
  readonly #keywords: KeywordDetector;
  readonly #cursor: KeywordCursor;
  readonly #patterns: TextCursor | null;

  constructor(keywords: KeywordDetector, patterns: TextCursor | null) {
    this.#keywords = keywords;
    this.#cursor = keywords.cursor();
    this.#patterns = patterns;
  }

  scan(window: TextWindow): void {
    this.#keywords.scan(window, this.#cursor);
    this.#patterns?.scan(window);
  }

  finish(): readonly Hit[] {
    const { hits } = this.#cursor;
    return this.#patterns === null ? hits : [...hits, ...this.#patterns.finish()];
  }
}
