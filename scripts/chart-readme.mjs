#!/usr/bin/env node
// Writes the README of the Helm chart from values.yaml (each value with its default and the comment in front of it), and copies the
// dashboards of infra/ into the chart, which can hold no file from outside. With --check it only says whether both are current.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, parseDocument } from 'yaml';

const CHART = path.resolve(import.meta.dirname, '..', 'helm', 'secure-mcp-gateway');
const README = path.join(CHART, 'README.md');
const INTRODUCTION = `# Helm chart of Secure MCP Gateway

Written by \`node scripts/chart-readme.mjs\` from \`values.yaml\`. [docs/kubernetes.md](../../docs/kubernetes.md) tells how to use it, and
\`ci/\` has values for six ways to run it. \`values.schema.json\` refuses values that there are not.

Secure unless told otherwise: pods are of the restricted standard (user 1000, read-only root, no capabilities, no token), the admin routes
listen inside the pod alone, a NetworkPolicy lets in the pods of the namespace, and no password or key is made up or printed.

`;

/** Text of \`# -- …\`, which may go on over several lines. */
function described(comment) {
  const at = comment?.lastIndexOf(' -- ') ?? -1;
  return at < 0
    ? null
    : comment
        .slice(at + 4)
        .split('\n')
        .map((line) => line.trim())
        .join(' ');
}

function rowsOf(map, prefix) {
  return map.items.flatMap((pair, index) => {
    const name = `${prefix}${pair.key.value}`;
    const comment = pair.key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const text = described(comment);
    if (text === null && isMap(pair.value)) return rowsOf(pair.value, `${name}.`);
    return [{ name, value: JSON.stringify(pair.value.toJSON()), text: text ?? '' }];
  });
}

const document = parseDocument(readFileSync(path.join(CHART, 'values.yaml'), 'utf8'));
if (document.contents.commentBefore === undefined && document.commentBefore) {
  // The comment of the first value is taken for that of the file.
  document.contents.items[0].key.commentBefore = document.commentBefore;
}
const rows = rowsOf(document.contents, '');
const cells = rows.map(({ name, value, text }) => [`\`${name}\``, `\`${value}\``, text.replaceAll('|', '\\|')]);
const header = ['value', 'default', 'for'];
const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
const readme = `${INTRODUCTION}${line(header)}${rule}${cells.map(line).join('')}`;

const DASHBOARDS = path.resolve(CHART, '..', '..', 'infra', 'grafana', 'dashboards');
const COPIES = path.join(CHART, 'files', 'dashboards');

/** Name and text of the dashboards in a folder. */
function dashboardsIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return new Map(names.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

const dashboards = dashboardsIn(DASHBOARDS);
if (process.argv.includes('--check')) {
  const same = JSON.stringify([...dashboards]) === JSON.stringify([...dashboardsIn(COPIES)]);
  if (!same || readFileSync(README, 'utf8') !== readme) {
    console.error('README or dashboards of the chart are not current. Run: node scripts/chart-readme.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(README, readme);
  rmSync(COPIES, { recursive: true, force: true });
  mkdirSync(COPIES, { recursive: true });
  for (const [name, text] of dashboards) writeFileSync(path.join(COPIES, name), text);
}
