/** Names that are this long may differ in one place, or in two, and still be taken for each other. */
const ONE_FROM = 8;
const TWO_FROM = 14;
const DIGITS = /\d+/g;

/** Finds misspellings, while its budget lasts. */
export class NearNames {
  #pairs: number;

  /** @param pairs how many pairs may be compared letter by letter; what comes after counts as different */
  constructor(pairs: number) {
    this.#pairs = pairs;
  }

  /** True when one name could be a misspelling of the other. Numbering (`step_1`, `step_2`) is none. */
  areNear(a: string, b: string): boolean {
    const shorter = Math.min(a.length, b.length);
    if (a === b || shorter < ONE_FROM) return false;
    const most = shorter < TWO_FROM ? 1 : 2;
    if (Math.abs(a.length - b.length) > most || bits(letters(a) ^ letters(b)) > 2 * most) return false;
    if (this.#pairs === 0) return false;
    this.#pairs--;
    return a.replace(DIGITS, '#') !== b.replace(DIGITS, '#') && distance(a, b, most) <= most;
  }
}

/**
 * Optimal string alignment (a swap of neighbours counts one), given up as soon as `most` is passed. Only cells within `most` of the
 * diagonal can count (Ukkonen 1985), and what the ends have in common is no difference: names are chosen by servers, and two lists of
 * long ones that differ in their last letters would take minutes otherwise.
 */
function distance(one: string, other: string, most: number): number {
  const [a, b] = withoutCommonEnds(one, other);
  let before: number[] = [];
  let row = Array.from({ length: Math.min(b.length, most) + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - most);
    const next: number[] = [];
    if (i <= most) next[0] = i;
    let least = at(next, 0);
    for (let j = from; j <= Math.min(b.length, i + most); j++) {
      const same = a[i - 1] === b[j - 1];
      const cost = Math.min(at(row, j - 1) + (same ? 0 : 1), at(row, j) + 1, at(next, j - 1) + 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : Infinity;
      next[j] = Math.min(cost, swapped);
      least = Math.min(least, at(next, j));
    }
    if (least > most) return least;
    [before, row] = [row, next];
  }
  return at(row, b.length);
}

function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** The letters that occur, one bit each: a cheap lower bound of the distance. */
function letters(text: string): number {
  let mask = 0;
  for (let i = 0; i < text.length; i++) mask |= 1 << (text.charCodeAt(i) & 31);
  return mask;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
