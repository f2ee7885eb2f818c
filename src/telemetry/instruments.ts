/** Upper bounds of the duration buckets in seconds; everything above the last counts in +Inf only. */
export const DURATION_BUCKETS_S = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

/** Series per instrument. Names past that share the series `other`, so that no caller can grow the memory or the exposition. */
export const MAX_SERIES = 200;
const OTHER = 'other';

/** One value of a counter or gauge. */
export interface NumberSample {
  readonly labels: readonly string[];
  readonly value: number;
}

/** One histogram: `counts[i]` observations at or below DURATION_BUCKETS_S[i] and above the bound before it; the last entry is +Inf. */
export interface HistogramSample {
  readonly labels: readonly string[];
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

interface Described {
  readonly name: string;
  readonly help: string;
  /** Names of the labels, in the order of a sample's values. */
  readonly labelNames: readonly string[];
}

/** What the exporters read; `samples` is called at scrape time only. */
export type Instrument = Described &
  (
    | { readonly kind: 'counter' | 'gauge'; samples(): NumberSample[] }
    | { readonly kind: 'histogram'; samples(): HistogramSample[] }
  ) & {
    /** How often a name found no series of its own and was counted under `other`. */
    readonly overflowed?: number;
  };

/** One series of a counter. */
class CounterCell {
  value = 0;
}

/** One series of a duration histogram. */
export class HistogramCell {
  readonly counts: number[] = new Array<number>(DURATION_BUCKETS_S.length + 1).fill(0);
  sum = 0;
  count = 0;

  /** @param seconds a duration; the search is linear because most calls end in the first buckets */
  observe(seconds: number): void {
    let i = 0;
    while (i < DURATION_BUCKETS_S.length && seconds > (DURATION_BUCKETS_S[i] ?? 0)) i++;
    this.counts[i] = (this.counts[i] ?? 0) + 1;
    this.sum += seconds;
    this.count++;
  }
}

/** Cells by label values, at most MAX_SERIES of them. */
class Series<C> {
  /** How often a name found no series of its own. */
  overflowed = 0;
  readonly #cells = new Map<string, { readonly labels: readonly string[]; readonly cell: C }>();
  readonly #make: () => C;

  constructor(make: () => C) {
    this.#make = make;
  }

  at(labels: readonly string[]): C {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\u0000');
    const known = this.#cells.get(key);
    if (known !== undefined) return known.cell;
    if (this.#cells.size >= MAX_SERIES && !labels.every((label) => label === OTHER)) {
      this.overflowed++;
      return this.at(labels.map(() => OTHER));
    }
    const cell = this.#make();
    this.#cells.set(key, { labels, cell });
    return cell;
  }

  entries(): { readonly labels: readonly string[]; readonly cell: C }[] {
    return [...this.#cells.values()];
  }
}

/** A monotonic count per combination of label values. */
export class Counter implements Described {
  readonly kind = 'counter';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly #series = new Series(() => new CounterCell());

  constructor(name: string, help: string, labelNames: readonly string[] = []) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    // A counter without labels is 0 from the start; a missing series would read as "never exported".
    if (labelNames.length === 0) this.#series.at([]);
  }

  add(amount: number, ...labels: string[]): void {
    this.#series.at(labels).value += amount;
  }

  get overflowed(): number {
    return this.#series.overflowed;
  }

  samples(): NumberSample[] {
    return this.#series.entries().map(({ labels, cell }) => ({ labels, value: cell.value }));
  }
}

/** A distribution of durations per combination of label values. */
export class Histogram implements Described {
  readonly kind = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly #series = new Series(() => new HistogramCell());

  constructor(name: string, help: string, labelNames: readonly string[]) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
  }

  /** The series for these label values, for callers that keep it. */
  cell(...labels: string[]): HistogramCell {
    return this.#series.at(labels);
  }

  get overflowed(): number {
    return this.#series.overflowed;
  }

  samples(): HistogramSample[] {
    return this.#series
      .entries()
      .map(({ labels, cell }) => ({ labels, counts: cell.counts, sum: cell.sum, count: cell.count }));
  }
}

/** A value that is asked for when somebody looks; reads 0 until a source is given. */
export class Gauge implements Described {
  readonly kind = 'gauge';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[] = [];
  /** The owner of the number sets this once. */
  source: () => number = () => 0;

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  samples(): NumberSample[] {
    return [{ labels: [], value: this.source() }];
  }
}
