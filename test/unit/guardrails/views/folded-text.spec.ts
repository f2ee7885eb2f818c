import { expect, it } from '@jest/globals';
import {
  clusterEnd,
  foldCluster,
  foldUnit,
  isDroppedFold,
  visibleLength,
} from '../../../../src/guardrails/local/fold.js';
import { FoldedText } from '../../../../src/guardrails/local/folded-text.js';
import { pick, randomOf } from '../fixtures.js';

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

/** One cluster after the other, as the definition has it. */
function byClusters(source: string): { readonly text: string; readonly places: readonly (readonly number[])[] } {
  let text = '';
  const places: number[][] = [];
  for (let at = 0; at < source.length;) {
    if (isDroppedFold(foldUnit(source.charCodeAt(at)))) {
      at++;
      continue;
    }
    const end = clusterEnd(source, at);
    const cluster = source.slice(at, end);
    const folded = foldCluster(cluster);
    const visible = visibleLength(cluster);
    for (let unit = 0; unit < folded.length; unit++) {
      places.push(folded.length === visible ? [at + unit, at + unit + 1] : [at, at + visible]);
    }
    text += folded;
    at = end;
  }
  return { text, places };
}

it('takes short cuts that change nothing', () => {
  const random = randomOf(20_261);
  const pieces = ['a', 'B', 'я', '4', ' ', '\u200b', '\u200b', '\u00ad', '\u0301', 'é', 'ﬃ', '\u{e0061}', '\ud800'];
  for (let count = 0; count < 4_000; count++) {
    const source = Array.from({ length: Math.ceil(random() * 40) }, () => pick(random, pieces)).join('');
    const expected = byClusters(source);
    const { folded: text } = folded(source, Math.ceil(random() * 50));
    const places = expected.places.map((_place, at) => [text.sourceStart(at), text.sourceEnd(at + 1)]);
    expect({ source, text: text.text(), places }).toEqual({ source, ...expected });
  }
});

it('a run of invisible characters may be long', () => {
  const source = `a${'\u200b'.repeat(100)}b`;
  const { folded: text } = folded(source, 8_192);
  expect([text.text(), text.sourceStart(1), text.sourceEnd(2)]).toEqual(['ab', 101, 102]);
});
