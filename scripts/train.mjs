#!/usr/bin/env node
// `npm run train -- --data DIR [--only injection,toxicity]`: rebuilds the classifier tables byte for byte from the rows of DIR and the
// generators in scripts/train, with fixed seeds, and writes scripts/train/report.json. Needs the code of dist/ (`npm run build`).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readingHashes } from './train/reading.mjs';
import { sourcesOf } from './train/sources.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const TABLES = 'src/guardrails/local/classifier/tables';
const REPORT = path.join(ROOT, 'scripts/train/report.json');
const MAX_TABLE_BYTES = 1_500_000;

/** Each has `train(directory, sources)`: `{ tables: [{ name, bytes, data: [{ name, sha256 }] }], metrics }`. */
const RECIPES = { injection: './train/recipes/injection.mjs', tone: './train/recipes/tone.mjs' };

const { values } = parseArgs({ options: { data: { type: 'string' }, only: { type: 'string' } } });
if (values.data === undefined) throw new Error('Say where the rows are: --data DIR');
if (!existsSync(path.join(ROOT, 'dist/guardrails/local/classifier')))
  throw new Error('There is no dist/: run npm run build first.');
const readings = readingHashes(await builtCode());
const wanted = values.only?.split(',') ?? Object.keys(RECIPES);
const report = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : { tables: {} };
mkdirSync(path.join(ROOT, TABLES), { recursive: true });
for (const name of wanted) {
  if (RECIPES[name] === undefined) throw new Error(`No recipe ${name}. There are: ${Object.keys(RECIPES).join(', ')}`);
  const { train } = await import(RECIPES[name]);
  const { tables, metrics } = await train(values.data, sourcesOf(name, readings));
  for (const { name: table, bytes, data } of tables) {
    if (bytes.length > MAX_TABLE_BYTES)
      throw new Error(`${table} has ${bytes.length} bytes, more than ${MAX_TABLE_BYTES}.`);
    writeFileSync(path.join(ROOT, TABLES, `${table}.bin`), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    report.tables[table] = { recipe: name, bytes: bytes.length, sha256, data, metrics };
    console.log(`${table}: ${bytes.length} bytes, sha256 ${sha256}`);
  }
}
writeFileSync(REPORT, `${JSON.stringify(report, null, 2)}\n`);

/** What reads texts, of dist/. */
async function builtCode() {
  const local = path.join(ROOT, 'dist/guardrails/local');
  const { TextViews } = await import(path.join(local, 'views/text-views.js'));
  const { featuresOf } = await import(path.join(local, 'classifier/feature-stream.js'));
  const { toneOf } = await import(path.join(local, 'tone/tone-features.js'));
  const { openWindow } = await import(path.join(local, 'text-window.js'));
  return { TextViews, featuresOf, toneOf, openWindow };
}
