import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readBuildInfo } from '../../config/build-info.js';
import { BUILT_DETECTORS } from '../../contracts/finding.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainText } from '../plain-text.js';
import { showProgress } from '../progress.js';
import type { DataRow } from './data-row.js';
import { withFile } from './file-fault.js';
import { type Prediction, predictRow } from './predict-row.js';
import { groupsOf, latencyOf, qualityOf, type ScoredRow } from './quality.js';
import { renderReport } from './quality-tables.js';
import { RowReader } from './read-rows.js';
import { PolicyShelf } from './row-policies.js';

export interface EvaluateOptions {
  /** A folder or a file. */
  readonly data: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** `guardrails eval`: every detector over every labelled row of a folder or a file. */
export async function evaluate(options: EvaluateOptions, io: CliIo): Promise<number> {
  const { folder, names } = await dataOf(options.data);
  if (names.length === 0) {
    io.stderr(`error: there is no .jsonl file in ${options.data}\n`);
    return EXIT.failure;
  }
  const shelf = new PolicyShelf();
  const rows: ScoredRow[] = [];
  const hash = createHash('sha256');
  const progress = showProgress(io, () => `${String(rows.length)} rows scored`);
  const reader = new RowReader(io, progress);
  try {
    for (const name of names) {
      hash.update(`${name}\n`);
      for await (const row of reader.rows(path.join(folder, name), `${name}, `, (line) => hash.update(`${line}\n`))) {
        if (row.label === null) reader.refuse(`${name}, row ${plainText(row.id)} has no "label" of 0 or 1`);
        else rows.push(scored(row, row.label, predictRow(row, shelf)));
      }
    }
  } finally {
    progress.stop();
  }
  print(rows, hash.digest('hex'), options, io);
  if (reader.bad > 0) io.stderr(`${String(reader.bad)} lines are no labelled rows and are in no figure\n`);
  return reader.bad === 0 ? EXIT.ok : EXIT.failure;
}

/** The files of a folder, or the one file that was named. */
async function dataOf(data: string): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  const info = await withFile(data, () => stat(data));
  if (!info.isDirectory()) return { folder: path.dirname(data), names: [path.basename(data)] };
  const names = await withFile(data, () => readdir(data));
  return { folder: data, names: names.filter((name) => name.endsWith('.jsonl')).sort() };
}

function print(rows: readonly ScoredRow[], dataHash: string, options: EvaluateOptions, io: CliIo): void {
  const { version, commit } = readBuildInfo();
  const present = new Set(rows.map(({ category }) => category));
  const detectors = BUILT_DETECTORS.filter((name) => present.has(name) || present.has('benign'));
  const report = {
    version,
    commit,
    dataHash,
    rows: rows.length,
    detectors: detectors.map((name) => qualityOf(name, rows)),
    groups: groupsOf(rows),
    latency: latencyOf(rows),
  };
  if (options.json === true) io.stdout(`${JSON.stringify(report)}\n`);
  else io.stdout(renderReport(report, options.markdown === true ? 'markdown' : 'text'));
}

function scored(row: DataRow, label: 0 | 1, { detected, scores, redacted, ms }: Prediction): ScoredRow {
  const { category, source, technique, notFor, isWeak, expected } = row;
  const fired = Object.entries(detected).filter(([, hit]) => hit);
  const removed = redacted === undefined ? 0 : expected.filter((value) => !redacted.includes(value)).length;
  return {
    category,
    label,
    source,
    technique,
    notFor,
    isWeak,
    detected: new Set(fired.map(([name]) => name)),
    scores,
    expected: expected.length,
    removed,
    ms,
    chars: row.text.length,
  };
}
