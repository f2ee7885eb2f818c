import type { Channel } from '../../../contracts/channel.js';
import type { ScoredOptions } from '../../../contracts/detector-options.js';
import { featuresOf } from '../classifier/feature-stream.js';
import { loadWeightTable, type WeightTable } from '../classifier/weight-table.js';
import { WindowScorer } from '../classifier/window-scorer.js';
import type { Hit } from '../hit.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { matchPayloads, matchPrompts, type RuleMatch } from './rule-matcher.js';

/** Log-odds from which it fires: 0.3 % of benign rows that were not trained on exceed 1.3 (one fold of five); descriptions are rarer. */
const FIRES_AT: Readonly<Record<Channel, number>> = {
  argument: 1.3,
  result: 1.3,
  tool_description: 0.8,
  server_description: 0.8,
};
/** A rule counts from here up when the classifier sees nothing. */
const FLOOR = -0.6;
/** The second and further rules add less: they often see the same words. */
const FURTHER = 0.5;
/** What somebody encoded so that it is not read is worth more, and so is text with invisible or look-alike characters. */
const DECODED = 1.5;
const HIDDEN_CHARACTERS = 1;
const MANY_HIDDEN = 4;
const LOWEST = -12;
/** A word or two order nothing, and neither do names of fields, tools and files, whatever they are put together from. */
const MIN_TOKENS = 3;
const MAX_NAME = 64;
const NAME = /^[A-Za-z0-9_.:/-]+$/;

function isName(text: string): boolean {
  return text.length <= MAX_NAME && NAME.test(text);
}

let table: WeightTable | undefined;

/** Prompts that take over an assistant, and payloads in arguments. Classifier and rules add up as log-odds. */
export class InjectionDetector implements TextDetector {
  readonly name = 'injection_attack';
  readonly readsDecoded = true;
  readonly #options: ScoredOptions;
  readonly #table: WeightTable;

  /** @throws Error when the table is missing or damaged */
  constructor(options: ScoredOptions, weights?: WeightTable) {
    this.#options = options;
    this.#table = weights ?? (table ??= loadWeightTable('injection'));
  }

  open(view: TextView, context: TextContext): TextCursor {
    const given = this.#options.threshold;
    const firesAt = given ?? this.#table.probability(FIRES_AT[context.channel]);
    return new InjectionCursor(this.#table, view, context, firesAt);
  }
}

class InjectionCursor implements TextCursor {
  readonly #table: WeightTable;
  readonly #view: TextView;
  readonly #context: TextContext;
  readonly #firesAt: number;
  readonly #scorer: WindowScorer;
  readonly #matches = new Map<string, RuleMatch>();

  constructor(weights: WeightTable, view: TextView, context: TextContext, firesAt: number) {
    this.#table = weights;
    this.#view = view;
    this.#context = context;
    this.#firesAt = firesAt;
    this.#scorer = new WindowScorer(weights);
  }

  scan(window: TextWindow): void {
    const batch = featuresOf(this.#view).read(window);
    this.#scorer.add(batch, window.to === window.text.length);
    for (const match of matchPrompts(window, batch)) this.#keep(match);
    if (window.from === 0) for (const match of matchPayloads(window.text, this.#context)) this.#keep(match);
  }

  finish(): readonly Hit[] {
    const { logOdds: ofWords, start, end, tokens } = this.#scorer.best();
    const logOdds = tokens < MIN_TOKENS || isName(this.#view.text) ? -Infinity : ofWords;
    const matches = [...this.#matches.values()].sort((a, b) => b.rule.weight - a.rule.weight);
    if (logOdds === -Infinity && matches.length === 0) return [];
    const score = this.#table.probability(this.#logOdds(logOdds, matches));
    if (score < this.#firesAt) return [];
    const [first] = matches;
    const span = first ?? { start, end };
    const hit = { detector: 'injection_attack' as const, score, start: span.start, end: span.end };
    if (first !== undefined) return [{ ...hit, category: first.rule.category, rule: first.rule.id }];
    const isDescription = this.#context.channel.endsWith('_description');
    return [{ ...hit, category: isDescription ? 'tool_poisoning' : 'prompt_injection', rule: CLASSIFIER_RULE }];
  }

  #logOdds(classifier: number, matches: readonly RuleMatch[]): number {
    const seen = Math.max(classifier, matches.length === 0 ? LOWEST : FLOOR);
    let sum = seen;
    matches.forEach(({ rule }, index) => (sum += index === 0 ? rule.weight : rule.weight * FURTHER));
    const { codings, invisible, lookalikes } = this.#view;
    if (seen > FLOOR) {
      if (codings.length > 0) sum += DECODED;
      if (invisible + lookalikes >= MANY_HIDDEN) sum += HIDDEN_CHARACTERS;
    }
    return sum;
  }

  #keep(match: RuleMatch): void {
    if (!this.#matches.has(match.rule.id)) this.#matches.set(match.rule.id, match);
  }
}

/** Rule id of findings that come from the classifier alone. */
export const CLASSIFIER_RULE = 'injection.classifier';
