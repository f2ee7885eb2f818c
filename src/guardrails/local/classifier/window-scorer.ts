import type { FeatureBatch } from './feature-batch.js';
import type { WeightTable } from './weight-table.js';

/**
 * Sizes of the windows of tokens that are scored. A line of a long text is found by the small ones.
 * @public training reads it from dist/
 */
export const WINDOW_TOKENS = [16, 32, 64, 128] as const;
const LONGEST = 128;
const SHORTEST = 16;
/** Tokens remembered: more than the longest window has. */
const RING = 256;
const MASK = RING - 1;
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

/** Sums over all tokens up to one, and where that token starts: of the last tokens. */
interface Ring {
  readonly sums: Int32Array;
  readonly starts: Float64Array;
}

function newRing(): Ring {
  return { sums: new Int32Array(RING), starts: new Float64Array(RING) };
}

/** Lent to texts of one batch, which are done with it at the end of that batch. */
const lent = newRing();

/** The best window of each size so far. */
class Best {
  readonly sums = [-Infinity, -Infinity, -Infinity, -Infinity];
  readonly starts = [0, 0, 0, 0];
  readonly ends = [0, 0, 0, 0];

  /** @param sum over all tokens up to the last one, which ends at `stop` */
  compare(tokens: number, total: number, stop: number, { sums, starts }: Ring): void {
    for (let index = 0; index < WINDOW_TOKENS.length; index++) {
      const size = WINDOW_TOKENS[index] ?? LONGEST;
      if (tokens < size) return;
      const first = (tokens - size) & MASK;
      const sum = total - (sums[first] ?? 0);
      if (sum <= (this.sums[index] ?? 0)) continue;
      this.sums[index] = sum;
      this.starts[index] = starts[first] ?? 0;
      this.ends[index] = stop;
    }
  }
}

/** Finds the best window of a text by one table, batch by batch: prefix sums of the last tokens give every window at once. */
export class WindowScorer {
  readonly #table: WeightTable;
  #ring: Ring | null = null;
  /** By window size; of a text that is shorter than any, never made. */
  #best: Best | null = null;
  #tokens = 0;
  #sum = 0;
  #start = 0;
  #end = 0;

  constructor(table: WeightTable) {
    this.#table = table;
  }

  /** @param isLast whether the batch is that of the text's last window: it is scored without memory of its own then */
  add(batch: TokenFeatures, isLast = false): void {
    if (batch.tokens === 0) return;
    const table = this.#table;
    const { features, ends, starts, stops } = batch;
    const ring = this.#lend(isLast);
    const { sums, starts: places } = ring;
    let tokens = this.#tokens;
    let sum = this.#sum;
    if (tokens === 0) {
      this.#start = starts[0] ?? 0;
      sums[0] = 0;
    }
    let from = 0;
    for (let i = 0; i < batch.tokens; i++) {
      const to = ends[i] ?? 0;
      sum += table.sum(features, from, to);
      from = to;
      places[tokens & MASK] = starts[i] ?? 0;
      tokens++;
      sums[tokens & MASK] = sum;
      if (tokens >= SHORTEST) (this.#best ??= new Best()).compare(tokens, sum, stops[i] ?? 0, ring);
    }
    this.#tokens = tokens;
    this.#sum = sum;
    this.#end = stops[batch.tokens - 1] ?? 0;
  }

  best(): WindowScore {
    const tokens = this.#tokens;
    let best = { logOdds: -Infinity, start: 0, end: 0, tokens };
    const compare = (size: number, sum: number, start: number, end: number): void => {
      const logOdds = sum * this.#table.step * windowScale(size) + this.#table.bias;
      if (logOdds > best.logOdds) best = { logOdds, start, end, tokens };
    };
    const windows = this.#best;
    if (windows !== null) {
      for (const [index, size] of WINDOW_TOKENS.entries()) {
        if (tokens < size) break;
        compare(size, windows.sums[index] ?? 0, windows.starts[index] ?? 0, windows.ends[index] ?? 0);
      }
    }
    if (tokens > 0 && tokens < LONGEST) compare(tokens, this.#sum, this.#start, this.#end);
    return best;
  }

  /** A text that goes on needs a ring of its own: others are scored before its next batch. */
  #lend(isLast: boolean): Ring {
    if (this.#ring !== null) return this.#ring;
    if (isLast) return lent;
    return (this.#ring = newRing());
  }
}
