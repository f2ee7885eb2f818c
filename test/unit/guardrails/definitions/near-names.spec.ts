import { describe, expect, it } from '@jest/globals';
import { NearNames } from '../../../../src/guardrails/definitions/edit-distance.js';
import { crossServerFindings } from '../../../../src/guardrails/definitions/look-alikes.js';
import { pick, randomOf } from '../fixtures.js';

/** The textbook form, with the whole table. */
function optimalAlignment(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(cell(i - 1, j - 1) + cost, cell(i - 1, j) + 1, cell(i, j - 1) + 1, swap));
    }
  }
  return cell(a.length, b.length);
}

describe('names that are nearly the same', () => {
  it('are those that the whole table of distances says', () => {
    const random = randomOf(7);
    const letters = Array.from('aabbcd');
    const name = (length: number): string => Array.from({ length }, () => pick(random, letters)).join('');
    const names = new NearNames(Infinity);
    let near = 0;
    for (let round = 0; round < 3_000; round++) {
      const a = name(14 + Math.floor(random() * 4));
      const chars = Array.from(a);
      for (let edits = Math.floor(random() * 4); edits > 0; edits--) {
        chars.splice(
          Math.floor(random() * chars.length),
          Math.floor(random() * 2),
          ...Array.from(name(Math.floor(random() * 2))),
        );
      }
      const b = chars.join('');
      if (a === b || b.length < 14) continue;
      const isNear = optimalAlignment(a, b) <= 2;
      expect([a, b, names.areNear(a, b)]).toEqual([a, b, isNear]);
      if (isNear) near++;
    }
    expect(near).toBeGreaterThan(500);
  });

  it('take a bounded time when servers choose them to be compared in full', () => {
    const ends = Array.from('bcdefghijklmnopqrstuvwxyz');
    const tools = (server: string, swap: (end: string) => string) =>
      ends.flatMap((x) =>
        ends.slice(0, 20).map((y) => ({ server, tool: `${swap(x + y)}${'a'.repeat(118)}`, definition: {} })),
      );
    const startedAt = process.cpuUsage();
    crossServerFindings([
      ...tools('one', (end) => `qrs${end}`),
      ...tools('other', (end) => `srq${Array.from(end).reverse().join('')}`),
    ]);
    // Some 0.1 s; comparing every pair in full takes minutes.
    expect(process.cpuUsage(startedAt).user).toBeLessThan(3_000_000);
  });
});
