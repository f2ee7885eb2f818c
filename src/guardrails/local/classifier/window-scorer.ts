import type { FeatureBatch } from './feature-batch.js';
import type { WeightTable } from './weight-table.js';

/**
 * Sizes of the windows of tokens that are scored. A line of a long text is found by the small ones.
 * @public training reads it from dist/
 */
export const WINDOW_TOKENS = [16, 32, 64, 128] as const;
const LONGEST = 128;
/** Of the rings that remember the last tokens: what short texts need, and the most, which is more than the longest window. */
const SHORT_RING = 32;
const LONG_RING = 256;
/** Keeps one or two words from weighing as much as a sentence. */
const DAMPING = 4;

/**
 * What a sum over `tokens` tokens is multiplied with before the bias is added.
 * @public training reads it from dist/
 */
export function windowScale(tokens: number): number {
  return 1 / Math.sqrt(tokens + DAMPING);
}

/** Hashed features token by token, as a batch holds them. */
export type TokenFeatures = Readonly<Pick<FeatureBatch, 'features' | 'ends' | 'starts' | 'stops' | 'tokens'>>;

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
  #sums = new Int32Array(SHORT_RING);
  #starts = new Float64Array(SHORT_RING);
  #mask = SHORT_RING - 1;
  /** By window size. */
  readonly #bestSums = [-Infinity, -Infinity, -Infinity, -Infinity];
  readonly #bestStarts = [0, 0, 0, 0];
  readonly #bestEnds = [0, 0, 0, 0];
  #tokens = 0;
  #sum = 0;
  #end = 0;

  constructor(table: WeightTable) {
    this.#table = table;
  }

  add(batch: TokenFeatures): void {
    const { features, ends, starts, stops } = batch;
    let from = 0;
    for (let i = 0; i < batch.tokens; i++) {
      const to = ends[i] ?? 0;
      this.#sum += this.#table.sum(features, from, to);
      from = to;
      if (this.#tokens === this.#mask && this.#mask < LONG_RING - 1) this.#grow();
      this.#starts[this.#tokens & this.#mask] = starts[i] ?? 0;
      this.#tokens++;
      this.#sums[this.#tokens & this.#mask] = this.#sum;
      this.#compare(stops[i] ?? 0);
    }
    if (batch.tokens > 0) this.#end = stops[batch.tokens - 1] ?? 0;
  }

  best(): WindowScore {
    const tokens = this.#tokens;
    let best = { logOdds: -Infinity, start: 0, end: 0, tokens };
    const compare = (size: number, sum: number, start: number, end: number): void => {
      const logOdds = sum * this.#table.step * windowScale(size) + this.#table.bias;
      if (logOdds > best.logOdds) best = { logOdds, start, end, tokens };
    };
    for (const [index, size] of WINDOW_TOKENS.entries()) {
      if (tokens < size) break;
      compare(size, this.#bestSums[index] ?? 0, this.#bestStarts[index] ?? 0, this.#bestEnds[index] ?? 0);
    }
    if (tokens > 0 && tokens < LONGEST) compare(tokens, this.#sum, this.#starts[0] ?? 0, this.#end);
    return best;
  }

  /** No ring has wrapped yet. */
  #grow(): void {
    const size = (this.#mask + 1) * 2;
    const sums = new Int32Array(size);
    const starts = new Float64Array(size);
    sums.set(this.#sums);
    starts.set(this.#starts);
    this.#sums = sums;
    this.#starts = starts;
    this.#mask = size - 1;
  }

  #compare(stop: number): void {
    const tokens = this.#tokens;
    for (let index = 0; index < WINDOW_TOKENS.length; index++) {
      const size = WINDOW_TOKENS[index] ?? LONGEST;
      if (tokens < size) return;
      const sum = this.#sum - (this.#sums[(tokens - size) & this.#mask] ?? 0);
      if (sum <= (this.#bestSums[index] ?? 0)) continue;
      this.#bestSums[index] = sum;
      this.#bestStarts[index] = this.#starts[(tokens - size) & this.#mask] ?? 0;
      this.#bestEnds[index] = stop;
    }
  }
}
