// The table `injection`: prompts that try to take over an assistant, in arguments, results and descriptions.
import { createHash } from 'node:crypto';
import { encode, index } from '../examples.mjs';
import { trainInRounds } from '../fit.mjs';
import { isotonic } from '../metrics.mjs';
import { foldOf, readRows, textsOf } from '../rows.mjs';
import { scoreText } from '../score.mjs';
import { tableOf } from '../table.mjs';

const FILES = ['injection_attack', 'benign'];
const MIN_TEXTS = 2;
const OPTIONS = { rounds: 3, seed: 20261122, l1: 4e-4, epochs: 4, rate: 0.3 };
/** Part of the rows kept back to measure what probability the log-odds stand for. */
const FOLDS = 10;

/** Techniques whose texts are payloads for a parser and no prose: another table's. */
const NOT_PROSE = new Set([
  'sql_injection',
  'xss',
  'path_traversal',
  'xxe',
  'ssti',
  'ldap_injection',
  'nosql_injection',
  'command_injection',
]);

/** Texts with their labels, from rows. */
export function examplesOf(rows) {
  const examples = [];
  for (const row of rows) {
    if (row.weak === true || NOT_PROSE.has(row.technique)) continue;
    for (const { text } of textsOf(row)) {
      examples.push({ text, label: row.label, isWhole: row.channel === 'tool_args', ...encode(text) });
    }
  }
  return examples;
}

export function fitTable(
  examples,
  dataHash,
  calibration = [
    [-4, 0.01],
    [4, 0.99],
  ],
) {
  const hashes = index(examples, MIN_TEXTS);
  return tableOf(trainInRounds(examples, hashes.length, OPTIONS), hashes, { calibration, dataHash });
}

export async function train(directory) {
  const files = FILES.map((name) => readRows(directory, name));
  const data = files.map(({ name, sha256 }) => ({ name, sha256 }));
  const dataHash = createHash('sha256').update(JSON.stringify(data)).digest();
  const examples = examplesOf(files.flatMap(({ rows }) => rows));
  const held = examples.filter(({ text }) => foldOf(text, FOLDS) === 0);
  const rest = examples.filter(({ text }) => foldOf(text, FOLDS) !== 0);
  const { table } = fitTable(rest, dataHash);
  const calibration = isotonic(
    held.map(({ text, label }) => ({ score: Math.max(-20, scoreText(table, text).logOdds), label })),
  );
  const { bytes, kept } = fitTable(examples, dataHash, calibration);
  return { tables: [{ name: 'injection', bytes }], data, metrics: { texts: examples.length, features: kept } };
}
