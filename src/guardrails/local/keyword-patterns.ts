import { GatewayError } from '../../errors.js';
import { compileLinear, type LinearPattern } from '../../linear-pattern.js';
import type { Hit } from './hit.js';
import type { TextCursor, TextDetector, TextView } from './text-detector.js';
import type { TextWindow } from './text-window.js';

/** Patterns of one policy, and hits kept of each in one text. */
const MAX_PATTERNS = 100;
const MAX_HITS = 20;
/** Longest match that is sure to be found where two windows meet. */
const OVERLAP = 1_024;

/** The `banned_patterns` of a policy: regular expressions, run in linear time on every view of a text. */
export class KeywordPatterns implements TextDetector {
  readonly name = 'keyword_detector';
  readonly readsDecoded = true;
  readonly #patterns: readonly LinearPattern[];

  /** @throws GatewayError guardrail_unavailable naming the pattern that does not compile; the config loader says so before */
  constructor(patterns: readonly string[]) {
    if (patterns.length > MAX_PATTERNS) throw refusal(`there are more than ${String(MAX_PATTERNS)}`);
    this.#patterns = patterns.map((pattern, index) => {
      const compiled = compileLinear(pattern);
      if ('problem' in compiled)
        throw refusal(`number ${String(index + 1)} (${pattern.slice(0, 60)}): ${compiled.problem}`);
      return compiled.find;
    });
  }

  open(view: TextView): TextCursor | null {
    return this.#patterns.length === 0 ? null : new PatternCursor(this.#patterns, view.text);
  }
}

function refusal(problem: string): GatewayError {
  return new GatewayError('guardrail_unavailable', `banned_patterns: ${problem}`);
}

class PatternCursor implements TextCursor {
  readonly #patterns: readonly LinearPattern[];
  readonly #text: string;
  readonly #hits: Hit[] = [];
  /** For each pattern: where its last match ended, so that the overlap does not tell it twice. */
  readonly #seen: number[];

  constructor(patterns: readonly LinearPattern[], text: string) {
    this.#patterns = patterns;
    this.#text = text;
    this.#seen = patterns.map(() => 0);
  }

  scan(window: TextWindow): void {
    const base = Math.max(0, window.from - OVERLAP);
    const part = base === 0 && window.to === this.#text.length ? this.#text : this.#text.slice(base, window.to);
    for (const [index, find] of this.#patterns.entries()) this.#scanOne(index, find, part, base);
  }

  #scanOne(index: number, find: LinearPattern, part: string, base: number): void {
    let from = Math.max(0, (this.#seen[index] ?? 0) - base);
    for (let hits = 0; hits < MAX_HITS && from <= part.length; hits++) {
      const match = find(part, from);
      if (match === null) return;
      const { start, end } = match;
      from = Math.max(end, start + 1);
      this.#seen[index] = base + from;
      if (end === start) continue;
      this.#hits.push({
        detector: 'keyword_detector',
        category: 'pattern',
        rule: `keyword.pattern.${String(index + 1)}`,
        score: 1,
        start: base + start,
        end: base + end,
      });
    }
  }

  finish(): readonly Hit[] {
    return this.#hits;
  }
}
