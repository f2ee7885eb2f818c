#!/usr/bin/env node
// Scores the pii detector on labelled rows: recall, false alarms and values removed, by source. Needs `npm run build`.
//   node scripts/train/evaluate-pii.mjs --data DIR [--build dist] [--threshold 0.5] [--misses N] [--false N] [--source NAME] [--values N]
// DIR holds pii.jsonl and benign.jsonl. The detector is not trained on rows, so that every source is one left out; the threshold is the only
// number that could be fitted, and --threshold shows what it does.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    build: { type: 'string', default: path.join(import.meta.dirname, '../../dist') },
    threshold: { type: 'string' },
    misses: { type: 'string', default: '0' },
    false: { type: 'string', default: '0' },
    values: { type: 'string', default: '0' },
    source: { type: 'string' },
  },
});
if (options.data === undefined) throw new Error('Give the directory of the rows: --data DIR');

const load = (file) => import(pathToFileURL(path.resolve(options.build, file)).href);
const { PiiTextDetector } = await load('guardrails/local/pii/pii-text-detector.js');
const { PII_FIRES_FROM } = await load('guardrails/local/hit.js');
const { MAX_WINDOW, openWindow } = await load('guardrails/local/text-window.js');
const detector = new PiiTextDetector();
const threshold = options.threshold === undefined ? PII_FIRES_FROM : Number(options.threshold);

/** What the detector finds in one text. */
function inspect(text, channel, field = '') {
  const view = { text, source: text, codings: [], invisible: 0, lookalikes: 0 };
  const cursor = detector.open(view, { channel, field, tool: '' });
  if (cursor === null) return [];
  const narrow = !/[\u0100-\uffff]/.test(text);
  for (let from = 0; from < text.length; from += MAX_WINDOW) {
    cursor.scan(openWindow(text, from, Math.min(text.length, from + MAX_WINDOW), narrow));
  }
  return cursor.finish();
}

const redact = (text, hits) =>
  hits
    .toReversed()
    .reduce((left, { start, end, category }) => `${left.slice(0, start)}<${category}>${left.slice(end)}`, text);

/** Texts of a row with their fields: JSON arguments leaf by leaf. */
function* leavesOf(value, field) {
  if (typeof value === 'string') yield [value, field];
  else if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e8) yield [String(value), field];
  else if (Array.isArray(value)) for (const item of value) yield* leavesOf(item, field);
  else if (value !== null && typeof value === 'object')
    for (const [name, item] of Object.entries(value)) yield* leavesOf(item, name);
}

function textsOf({ text, channel }) {
  if (channel === 'tool_args' && text.startsWith('{')) {
    try {
      return [...leavesOf(JSON.parse(text), '')];
    } catch {
      // Not JSON: one text.
    }
  }
  return [[text, '']];
}

function judge(row) {
  let score = 0;
  let redacted = '';
  const hits = [];
  for (const [text, field] of textsOf(row)) {
    const found = inspect(text, row.channel, field);
    for (const hit of found) {
      score = Math.max(score, hit.score);
      hits.push({ ...hit, value: text.slice(hit.start, hit.end) });
    }
    redacted += `${redact(text, found)}\n`;
  }
  return { score, redacted, hits };
}

const read = (file) => {
  const name = path.join(options.data, file);
  return existsSync(name)
    ? readFileSync(name, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
};
const rows = [
  ...read('pii.jsonl'),
  ...read('benign.jsonl').filter(({ not_for: not = [] }) => !not.includes('pii')),
].filter(({ source }) => options.source === undefined || source === options.source);

const table = new Map();
const show = { misses: Number(options.misses), false: Number(options.false), values: Number(options.values) };
const prose = new Set(['person', 'address']);
const kinds = new Map();
const rulesWrong = new Map();
let ms = 0;
let chars = 0;
for (const row of rows) {
  const start = process.cpuUsage();
  const { score, redacted, hits } = judge(row);
  const used = process.cpuUsage(start);
  ms += (used.user + used.system) / 1000;
  chars += row.text.length;
  const fired = score >= threshold;
  const isProse = row.label === 1 && row.expected?.length > 0 && row.expected.every(({ type }) => prose.has(type));
  for (const key of [
    row.source,
    row.label === 0 ? 'all' : isProse ? 'all names and addresses only' : 'all structured',
  ]) {
    if (!table.has(key)) table.set(key, { positive: 0, found: 0, negative: 0, wrong: 0, values: 0, removed: 0 });
    const line = table.get(key);
    if (row.label === 1) {
      line.positive++;
      if (fired) line.found++;
    } else {
      line.negative++;
      if (fired) line.wrong++;
    }
    for (const { value } of row.expected ?? []) {
      line.values++;
      if (!redacted.includes(value)) line.removed++;
    }
  }
  for (const { type, value } of row.expected ?? []) {
    const kind = kinds.get(type) ?? [0, 0];
    kind[0]++;
    const isGone = !redacted.includes(value);
    if (isGone) kind[1]++;
    else if (show.values-- > 0)
      console.log('KEPT', type, JSON.stringify(value), '|', JSON.stringify(row.text.slice(0, 240)));
    kinds.set(type, kind);
  }
  if (row.label === 1 && !fired && !(isProse && options.source === undefined) && show.misses-- > 0) {
    console.log('MISS', row.source, row.subcategory, JSON.stringify(row.text.slice(0, 260)));
  }
  if (row.label === 0 && fired) {
    for (const hit of hits) if (hit.score >= threshold) rulesWrong.set(hit.rule, (rulesWrong.get(hit.rule) ?? 0) + 1);
    if (show.false-- > 0)
      console.log(
        'FALSE',
        row.source,
        JSON.stringify(
          hits
            .filter((hit) => hit.score >= threshold)
            .slice(0, 4)
            .map(({ rule, value, score: s }) => [rule, value.slice(0, 90), s]),
        ),
      );
  }
}

const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);
console.log(
  `threshold ${String(threshold)}, ${String(rows.length)} rows, ${(ms / (chars / 1024)).toFixed(4)} ms/KB of CPU`,
);
for (const [source, line] of [...table].sort()) {
  const { positive, found, negative, wrong, values, removed } = line;
  console.log(
    `${source.padEnd(30)} recall ${percent(found, positive).padStart(9)} of ${String(positive).padStart(5)}  FPR ${percent(wrong, negative).padStart(8)} of ${String(negative).padStart(5)}  removed ${percent(removed, values).padStart(9)} of ${String(values)}`,
  );
}
console.log(
  'values removed by kind:',
  [...kinds].map(([kind, [all, gone]]) => `${kind} ${String(gone)}/${String(all)}`).join(', '),
);
if (rulesWrong.size > 0)
  console.log(
    'false alarms by rule:',
    [...rulesWrong]
      .sort((a, b) => b[1] - a[1])
      .map(([rule, count]) => `${rule} ${String(count)}`)
      .join(', '),
  );
