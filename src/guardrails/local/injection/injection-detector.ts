import type { Channel } from '../../../contracts/channel.js';
import type { ScoredOptions } from '../../../contracts/detector-options.js';
import { featuresOf } from '../classifier/feature-stream.js';
import { loadWeightTable, type WeightTable } from '../classifier/weight-table.js';
import { WindowScorer } from '../classifier/window-scorer.js';
import type { Hit } from '../hit.js';
import type { Coding, TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { isTooShort } from './short-text.js';
import { matchPayloads, matchPrompts, type RuleMatch } from './rule-matcher.js';

/**
 * Log-odds from which it fires: on average 0.3 % of ordinary rows that were not trained on exceed it, or 1 % when nothing of their source
 * was; descriptions are rarer.
 */
const FIRES_AT: Readonly<Record<Channel, number>> = {
  argument: 1.4,
  result: 1.4,
  tool_description: 0.8,
  server_description: 0.8,
};
/** A rule counts from here up when the classifier sees nothing. */
const FLOOR = -0.6;
/** The second and further rules add less: they often see the same words. */
const FURTHER = 0.5;
/**
 * What somebody disguised so that it is not read is worth more, and so is text with invisible or look-alike characters: much where no
 * ordinary text is written like that (0 to 2 of 10,000 ordinary rows), less where programs encode.
 */
const DISGUISED: Readonly<Record<Coding, number>> = {
  leet: 3.5,
  split: 3,
  rot13: 3,
  spaced: 3,
  reversed: 3,
  tags: 4,
  binary: 2.5,
  decimal: 2,
  accents: 1.5,
  base64: 1.5,
  base32: 1.5,
  hex: 1.5,
  entities: 1.5,
  escapes: 1.5,
  percent: 1,
};
/** Below this the words say clearly that it is ordinary text, however it was written. */
const ORDINARY = -6;
const HIDDEN_CHARACTERS = 1.5;
const MANY_HIDDEN = 4;
const LOWEST = -12;
/** The most that a short text scores by its words alone, in log-odds below what fires: it is ranked, and never fires. */
const SHORT_BELOW = 0.05;

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
  readonly #prompts = { at: 0, before: 0 };
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
    for (const match of matchPrompts(window, batch, this.#prompts)) this.#keep(match);
    if (window.from === 0) for (const match of matchPayloads(window.text, this.#context)) this.#keep(match);
  }

  finish(): readonly Hit[] {
    const { logOdds: ofWords, start, end } = this.#scorer.best();
    const matches = [...this.#matches.values()].sort((a, b) => b.rule.weight - a.rule.weight);
    if (ofWords === -Infinity && matches.length === 0) return [];
    const logOdds = this.#logOdds(ofWords, matches);
    let score = this.#table.probability(logOdds);
    if (score >= this.#firesAt && matches.length === 0 && isTooShort(this.#view.text))
      score = this.#belowFiring(logOdds);
    if (score < this.#firesAt) return [];
    const [first] = matches;
    const span = first ?? { start, end };
    const hit = { detector: 'injection_attack' as const, score, start: span.start, end: span.end };
    if (first !== undefined) return [{ ...hit, category: first.rule.category, rule: first.rule.id }];
    const isDescription = this.#context.channel.endsWith('_description');
    return [{ ...hit, category: isDescription ? 'tool_poisoning' : 'prompt_injection', rule: CLASSIFIER_RULE }];
  }

  #belowFiring(logOdds: number): number {
    const cap = FIRES_AT[this.#context.channel] - SHORT_BELOW;
    const score = this.#table.probability(Math.min(logOdds, cap));
    // Whoever lowers the threshold does not mean single words either.
    return this.#firesAt > 0 ? Math.min(score, this.#firesAt * (1 - Number.EPSILON)) : score;
  }

  #logOdds(ofWords: number, matches: readonly RuleMatch[]): number {
    const seen = Math.max(ofWords, matches.length === 0 ? LOWEST : FLOOR);
    let sum = seen;
    matches.forEach(({ rule }, index) => (sum += index === 0 ? rule.weight : rule.weight * FURTHER));
    const { codings, invisible, lookalikes } = this.#view;
    if (seen > ORDINARY) {
      sum += codings.reduce((most, coding) => Math.max(most, DISGUISED[coding]), 0);
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
