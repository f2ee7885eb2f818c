// Texts as tokens with the features of tone, by the code that the gateway runs, and what each table of tone is trained on.
import { WindowScorer } from '../../dist/guardrails/local/classifier/window-scorer.js';
import { TONE_WORDS } from '../../dist/guardrails/local/tone/tone-words.js';
import { toneOf } from '../../dist/guardrails/local/tone/tone-features.js';
import { eachWindow, index, viewOf } from './examples.mjs';
import { trainInRounds } from './fit.mjs';
import { biasRows } from './generators/bias.mjs';
import { nsfwRows } from './generators/nsfw.mjs';
import { toxicityRows } from './generators/toxicity.mjs';
import { randomFrom, readRows, textsOf } from './rows.mjs';
import { tableOf } from './table.mjs';

const MAX_TEXT = 16 * 1024;
export const TONES = ['toxicity', 'bias', 'nsfw'];
export const OPTIONS = { rounds: 2, seed: 20261122, l1: 4e-4, epochs: 4, rate: 0.3 };
const MIN_TEXTS = 3;
const SLOT_BITS = 16;
/**
 * Weights of texts that are not rows of the tone: generated ones of both labels, negatives borrowed from other tones, ordinary texts with
 * strong and with mild words put in. What ranks left-out sources best; the data of nsfw and bias has few negatives about people.
 */
const WEIGHTS = {
  toxicity: { positive: 0.5, negative: 0.5, borrowed: 1, strong: 0.5, mild: 0.03 },
  bias: { positive: 0.5, negative: 0.6, borrowed: 0.1, strong: 0, mild: 0.3 },
  nsfw: { positive: 0.7, negative: 0.1, borrowed: 0.1, strong: 0.5, mild: 1 },
};
/** Classes of words that make an ordinary text one of the tone, wherever they stand. */
const STRONG = {
  toxicity: {
    slur_race: 3,
    slur_orientation: 3,
    slur_woman: 3,
    sexual_crude: 1,
    slur_disability: 1,
    insult: 2,
    profanity: 2,
    hate: 1,
    dehumanise: 1,
  },
  nsfw: { sexual_crude: 3, sexual_act: 2, sexual_part: 2, porn: 3, sexual_mood: 1 },
  bias: {},
};
/** Classes of words that make an ordinary text a little more suspect. */
const MILD = {
  toxicity: {
    violence: 1,
    weapon: 1,
    die: 1,
    threat: 1,
    hate: 1,
    dehumanise: 1,
    trait_crime: 2,
    counter: 2,
    insulting: 2,
    group_race: 1,
    group_religion: 1,
    sexual_act: 1,
    sexual_part: 1,
    sexual_crude: 2,
    trait_immoral: 1,
    third: 1,
    past: 1,
    insult: 1,
    profanity: 1,
  },
  nsfw: {
    sexual_mood: 2,
    sexual_act: 3,
    sexual_part: 2,
    sexual_crude: 1,
    group_gender: 1,
    third: 1,
    past: 1,
    trait_crime: 0,
  },
  bias: {
    third: 1,
    past: 1,
    trait_crime: 1,
    trait_dumb: 1,
    trait_weak: 1,
    trait_lazy: 1,
    trait_greed: 1,
    trait_dirty: 1,
    trait_immoral: 1,
    general: 1,
  },
};
const MAX_CARRIER = 240;

/** Ordinary texts with one or two strong words put in at random, so that such a word counts in any company. */
export function insertedRows(tone, rows, { shares, count, most, weight, seed }) {
  const random = randomFrom(seed);
  const pick = (items) => items[Math.floor(random() * items.length)];
  const classes = Object.entries(shares[tone]).flatMap(([name, share]) => Array.from({ length: share }, () => name));
  if (classes.length === 0) return [];
  const words = new Map(
    classes.map((name) => [
      name,
      TONE_WORDS.get(name)
        .split(/\s+/)
        .map((word) => word.replace('=', '')),
    ]),
  );
  const carriers = rows.filter(
    ({ label, text, channel }) =>
      label === 0 && text.length <= MAX_CARRIER && !(channel === 'tool_args' && text.startsWith('{')),
  );
  return Array.from({ length: count }, () => {
    const parts = pick(carriers).text.split(' ');
    for (let n = 1 + Math.floor(random() * most); n > 0; n--)
      parts.splice(Math.floor(random() * (parts.length + 1)), 0, pick(words.get(pick(classes))));
    return { text: parts.join(' '), label: 1, source: 'own-gen-inserted', technique: 'inserted', weight };
  });
}

