import { describe, expect, it } from '@jest/globals';
import type { Hit } from '../../../../src/guardrails/local/hit.js';
import { strongestApart } from '../../../../src/guardrails/local/pii/overlaps.js';
import { SettledHits } from '../../../../src/guardrails/local/pii/settled-hits.js';

/** Numbers in 0..1 that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Hits as they are found in windows of 16 Ki: out of order within a window, and beginning a little before it. */
function hitsOf(seed: number, windows: number, perWindow: number): Hit[][] {
  const random = numbers(seed);
  const next = (below: number) => Math.floor(random.next().value * below);
  return Array.from({ length: windows }, (_, window) =>
    Array.from({ length: perWindow }, (): Hit => {
      const start = Math.max(0, window * 16_384 + next(16_384 + 800) - 800);
      const end = start + 1 + next(40);
      return { detector: 'pii', category: 'PHONE', rule: `r${String(next(5))}`, score: next(10) / 10, start, end };
    }),
  );
}

const covered = (hits: readonly Hit[]) => hits.map(({ start, end }) => [start, end]);

describe('hits put in order while the text is read', () => {
  it.each([1, 2, 3, 4, 5, 6])('cover what they cover when all are sorted at the end (%s)', (seed) => {
    const windows = hitsOf(seed, 6, 700);
    const found = new SettledHits();
    for (const [index, hits] of windows.entries()) {
      found.waiting.push(...hits);
      found.settle((index + 1) * 16_384);
    }
    const all = strongestApart(windows.flat());
    expect(all.length).toBeGreaterThan(1_000);
    expect(covered(found.finish())).toEqual(covered(all));
  });

  it('are in order even when one begins further back than any should', () => {
    const [first = [], second = []] = hitsOf(9, 2, 700);
    const found = new SettledHits();
    found.waiting.push(...first);
    found.settle(16_384);
    const late: Hit = { detector: 'pii', category: 'PHONE', rule: 'late', score: 1, start: 10, end: 4_000 };
    found.waiting.push(...second, late);
    expect(covered(found.finish())).toEqual(covered(strongestApart([...first, ...second, late])));
  });
});
