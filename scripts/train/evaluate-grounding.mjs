#!/usr/bin/env node
// Measures relevancy, adherence and hallucination: `node scripts/train/evaluate-grounding.mjs --data DIR [--misses]` after `npm run build`.
// DIR holds relevancy.jsonl, adherence.jsonl and hallucination.jsonl. Nothing is trained: a fold only picks the threshold on the other
// four, so that the five-fold figure shows what a threshold from other rows gives; `fixed` is the threshold that ships.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    dist: { type: 'string', default: 'dist' },
    misses: { type: 'boolean', default: false },
  },
});
if (values.data === undefined) {
  process.stderr.write('usage: evaluate-grounding.mjs --data DIR [--dist DIR] [--misses]\n');
  process.exit(2);
}
const from = (file) => import(path.resolve(values.dist, 'guardrails/local/grounding', file));
const { GroundingDetector } = await from('grounding-detector.js');
const { RelevancyDetector } = await from('relevancy-detector.js');
const DETECTORS = [new RelevancyDetector(), new GroundingDetector('adherence'), new GroundingDetector('hallucination')];
const MAX_FPR = 0.1;

const share = (rows, test) => (rows.length === 0 ? Number.NaN : rows.filter(test).length / rows.length);
const percent = (number) => (Number.isNaN(number) ? '-' : `${(number * 100).toFixed(1)} %`);

/** With the threshold that ships. */
function shippedRates(rows) {
  const fires = (row) => row.outcome.triggered === true;
  return {
    recall: share(
      rows.filter((row) => row.label === 1),
      fires,
    ),
    fpr: share(
      rows.filter((row) => row.label === 0),
      fires,
    ),
  };
}

function rates(rows, threshold) {
  return {
    recall: share(
      rows.filter((row) => row.label === 1),
      (row) => row.score >= threshold,
    ),
    fpr: share(
      rows.filter((row) => row.label === 0),
      (row) => row.score >= threshold,
    ),
  };
}

/** The lowest threshold that keeps the false positives within MAX_FPR. */
function pick(rows) {
  const candidates = [...new Set(rows.map((row) => row.score))].sort((a, b) => a - b);
  return candidates.find((threshold) => threshold > 0 && rates(rows, threshold).fpr <= MAX_FPR) ?? 1;
}

function folds(rows) {
  const fold = (row) => [...row.id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_003, 7) % 5;
  const decided = [0, 1, 2, 3, 4].flatMap((held) => {
    const threshold = pick(rows.filter((row) => fold(row) !== held));
    return rows
      .filter((row) => fold(row) === held)
      .map((row) => ({ label: row.label, score: row.score >= threshold ? 1 : 0 }));
  });
  return rates(decided, 0.5);
}

function auc(rows) {
  const bad = rows.filter((row) => row.label === 1).map((row) => row.score);
  const good = rows.filter((row) => row.label === 0).map((row) => row.score);
  let wins = 0;
  for (const a of bad) for (const b of good) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (bad.length * good.length);
}

for (const detector of DETECTORS) {
  const lines = readFileSync(path.join(values.data, `${detector.name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => {
    const row = JSON.parse(line);
    const started = performance.now();
    const outcome = detector.check({ request: row.request, answer: row.text });
    const ms = performance.now() - started;
    return { ...row, outcome, ms, score: outcome.outcome === 'checked' ? outcome.score : 0 };
  });
  const fixed = shippedRates(rows);
  const folded = folds(rows);
  const times = rows.map((row) => row.ms).sort((a, b) => a - b);
  process.stdout.write(
    `${detector.name}: rows ${rows.length}, fixed recall ${percent(fixed.recall)} FPR ${percent(fixed.fpr)}, ` +
      `5-fold recall ${percent(folded.recall)} FPR ${percent(folded.fpr)}, AUC ${auc(rows).toFixed(3)}, ` +
      `not checkable ${percent(share(rows, (row) => row.outcome.outcome !== 'checked'))}, ` +
      `p50 ${times[times.length >> 1].toFixed(3)} ms, p95 ${times[Math.floor(times.length * 0.95)].toFixed(3)} ms\n`,
  );
  for (const group of new Set(rows.map((row) => `${row.source} ${row.technique ?? ''}`))) {
    const of = rows.filter((row) => `${row.source} ${row.technique ?? ''}` === group);
    const { recall, fpr } = shippedRates(of);
    process.stdout.write(`  ${group}: ${of.length} rows, recall ${percent(recall)}, FPR ${percent(fpr)}\n`);
  }
  if (!values.misses) continue;
  for (const row of rows.filter((each) => each.score >= 0.5 !== (each.label === 1))) {
    process.stdout.write(
      `  ${row.label} ${row.score.toFixed(2)} ${row.outcome.rule ?? row.outcome.reason} | ${row.text.slice(0, 160)} | ${row.request.slice(0, 120)}\n`,
    );
  }
}
