import type { Hit } from '../hit.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { factsOf } from './call-facts.js';
import { compileRules, strongest, type CompiledRules, type UncheckableRule } from './compile-policy.js';

/** Longest text looked at as one call; longer ones are read as prose, window by window. */
const MAX_WHOLE = 16_384;
/** Units of the window before, so that a sentence over the border is seen whole. */
const OVERLAP = 400;

/**
 * Checks calls and answers against a policy in plain words. A text is a whole call (`tool {json}`), one argument (the context names tool
 * and field), or prose.
 */
export class PolicyViolationDetector implements TextDetector {
  readonly name = 'policy_violation';
  readonly readsDecoded = false;
  /** Rules that nothing here can decide. */
  readonly uncheckable: readonly UncheckableRule[];
  readonly #rules: CompiledRules;

  constructor(options: { readonly policyText: string }) {
    this.#rules = compileRules(options.policyText);
    this.uncheckable = this.#rules.uncheckable;
  }

  /** What each checkable rule is checked by. */
  get checkable(): CompiledRules['checkable'] {
    return this.#rules.checkable;
  }

  /** Definitions are no acts: what a tool may not do is checked when it is called. */
  open(view: TextView, context: TextContext): TextCursor | null {
    if (
      this.#rules.checkable.length === 0 ||
      context.channel === 'tool_description' ||
      context.channel === 'server_description'
    )
      return null;
    return new PolicyCursor(this.#rules, view, context);
  }
}

/** What only a call can do: an answer may speak of any host or path. */
const DONE_BY_CALLS: ReadonlySet<string> = new Set([
  'path',
  'host',
  'recipient',
  'protocol',
  'file_type',
  'environment',
  'tool',
  'command',
]);
const NOTHING: ReadonlySet<string> = new Set();

class PolicyCursor implements TextCursor {
  readonly #rules: CompiledRules;
  readonly #view: TextView;
  readonly #tool: string;
  readonly #field: string;
  readonly #skipped: ReadonlySet<string>;
  readonly #hits = new Map<number, Hit>();

  constructor(rules: CompiledRules, view: TextView, context: TextContext) {
    this.#rules = rules;
    this.#view = view;
    // An answer is what a tool says, not what is asked of it.
    this.#tool = context.channel === 'argument' ? context.tool : '';
    this.#field = context.field;
    this.#skipped = context.channel === 'argument' ? NOTHING : DONE_BY_CALLS;
  }

  scan(window: TextWindow): void {
    const { text } = this.#view;
    const isWhole = text.length <= MAX_WHOLE;
    const from = isWhole ? 0 : Math.max(0, window.from - OVERLAP);
    const facts = factsOf(text.slice(from, window.to), this.#tool, this.#field);
    for (const rule of this.#rules.checkable) {
      if (this.#hits.has(rule.number)) continue;
      const broken = strongest(rule, facts, this.#skipped);
      if (broken === null) continue;
      const { category, score } = broken;
      this.#hits.set(rule.number, {
        detector: 'policy_violation',
        category,
        rule: `policy.rule.${String(rule.number)}`,
        score,
        start: from,
        end: window.to,
      });
    }
  }

  finish(): readonly Hit[] {
    return [...this.#hits.values()];
  }
}
