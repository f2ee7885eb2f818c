import type { DetectorOptions } from '../../../contracts/detector-options.js';
import { loadWeightTable, type WeightTable } from '../classifier/weight-table.js';
import { WindowScorer } from '../classifier/window-scorer.js';
import type { Hit } from '../hit.js';
import type { TextContext, TextCursor, TextDetector, TextView } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { findMaskedWord, type MaskedWord } from './masked-words.js';
import { toneKindOf } from './tone-kinds.js';
import { toneOf } from './tone-features.js';
import { TONE_THRESHOLDS, type Tone } from './tone-thresholds.js';

/** Nobody hides a harmless word. */
const MASKED_SCORE = 0.9;

const MAX_IDENTIFIER = 64;
/** Parts joined by signs, or by capitals. */
const IDENTIFIER = /^[A-Za-z0-9]+(?:[_.:/-]+[A-Za-z0-9]+)+$|^[a-z0-9]+[A-Z][A-Za-z0-9]*$/;

/** Fires on the passage of a text that scores highest as abusive, biased or sexual. One class, because they differ in table and words only. */
export class ToneDetector implements TextDetector {
  readonly name: Tone;
  readonly readsDecoded = true;
  readonly #table: WeightTable;
  readonly #threshold: number | undefined;

  /** @throws Error when the table of the tone cannot be read */
  constructor(name: Tone, options: DetectorOptions[Tone]) {
    this.name = name;
    this.#table = loadWeightTable(name);
    this.#threshold = options.threshold;
  }

  /** Names of fields, tools and files say nothing of anybody, whatever they are put together from. */
  open(view: TextView, context: TextContext): TextCursor | null {
    if (view.text.length <= MAX_IDENTIFIER && IDENTIFIER.test(view.text)) return null;
    const threshold = this.#threshold ?? TONE_THRESHOLDS[this.name][context.channel];
    return new ToneCursor(this.name, view, this.#table, threshold);
  }
}

class ToneCursor implements TextCursor {
  readonly #tone: Tone;
  readonly #view: TextView;
  readonly #table: WeightTable;
  readonly #threshold: number;
  readonly #scorer: WindowScorer;
  #masked: MaskedWord | null = null;

  constructor(tone: Tone, view: TextView, table: WeightTable, threshold: number) {
    this.#tone = tone;
    this.#view = view;
    this.#table = table;
    this.#threshold = threshold;
    this.#scorer = new WindowScorer(table);
  }

  scan(window: TextWindow): void {
    this.#scorer.add(toneOf(this.#view).read(window), window.to === window.text.length);
    if (this.#tone !== 'bias') this.#masked ??= findMaskedWord(this.#view, window, this.#tone);
  }

  finish(): readonly Hit[] {
    const detector = this.#tone;
    const { logOdds, start, end } = this.#scorer.best();
    const score = logOdds === -Infinity ? 0 : this.#table.probability(logOdds);
    const hits: Hit[] = [];
    if (score >= this.#threshold) {
      const { category, rule } = toneKindOf(detector, this.#view.text.slice(start, end));
      hits.push({ detector, category, rule, score, start, end });
    }
    if (this.#masked !== null && MASKED_SCORE >= this.#threshold) {
      hits.push({
        detector,
        category: 'hidden_word',
        rule: `${detector}.hidden-word`,
        score: MASKED_SCORE,
        ...this.#masked,
      });
    }
    return hits;
  }
}
