import type { DetectorName } from '../../contracts/finding.js';

/** What is kept of one row: enough for every table, and nothing of its text. */
export interface ScoredRow {
  readonly category: string;
  readonly label: 0 | 1;
  readonly source: string;
  readonly technique: string;
  readonly notFor: readonly string[];
  readonly isWeak: boolean;
  readonly detected: ReadonlySet<string>;
  readonly scores: Readonly<Record<string, number>>;
  readonly expected: number;
  readonly removed: number;
  readonly ms: number;
  readonly chars: number;
}

/** Quality of one detector. Shares are 0..1; null = there are no such rows. */
export interface DetectorQuality {
  readonly detector: DetectorName;
  readonly positives: number;
  readonly recall: number | null;
  /** Of attacks that are plain requests; they are in no other figure. */
  readonly weak: number;
  readonly weakRecall: number | null;
  readonly negatives: number;
  readonly ownFpr: number | null;
  readonly benign: number;
  readonly benignFpr: number | null;
  readonly auc: number | null;
  readonly tprAt1: number | null;
  readonly tprAt01: number | null;
  readonly expected: number;
  /** Share of the values to be redacted that are gone. */
  readonly valuesRemoved: number | null;
}

/** One source and technique of one category. */
export interface GroupQuality {
  readonly category: string;
  readonly label: 0 | 1;
  readonly source: string;
  readonly technique: string;
  readonly rows: number;
  readonly fired: number;
}

export function qualityOf(detector: DetectorName, rows: readonly ScoredRow[]): DetectorQuality {
  const own = rows.filter((row) => row.category === detector);
  const positives = own.filter((row) => row.label === 1 && !row.isWeak);
  const weak = own.filter((row) => row.label === 1 && row.isWeak);
  const negatives = own.filter((row) => row.label === 0);
  const benign = rows.filter((row) => row.category === 'benign' && !row.notFor.includes(detector));
  const score = (row: ScoredRow): number => row.scores[detector] ?? 0;
  const good = Float64Array.from([...negatives, ...benign], score).sort();
  const bad = Float64Array.from(positives, score).sort();
  const expected = own.reduce((sum, row) => sum + row.expected, 0);
  const removed = own.reduce((sum, row) => sum + row.removed, 0);
  const fired = (some: readonly ScoredRow[]): number | null => share(some, (row) => row.detected.has(detector));
  return {
    detector,
    positives: positives.length,
    recall: fired(positives),
    weak: weak.length,
    weakRecall: fired(weak),
    negatives: negatives.length,
    ownFpr: fired(negatives),
    benign: benign.length,
    benignFpr: fired(benign),
    auc: areaUnder(bad, good),
    tprAt1: recallAt(0.01, bad, good),
    tprAt01: recallAt(0.001, bad, good),
    expected,
    valuesRemoved: expected === 0 ? null : removed / expected,
  };
}

function share(rows: readonly ScoredRow[], test: (row: ScoredRow) => boolean): number | null {
  return rows.length === 0 ? null : rows.filter(test).length / rows.length;
}

/** Chance that a positive scores above a negative, ties half (Mann-Whitney). Both sorted upwards. */
export function areaUnder(bad: Float64Array, good: Float64Array): number | null {
  if (bad.length === 0 || good.length === 0) return null;
  let below = 0;
  let notAbove = 0;
  let wins = 0;
  for (const score of bad) {
    while (below < good.length && (good[below] ?? 0) < score) below++;
    while (notAbove < good.length && (good[notAbove] ?? 0) <= score) notAbove++;
    wins += below + (notAbove - below) / 2;
  }
  return wins / (bad.length * good.length);
}

/** Share of the positives above the lowest threshold that lets at most `rate` of the negatives fire. Both sorted upwards. */
export function recallAt(rate: number, bad: Float64Array, good: Float64Array): number | null {
  if (bad.length === 0 || good.length === 0) return null;
  const threshold = good[good.length - 1 - Math.floor(rate * good.length)] ?? 0;
  return bad.filter((score) => score > threshold).length / bad.length;
}

/** By category, label, source and technique, in this order. */
export function groupsOf(rows: readonly ScoredRow[]): readonly GroupQuality[] {
  const groups = new Map<string, { -readonly [K in keyof GroupQuality]: GroupQuality[K] }>();
  for (const { category, label, source, technique, detected } of rows) {
    if (category === 'benign') continue;
    const key = JSON.stringify([category, -label, source, technique]);
    const group = groups.get(key) ?? { category, label, source, technique, rows: 0, fired: 0 };
    group.rows++;
    if (detected.has(category)) group.fired++;
    groups.set(key, group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Time of all detectors for one row. */
export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Over all rows, and over texts of 16 Ki characters and more; null = there are none. */
  readonly msPerKi: number | null;
  readonly msPerKiLarge: number | null;
}

const LARGE_CHARS = 16_384;

export function latencyOf(rows: readonly ScoredRow[]): Latency {
  const times = Float64Array.from(rows, ({ ms }) => ms).sort();
  const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return {
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    msPerKi: perKi(rows),
    msPerKiLarge: perKi(rows.filter(({ chars }) => chars >= LARGE_CHARS)),
  };
}

function perKi(rows: readonly ScoredRow[]): number | null {
  const chars = rows.reduce((sum, row) => sum + row.chars, 0);
  return chars === 0 ? null : (rows.reduce((sum, row) => sum + row.ms, 0) / chars) * 1_024;
}