export function encodeTone(text) {
  const parts = { features: new Uint32Array(0), ends: new Uint32Array(0), tokens: 0 };
  const view = viewOf(text.slice(0, MAX_TEXT));
  eachWindow(view.text, (window) => {
    const batch = toneOf(view).read(window);
    parts.tokens = batch.tokens;
    parts.ends = batch.ends.slice(0, batch.tokens);
    parts.features = batch.features.slice(0, batch.tokens === 0 ? 0 : batch.ends[batch.tokens - 1]);
  });
  return parts;
}

/** Rows of one tone: its own file, the benign rows, generated texts, and texts of other tones that are surely none of this one. */
export function rowsOfTone(tone, directory) {
  const own = readRows(directory, tone);
  const benign = readRows(directory, 'benign');
  const files = [own, benign];
  const rows = [...own.rows, ...benign.rows.filter((row) => !(row.not_for ?? []).includes(tone))];
  const weights = WEIGHTS[tone];
  const weighted = (list, of) => list.map((row) => ({ ...row, weight: of(row) }));
  const byLabel = ({ label }) => (label === 1 ? weights.positive : weights.negative);
  const generated = { toxicity: toxicityRows(), bias: biasRows(), nsfw: nsfwRows() };
  for (const other of TONES) {
    const usable = generated[other].filter(({ label }) => other === tone || label === 0);
    rows.push(...weighted(usable, byLabel));
    if (other === tone) continue;
    const file = readRows(directory, other);
    files.push(file);
    const negatives = file.rows.filter(({ label }) => label === 0);
    rows.push(...weighted(negatives, () => weights.borrowed));
  }
  if (tone === 'nsfw') {
    const stereotypes = generated.bias.filter(({ label }) => label === 1);
    rows.push(
      ...stereotypes.map((row) => ({ ...row, label: 0, weight: weights.negative, source: 'own-gen-stereotypes' })),
    );
  }
  const ordinary = [...rows];
  rows.push(
    ...insertedRows(tone, ordinary, { shares: STRONG, count: 3000, most: 2, weight: weights.strong, seed: 53 }),
  );
  rows.push(...insertedRows(tone, ordinary, { shares: MILD, count: 3000, most: 4, weight: weights.mild, seed: 59 }));
  return { rows, files };
}

export function examplesOfTone(rows) {
  const examples = [];
  for (const row of rows) {
    for (const { text } of textsOf(row)) {
      const { weight = 1 } = row;
      examples.push({ row, text, label: row.label, weight, isWhole: true, ...encodeTone(text) });
    }
  }
  return examples;
}

export function fitTone(
  examples,
  dataHash,
  calibration = [
    [-4, 0.02],
    [4, 0.98],
  ],
  options = OPTIONS,
) {
  const hashes = index(examples, MIN_TEXTS);
  const model = trainInRounds(examples, hashes.length, { ...OPTIONS, ...options });
  return tableOf(model, hashes, { slotBits: SLOT_BITS, clip: 1, calibration, dataHash });
}

/** The best window of a text by a table of tone. */
export function scoreTone(table, text) {
  const scorer = new WindowScorer(table);
  const view = viewOf(text);
  eachWindow(text, (window) => scorer.add(toneOf(view).read(window)));
  return scorer.best();
}

export function scoreToneRow(table, row) {
  return Math.max(...textsOf(row).map(({ text }) => scoreTone(table, text).logOdds), -20);
}
