#!/usr/bin/env node
// Writes test/corpus/{adherence,hallucination}.jsonl: documents and true and false statements about them, invented here, from a fixed
// seed. `node scripts/train/grounding-corpus.mjs` after a change; the output is committed.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DOCUMENTS } from './grounding-documents.mjs';

const OUT = path.resolve(import.meta.dirname, '../../test/corpus');

/** A linear congruential generator: the same rows on every machine. */
function random(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function rowsOf(category, seed, rounds) {
  const next = random(seed);
  const dice = {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (list) => list[Math.floor(next() * list.length)],
  };
  const rows = [];
  for (let round = 0; round < rounds; round++) {
    for (const document of DOCUMENTS) {
      const { source, claims } = document(dice, round);
      for (const [label, technique, text] of claims) {
        const id = createHash('sha256').update(`${category}\n${source}\n${text}`).digest('hex').slice(0, 12);
        rows.push({
          id: `own-${id}`,
          label,
          category,
          text,
          request: source,
          channel: 'model_answer',
          source: 'own-documents',
          technique,
        });
      }
    }
  }
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

mkdirSync(OUT, { recursive: true });
for (const [category, seed] of [
  ['adherence', 20_261],
  ['hallucination', 20_262],
]) {
  const rows = rowsOf(category, seed, 3);
  writeFileSync(path.join(OUT, `${category}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
