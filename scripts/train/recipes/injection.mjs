// The table `injection`: prompts that try to take over an assistant, in arguments, results and descriptions.
import { attackIn, triplesOf } from '../attack-span.mjs';
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
const OPTIONS = { rounds: 2, seed: SEED, l1: 5e-6, epochs: 6, rate: 0.12 };
/** Windows of benign texts outnumber attacks. */
const ATTACK_WEIGHT = 2;
/** Texts of one source and label from which on each weighs less: a source is one way of writing, however many rows it has. */
const LARGE_SOURCE = 2000;
/** Part of the rows kept back to measure what probability the log-odds stand for. */
const FOLDS = 10;
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

/** Texts with their labels, from rows; of attacks in a carrier the attack alone. */
export function examplesOf(rows) {
  const triples = triplesOf(rows.filter(({ label }) => label === 0).map(({ text }) => text));
  const examples = [];
  for (const row of rows) {
    if (row.weak || PAYLOADS.has(row.technique)) continue;
    const isNoisy = row.label === 1 && row.source.startsWith('neuralchemy') && isGibberish(row.text);
    if (isNoisy && !/[^ -~\s]/.test(row.text)) continue;
    const isCarried = row.label === 1 && row.channel === 'tool_result';
    for (const { text } of isCarried ? [{ text: attackIn(row.text, triples) }] : textsOf(row)) {
      for (const read of readAs(text, row.label)) {
        examples.push({ row, text: read, label: row.label, weight: 1, ...encode(read) });
      }
    }
  }
  return weighed(examples);
}

/** As the detector reads a text: normalised, and of an attack in disguise what is below it. */
function readAs(text, label) {
  const views = new TextViews(text, label === 1);
  while (!views.step());
  const texts = views.views.map(({ view }) => view.text);
  return texts.length > 1 ? texts.slice(1) : texts;
}

function weighed(examples) {
  const counts = new Map();
  const kindOf = ({ row, label }) => `${row.source} ${label}`;
  for (const example of examples) counts.set(kindOf(example), (counts.get(kindOf(example)) ?? 0) + 1);
  return examples.map((example) => ({
    ...example,
    weight:
      Math.min(1, Math.sqrt(LARGE_SOURCE / counts.get(kindOf(example)))) * (example.label === 1 ? ATTACK_WEIGHT : 1),
  }));
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
  const held = collected.filter(({ text, row, label }) => label === row.label && foldOf(text, FOLDS) === 0);
  const rest = [...collected.filter(({ text }) => foldOf(text, FOLDS) !== 0), ...generated];
  const { table } = fitTable(rest, { dataHash });
  const logOdds = (text) => Math.max(-20, scoreText(table, text).logOdds);
  const calibration = isotonic(held.map(({ text, label }) => ({ score: logOdds(text), label })));
  const { bytes, kept, dropped } = fitTable([...collected, ...generated], { dataHash, calibration });
  const metrics = { collected: collected.length, generated: generated.length, features: kept, dropped };
  return { tables: [{ name: 'injection', bytes, data }], metrics };
}

export const MIN_FEATURE_TEXTS = MIN_TEXTS;
