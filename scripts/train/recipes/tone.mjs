// The tables `toxicity`, `bias` and `nsfw`.
import { auc, isotonic, rateAbove, thresholdAt } from '../metrics.mjs';
import { channelOf, foldOf } from '../rows.mjs';
import { dataHashOf } from '../sources.mjs';
import { examplesOfTone, fitTone, rowsOfTone, scoreToneRow, TONES } from '../tone-examples.mjs';

const FOLDS = 5;
/** Share of benign rows of a channel that may fire. */
const BENIGN_RATE = 0.005;

/** Log-odds of each row of data by a table that was not trained on it. */
function heldOut(tone, rows, examples, dataHash) {
  const scored = [];
  const isData = (row) => row.category === tone || row.category === 'benign';
  for (let fold = 0; fold < FOLDS; fold++) {
    const inFold = (row) => isData(row) && foldOf(row.text, FOLDS) === fold;
    const { table } = fitTone(
      examples.filter(({ row }) => !inFold(row)),
      dataHash,
    );
    for (const row of rows.filter(inFold)) scored.push({ row, label: row.label, score: scoreToneRow(table, row) });
  }
  return scored;
}

/** `sources`: what of this repository goes under the data hash. */
export async function train(directory, sources) {
  const tables = [];
  const metrics = {};
  for (const tone of TONES) {
    const { rows, files } = rowsOfTone(tone, directory);
    const rowFiles = files.map(({ name, sha256 }) => ({ name, sha256 })).sort((a, b) => a.name.localeCompare(b.name));
    const data = [...rowFiles, ...sources];
    const dataHash = dataHashOf(data);
    const examples = examplesOfTone(rows);
    const scored = heldOut(tone, rows, examples, dataHash);
    const calibration = isotonic(scored);
    const { bytes, kept, table } = fitTone(examples, dataHash, calibration);
    const benign = scored.filter(({ row }) => row.category === 'benign');
    const positive = scored.filter(({ label }) => label === 1).map(({ score }) => score);
    const thresholds = {};
    for (const channel of ['argument', 'result', 'tool_description']) {
      const scores = benign.filter(({ row }) => channelOf(row) === channel).map(({ score }) => score);
      const at = thresholdAt(scores, BENIGN_RATE);
      thresholds[channel] = { logOdds: at, score: table.probability(at), recall: rateAbove(positive, at) };
    }
    const negative = scored.filter(({ label }) => label === 0).map(({ score }) => score);
    metrics[tone] = { texts: examples.length, features: kept, auc: auc(positive, negative), thresholds };
    tables.push({ name: tone, bytes, data });
  }
  return { tables, metrics };
}
