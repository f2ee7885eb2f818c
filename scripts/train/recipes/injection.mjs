// The table `injection`: prompts that try to take over an assistant, in arguments, results and descriptions.
import { Carriers } from '../attack-span.mjs';
import { encode, index } from '../examples.mjs';
import { trainInRounds } from '../fit.mjs';
import { generateAttacks, generateBenign } from '../generators/injection.mjs';
import { isotonic } from '../metrics.mjs';
import { foldOf, readRows, textsOf } from '../rows.mjs';
import { TextViews } from '../../../dist/guardrails/local/views/text-views.js';
import { scoreText } from '../score.mjs';
import { dataHashOf } from '../sources.mjs';
import { tableOf } from '../table.mjs';

const FILES = ['injection_attack', 'benign'];
const SEED = 20261122;
const MIN_TEXTS = 2;
const OPTIONS = { rounds: 2, seed: SEED, l1: 2e-3, epochs: 6, rate: 0.12 };
/** Windows of benign texts outnumber attacks. */
const ATTACK_WEIGHT = 2;
/** Texts of one source and label from which on each weighs less: a source is one way of writing, however many rows it has. */
const LARGE_SOURCE = 2000;
/** Part of the rows kept back to measure what probability the log-odds stand for. */
const FOLDS = 10;
/** Rows that are mostly noise say less. */
const NOISY_WEIGHT = 0.3;
/** Generated texts say less about the world than collected ones. */
const GENERATED_WEIGHT = 0.7;
const NEUTRAL = [
  [-4, 0.02],
  [4, 0.98],
];

/** Techniques whose texts are payloads for a parser and no prose: another table's. */
export const PAYLOADS = new Set(
  ['sql', 'xss', 'path_traversal', 'xxe', 'ssti', 'ldap', 'nosql', 'command'].flatMap((name) => [
    name,
    `${name}_injection`,
  ]),
);

/** Share of a text's words that look like words; machine-made gibberish has few. */
export function isGibberish(text) {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const odd = words.filter((word) => /\d[a-z]|[a-z]\d|[^\s\w.,;:!?'"()-]/i.test(word)).length;
  return words.length > 0 && odd / words.length > 0.5;
}

/** `{ row, label, text, group, weight }` of rows, encoded; of attacks in a carrier the attack alone, and the carrier's row. */
export function examplesOf(rows) {
  const carriers = new Carriers(rows);
  const examples = [];
  for (const row of rows) {
    if (row.weak || PAYLOADS.has(row.technique)) continue;
    const weight = isNoisy(row) ? NOISY_WEIGHT : 1;
    const found = row.label === 1 && row.channel === 'tool_result' ? carriers.find(row) : null;
    const texts = typeof found?.attack === 'string' ? [found.attack] : textsOf(row).map(({ text }) => text);
    const isWhole = found === null || found.attack !== null;
    for (const text of texts.flatMap(readAs)) {
      examples.push({
        row,
        carrier: found?.carrier,
        group: row,
        text,
        label: row.label,
        weight,
        isWhole,
        ...encode(text),
      });
    }
  }
  return weighed(examples);
}

/** Machine-made noise around an attack, not text in another alphabet. */
function isNoisy({ label, source, text }) {
  return label === 1 && source.startsWith('neuralchemy') && isGibberish(text) && !/[^ -~\s]/.test(text);
}

/** As the detector reads a text: normalised, and what is decoded from it. */
function readAs(text) {
  const views = new TextViews(text, true);
  while (!views.step());
  return views.views.map(({ view }) => view.text);
}

/** Weights by the number of rows of a source and label. */
function weighed(examples) {
  const rows = new Map();
  const kindOf = ({ row, label }) => `${row.source} ${label}`;
  for (const example of examples) {
    const kind = kindOf(example);
    if (!rows.has(kind)) rows.set(kind, new Set());
    rows.get(kind).add(example.row);
  }
  return examples.map((example) => {
    const common = Math.min(1, Math.sqrt(LARGE_SOURCE / rows.get(kindOf(example)).size));
    return { ...example, weight: example.weight * common * (example.label === 1 ? ATTACK_WEIGHT : 1) };
  });
}

/** Generated examples. */
export function generatedExamples() {
  const rows = [...generateAttacks(SEED), ...generateBenign(SEED + 1)];
  return rows.map(({ text, label }) => {
    const weight = GENERATED_WEIGHT * (label === 1 ? ATTACK_WEIGHT : 1);
    return { text, label, weight, ...encode(text) };
  });
}

/** `hashes`: of an index made before, over these and other examples. */
export function fitTable(
  examples,
  { dataHash = Buffer.alloc(32), calibration = NEUTRAL, hashes = index(examples, MIN_TEXTS) } = {},
) {
  return tableOf(trainInRounds(examples, hashes.length, OPTIONS), hashes, { calibration, dataHash });
}

/** `sources`: what of this repository goes under the data hash. */
export async function train(directory, sources) {
  const files = FILES.map((name) => readRows(directory, name));
  const data = [...files.map(({ name, sha256 }) => ({ name, sha256 })), ...sources];
  const dataHash = dataHashOf(data);
  const rows = files.flatMap((file) => file.rows);
  const collected = examplesOf(rows);
  const generated = generatedExamples();
  const isHeld = ({ row, carrier }) => foldOf((carrier ?? row).text, FOLDS) === 0;
  const { table } = fitTable([...collected.filter((example) => !isHeld(example)), ...generated], { dataHash });
  // By the words alone: a changed rule must not make the table stale.
  const held = new Map();
  for (const { row, text } of collected.filter(isHeld)) {
    held.set(row, Math.max(held.get(row) ?? -20, scoreText(table, text).logOdds));
  }
  const calibration = isotonic([...held].map(([row, score]) => ({ score, label: row.label })));
  const { bytes, kept, dropped } = fitTable([...collected, ...generated], { dataHash, calibration });
  const metrics = { collected: collected.length, generated: generated.length, features: kept, dropped };
  return { tables: [{ name: 'injection', bytes, data }], metrics };
}

export const MIN_FEATURE_TEXTS = MIN_TEXTS;
