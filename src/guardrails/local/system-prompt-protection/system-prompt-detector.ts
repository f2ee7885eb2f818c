import type { DetectorOptions } from '../../../contracts/detector-options.js';
import type { Hit } from '../hit.js';
import { LiteralGates } from '../literal-gates.js';
import { PassageIndex, PassageScan, reversed } from '../passages.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { EXTRACTION_GATES, EXTRACTION_RULES } from './extraction-requests.js';
import { PromptWording } from './prompt-wording.js';
import { secretPattern, secretsOf } from './prompt-secrets.js';

/** Letters of a prompt that give it away: some six words. A share of it does when it is short. */
const LEAK = 30;
const SHARE = 0.5;
const LEAST = 24;
/** Longest text in which a request or a retelling is looked for. */
const MAX_REQUEST = 8_192;
/** Longest match of a secret over the border of two windows. */
const OVERLAP = 256;
/** Texts by this number in the index are the prompts as written, the reversed and the rot13 ones: same order, same length. */
const DISGUISES = [(text: string) => text, reversed, rot13] as const;

/** Four telling words and what parts them. */
const LEAST_RETOLD = 16;
const gates = new LiteralGates([EXTRACTION_GATES]);

/** Finds leaks of configured system prompts, canary tokens, and requests for the system prompt. */
export class SystemPromptProtectionDetector implements TextDetector {
  readonly name = 'system_prompt_protection';
  readonly readsDecoded = true;
  readonly #parts: PromptParts;

  constructor({ systemPrompts, canaries = [] }: DetectorOptions['system_prompt_protection']) {
    this.#parts = {
      index: new PassageIndex(DISGUISES.flatMap((disguise) => systemPrompts.map(disguise))),
      secrets: secretPattern(systemPrompts.flatMap(secretsOf)),
      canaries: secretPattern(canaries),
      wordings: systemPrompts.map((prompt) => new PromptWording(prompt)),
    };
  }

  open(view: TextView, context: TextContext): TextCursor | null {
    if (context.channel === 'tool_description' || context.channel === 'server_description') return null;
    return new SystemPromptCursor(this.#parts, view, context.channel === 'argument');
  }
}

interface PromptParts {
  readonly index: PassageIndex;
  readonly secrets: RegExp | null;
  readonly canaries: RegExp | null;
  readonly wordings: readonly PromptWording[];
}

class SystemPromptCursor implements TextCursor {
  readonly #parts: PromptParts;
  readonly #view: TextView;
  readonly #passages: PassageScan | null;
  readonly #isArgument: boolean;
  readonly #hits: Hit[] = [];

  constructor(parts: PromptParts, view: TextView, isArgument: boolean) {
    this.#parts = parts;
    this.#view = view;
    this.#isArgument = isArgument;
    this.#passages = parts.index.isEmpty ? null : new PassageScan(parts.index);
  }

  scan(window: TextWindow): void {
    const { text, from, to } = window;
    this.#passages?.scan(text, from, to);
    this.#find(this.#parts.canaries, 'sysprompt.canary', 'canary', { from, to });
    this.#find(this.#parts.secrets, 'sysprompt.secret', 'secret', { from, to });
    if (text.length > MAX_REQUEST || from > 0) return;
    if (this.#isArgument) this.#findRequests(window);
    if (this.#parts.wordings.length === 0 || text.length < LEAST_RETOLD) return;
    const lower = text.toLowerCase();
    for (const wording of this.#parts.wordings) {
      if (wording.isRetoldIn(text, lower)) this.#push('sysprompt.paraphrase', 'leak', 0.7, 0, text.length);
    }
  }

  #find(pattern: RegExp | null, rule: string, category: string, { from, to }: { from: number; to: number }): void {
    if (pattern === null) return;
    const start = Math.max(0, from - OVERLAP);
    const match = pattern.exec(this.#view.text.slice(start, to));
    if (match !== null)
      this.#push(
        rule,
        category,
        category === 'canary' ? 1 : 0.8,
        start + match.index,
        start + match.index + match[0].length,
      );
  }

  #findRequests(window: TextWindow): void {
    if (gates.scan(window, { at: 0 }) === 0) return;
    const { text } = window;
    for (const { id, category, pattern } of EXTRACTION_RULES) {
      const match = pattern.exec(text);
      if (match !== null) this.#push(id, category, 0.8, match.index, match.index + match[0].length);
    }
  }

  finish(): readonly Hit[] {
    const best = this.#passages?.best ?? null;
    if (best !== null && (best.matched >= LEAK || (best.share >= SHARE && best.matched >= LEAST))) {
      this.#push('sysprompt.passage', 'leak', Math.min(1, 0.6 + best.share / 2), best.start, best.end);
    }
    return this.#hits;
  }

  #push(rule: string, category: string, score: number, start: number, end: number): void {
    this.#hits.push({ detector: 'system_prompt_protection', category, rule, score, start, end });
  }
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
  });
}
