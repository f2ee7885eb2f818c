import type { FeatureBatch } from './feature-batch.js';
import type { WeightTable } from './weight-table.js';

/** Sizes of the windows of tokens that are scored. A line of a long text is found by the small ones. */
export const WINDOW_TOKENS = [16, 32, 64, 128] as const;
const LONGEST = 128;
const RING = 256;
/** Keeps one or two words from weighing as much as a sentence. */
const DAMPING = 4;

/** What a sum over `tokens` tokens is multiplied with before the bias is added. */
export function windowScale(tokens: number): number {
  return 1 / Math.sqrt(tokens + DAMPING);
}

/** The window of a text that scores highest. */
export interface WindowScore {
  /** Of the classifier; -Infinity for a text without words. */
  readonly logOdds: number;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** Tokens of the whole text. */
  readonly tokens: number;
}

/** Finds the best window of a text by one table, batch by batch: prefix sums of the last tokens give every window at once. */
export class WindowScorer {
  readonly #table: WeightTable;
  /** Sum over all tokens up to one, and where that token starts: of the last tokens. */
  readonly #sums = new Int32Array(RING);
  readonly #starts = new Float64Array(RING);
  readonly #best = WINDOW_TOKENS.map(() => ({ sum: -Infinity, start: 0, end: 0 }));
  #tokens = 0;
  #sum = 0;
  #end = 0;

  constructor(table: WeightTable) {
    this.#table = table;
  }

  add(batch: FeatureBatch): void {
    const { features, ends, starts, stops } = batch;
    let from = 0;
    for (let i = 0; i < batch.tokens; i++) {
      const to = ends[i] ?? 0;
      this.#sum += this.#table.sum(features, from, to);
      from = to;
      this.#starts[this.#tokens & (RING - 1)] = starts[i] ?? 0;
      this.#tokens++;
      this.#sums[this.#tokens & (RING - 1)] = this.#sum;
      this.#compare(stops[i] ?? 0);
    }
    if (batch.tokens > 0) this.#end = stops[batch.tokens - 1] ?? 0;
  }

  best(): WindowScore {
    const tokens = this.#tokens;
    const found = WINDOW_TOKENS.map((size: number, index) => ({ size, ...this.#best[index] }));
    if (tokens > 0 && tokens < LONGEST) {
      found.push({ size: tokens, sum: this.#sum, start: this.#starts[0] ?? 0, end: this.#end });
    }
    let best = { logOdds: -Infinity, start: 0, end: 0, tokens };
    for (const { size, sum = -Infinity, start = 0, end = 0 } of found) {
      const logOdds = sum * this.#table.step * windowScale(size) + this.#table.bias;
      if (logOdds > best.logOdds) best = { logOdds, start, end, tokens };
    }
    return best;
  }

  #compare(stop: number): void {
    const tokens = this.#tokens;
    for (let index = 0; index < WINDOW_TOKENS.length; index++) {
      const size = WINDOW_TOKENS[index] ?? LONGEST;
      if (tokens < size) return;
      const sum = this.#sum - (this.#sums[(tokens - size) & (RING - 1)] ?? 0);
      const best = this.#best[index];
      if (best === undefined || sum <= best.sum) continue;
      best.sum = sum;
      best.start = this.#starts[(tokens - size) & (RING - 1)] ?? 0;
      best.end = stop;
    }
  }
}
