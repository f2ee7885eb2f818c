/** Names that are this long may differ in one place, or in two, and still be taken for each other. */
const ONE_FROM = 8;
const TWO_FROM = 14;
const DIGITS = /\d+/g;

/** True when one name could be a misspelling of the other. Numbering (`step_1`, `step_2`) is none. */
export function isNearMiss(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (a === b || shorter < ONE_FROM) return false;
  const most = shorter < TWO_FROM ? 1 : 2;
  if (Math.abs(a.length - b.length) > most || bits(letters(a) ^ letters(b)) > 2 * most) return false;
  if (a.replace(DIGITS, '#') === b.replace(DIGITS, '#')) return false;
  return distance(a, b, most) <= most;
}

/** Optimal string alignment (a swap of neighbours counts one), given up as soon as `most` is passed. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const cost = Math.min(at(row, j - 1) + (same ? 0 : 1), at(row, j) + 1, at(next, j - 1) + 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : Infinity;
      next.push(Math.min(cost, swapped));
      least = Math.min(least, at(next, j));
    }
    if (least > most) return least;
    [before, row] = [row, next];
  }
  return at(row, b.length);
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
