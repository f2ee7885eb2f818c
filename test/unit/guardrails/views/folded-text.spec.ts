import { expect, it } from '@jest/globals';
import { FoldedText } from '../../../../src/guardrails/local/folded-text.js';

function folded(source: string, units: number): { readonly folded: FoldedText; readonly steps: number } {
  const folded = new FoldedText(source);
  let steps = 1;
  while (!folded.step(units)) steps++;
  return { folded, steps };
}

it('a step folds far fewer clusters than characters that stand alone', () => {
  const count = 20_000;
  const plain = folded('я'.repeat(count), 8_192).steps;
  const clusters = folded('a\u0301\u0302'.repeat(count / 3), 8_192).steps;
  expect(plain).toBeLessThanOrEqual(7);
  expect(clusters).toBeGreaterThanOrEqual(20);
});

it('every offset leads back to its place, in texts of many thousand segments', () => {
  const pieces = 15_000;
  const { folded: text } = folded('ﬃ-'.repeat(pieces), 8_192);
  expect(text.text()).toBe('ffi-'.repeat(pieces));
  for (const n of [0, 1, 2_047, 4_095, 4_096, 4_097, 8_191, 12_288, pieces - 1]) {
    expect([text.sourceStart(4 * n), text.sourceEnd(4 * n + 3)]).toEqual([2 * n, 2 * n + 1]);
    expect([text.sourceStart(4 * n + 3), text.sourceEnd(4 * n + 4)]).toEqual([2 * n + 1, 2 * n + 2]);
  }
});
