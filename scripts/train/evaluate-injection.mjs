#!/usr/bin/env node
// `node scripts/train/evaluate-injection.mjs --data DIR [--mode folds|sources] [--misses SOURCE] [--table]`: how well the classifier
// does on rows it was not trained on: five folds, or one positive source (with a third of the benign sources) left out at a time.
import { parseArgs } from 'node:util';
import { auc, rateAbove, thresholdAt } from './metrics.mjs';
import { examplesOf, fitTable, generatedExamples, MIN_FEATURE_TEXTS } from './recipes/injection.mjs';
import { index } from './examples.mjs';
import { foldOf, readRows } from './rows.mjs';
import { scorerOf } from './injection-score.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    mode: { type: 'string', default: 'sources' },
    misses: { type: 'string' },
    only: { type: 'string' },
  },
});
if (values.data === undefined) throw new Error('Say where the rows are: --data DIR');
const FOLDS = 5;
const BENIGN_GROUPS = 3;
const rows = ['injection_attack', 'benign'].flatMap((name) => readRows(values.data, name).rows);
const groupOf = (row) => row.source.replace('+embedded', '').replace(/^garak.*/, 'garak');
const percent = (x) => (Number.isNaN(x) ? '  -  ' : (100 * x).toFixed(1).padStart(5));

/** Rows to score and rows to train on, with a name. */
function* splits() {
  if (values.mode === 'folds') {
    for (let fold = 0; fold < FOLDS; fold++) {
      yield { name: `fold ${fold + 1}`, isHeld: (row) => foldOf(carrierOf.get(row)?.text ?? row.text, FOLDS) === fold };
    }
    return;
  }
  const positives = [...new Set(rows.filter(({ label }) => label === 1).map(groupOf))].sort();
  const benign = [...new Set(rows.filter(({ label }) => label === 0).map(({ source }) => source))].sort();
  const wanted = values.only?.split(',') ?? positives;
  for (const name of wanted) {
    if (!rows.some((row) => row.label === 1 && !row.weak && groupOf(row) === name)) continue;
    const number = positives.indexOf(name);
    const left = new Set(benign.filter((_, index) => index % BENIGN_GROUPS === number % BENIGN_GROUPS));
    yield { name, isHeld: (row) => (row.label === 1 ? groupOf(row) === name : left.has(row.source)) };
  }
}

const table = new Map();
const tally = (key, hit) => {
  const entry = table.get(key) ?? [0, 0];
  entry[0] += hit ? 1 : 0;
  entry[1]++;
  table.set(key, entry);
};

// Encoded and numbered once: a feature that only rows left out have keeps the weight 0.
const collected = examplesOf(rows);
const generated = generatedExamples();
const carrierOf = new Map(collected.map(({ row, carrier }) => [row, carrier]));
const hashes = index([...collected, ...generated], MIN_FEATURE_TEXTS);
const summary = [];
for (const { name, isHeld } of splits()) {
  const held = rows.filter(isHeld);
  // An attack whose carrier is left out would teach the words of the carrier.
  const seen = collected.filter(({ row, carrier }) => !isHeld(row) && (carrier === undefined || !isHeld(carrier)));
  const fitted = fitTable([...seen, ...generated], { hashes });
  const score = scorerOf(fitted.table);
  const scored = held.map((row) => ({ row, score: score(row) }));
  const of = (filter) => scored.filter(({ row }) => filter(row)).map((entry) => entry.score);
  const negative = of((row) => row.label === 0);
  const positive = of((row) => row.label === 1 && !row.weak);
  const ordinary = of((row) => row.category === 'benign');
  const weak = of((row) => row.label === 1 && row.weak);
  const threshold = thresholdAt(negative, 0.01);
  const strict = thresholdAt(negative, 0.001);
  const figures = {
    tpr: rateAbove(positive, threshold),
    tprStrict: rateAbove(positive, strict),
    auc: auc(positive, negative),
    ordinary: rateAbove(positive, thresholdAt(ordinary, 0.005)),
  };
  summary.push(figures);
  console.log(
    `${name.padEnd(20)} n ${String(positive.length).padStart(5)}/${String(negative.length).padStart(5)}  1 % FPR ${percent(figures.tpr)}  0.1 % ${percent(figures.tprStrict)}  AUC ${figures.auc.toFixed(3)}  weak ${percent(rateAbove(weak, threshold))}  0.5 % of ordinary ${percent(figures.ordinary)}  at ${threshold.toFixed(2)}, ${thresholdAt(ordinary, 0.005).toFixed(2)}`,
  );
  for (const { row, score: value } of scored) {
    const isHit = value > threshold;
    if (row.weak) continue;
    tally(`${row.label === 1 ? 'attack' : 'benign'} source ${row.source}`, isHit);
    if (row.label === 1) tally(`technique ${row.technique ?? '-'}`, isHit);
    if (row.label === 1 && row.lang) tally(`lang ${row.lang}`, isHit);
    if (values.misses === 'benign' && row.label === 0 && isHit)
      console.log('   FALSE', value.toFixed(1), row.source, JSON.stringify(row.text.slice(0, 300)));
    if (values.misses === row.source && row.label === 1 && !isHit)
      console.log('   MISS', value.toFixed(1), JSON.stringify(row.text.slice(0, 400)));
  }
}
const mean = (key) => summary.reduce((sum, figures) => sum + figures[key], 0) / summary.length;
console.log(
  `mean: TPR at 1 % FPR ${percent(mean('tpr'))}, at 0.1 % ${percent(mean('tprStrict'))}, AUC ${mean('auc').toFixed(3)}, at 0.5 % of ordinary rows ${percent(mean('ordinary'))}`,
);
for (const [key, [hits, count]] of [...table].sort())
  console.log(`${percent(hits / count)} % of ${String(count).padStart(5)}  ${key}`);
