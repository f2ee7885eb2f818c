#!/usr/bin/env node
// `node scripts/train/evaluate-tone.mjs --data DIR [--only toxicity,bias,nsfw]`: how well tables of tone do on rows they were not trained on.
// Five folds; then one source of positives left out at a time, with its negatives and a fifth of the benign rows. Needs dist/.
import { parseArgs } from 'node:util';
import { auc, rateAbove, thresholdAt } from './metrics.mjs';
import { foldOf } from './rows.mjs';
import { examplesOfTone, fitTone, rowsOfTone, scoreToneRow, TONES } from './tone-examples.mjs';

const FOLDS = 5;
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string' },
    folds: { type: 'string' },
    errors: { type: 'boolean' },
  },
});
const HASH = Buffer.alloc(32);
const percent = (value) => `${(value * 100).toFixed(1)} %`;

function report(name, scored) {
  const positive = scored.filter(({ row }) => row.label === 1).map(({ score }) => score);
  const negative = scored.filter(({ row }) => row.label === 0);
  const line = [
    name.padEnd(26),
    `n ${positive.length}/${negative.length}`,
    `AUC ${auc(
      positive,
      negative.map(({ score }) => score),
    ).toFixed(4)}`,
  ];
  const hard = negative.filter(({ row }) => row.category !== 'benign').map(({ score }) => score);
  if (hard.length > 0) line.push(`AUC own negatives ${auc(positive, hard).toFixed(4)}`);
  for (const rate of [0.01, 0.005]) {
    const threshold = thresholdAt(
      negative.map(({ score }) => score),
      rate,
    );
    line.push(`TPR@${rate * 100}% ${percent(rateAbove(positive, threshold))} (${threshold.toFixed(2)})`);
  }
  console.log(line.join('  '));
  if (values.errors) {
    const show = (rows) =>
      rows.forEach(({ row, score }) =>
        console.log(`   ${score.toFixed(2)} ${row.source} ${row.text.slice(0, 130).replace(/\s+/g, ' ')}`),
      );
    show(negative.sort((a, b) => b.score - a.score).slice(0, 25));
    show(
      scored
        .filter(({ row }) => row.label === 1)
        .sort((a, b) => a.score - b.score)
        .slice(0, 200)
        .filter((_, i) => i % 8 === 0),
    );
  }
}

const isGenerated = (row) => row.source.startsWith('own-gen');
const scoreAll = (table, rows) => rows.map((row) => ({ row, score: scoreToneRow(table, row) }));

for (const tone of values.only?.split(',') ?? TONES) {
  const { rows } = rowsOfTone(tone, values.data);
  const examples = examplesOfTone(rows);
  const mine = (row) => !isGenerated(row) && (row.category === tone || row.category === 'benign');
  const scored = [];
  for (let fold = 0; fold < (values.folds === undefined ? FOLDS : Number(values.folds)); fold++) {
    const inFold = (row) => mine(row) && foldOf(row.text, FOLDS) === fold;
    const { table } = fitTone(
      examples.filter(({ row }) => !inFold(row)),
      HASH,
    );
    scored.push(...scoreAll(table, rows.filter(inFold)));
  }
  if (scored.length > 0) report(`${tone} 5-fold`, scored);
  const sources = [...new Set(rows.filter((row) => mine(row) && row.label === 1).map(({ source }) => source))];
  for (const source of [...sources, 'own-gen']) {
    // Left out: the source, negatives of the category from sources that only it shares, a fifth of the rest.
    const isOut = (row) =>
      source === 'own-gen'
        ? isGenerated(row) || (row.label === 0 && foldOf(row.text, FOLDS) === 0)
        : row.source === source || (mine(row) && row.label === 0 && foldOf(row.text, FOLDS) === 0);
    const isTest = (row) =>
      source === 'own-gen'
        ? row.source === `own-gen-${tone}` || (mine(row) && row.label === 0 && foldOf(row.text, FOLDS) === 0)
        : mine(row) && isOut(row);
    const { table } = fitTone(
      examples.filter(({ row }) => !isOut(row)),
      HASH,
    );
    report(`${tone} without ${source}`, scoreAll(table, rows.filter(isTest)));
  }
}
