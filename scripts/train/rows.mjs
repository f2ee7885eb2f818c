// Rows of labelled data, and which texts of a row a detector is shown.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Rows of DIR/<name>.jsonl with the SHA-256 of the file; no rows when there is no such file. */
export function readRows(directory, name) {
  const file = path.join(directory, `${name}.jsonl`);
  if (!existsSync(file)) return { name, sha256: null, rows: [] };
  const bytes = readFileSync(file);
  const rows = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), rows };
}

/** The texts of a row as a gateway sees them: each string leaf of JSON arguments with its field's name, any other text whole. */
export function textsOf(row) {
  if (row.channel !== 'tool_args' || !row.text.startsWith('{')) return [{ text: row.text, field: '' }];
  let value;
  try {
    value = JSON.parse(row.text);
  } catch {
    return [{ text: row.text, field: '' }];
  }
  const leaves = [];
  const visit = (node, field) => {
    if (typeof node === 'string') leaves.push({ text: node, field });
    else if (Array.isArray(node)) node.forEach((item) => visit(item, field));
    else if (node !== null && typeof node === 'object')
      Object.entries(node).forEach(([name, item]) => visit(item, name));
  };
  visit(value, '');
  return leaves;
}

/** Channel of the gateway for a row's channel. */
export function channelOf(row) {
  const known = {
    tool_args: 'argument',
    tool_description: 'tool_description',
    server_description: 'server_description',
  };
  return known[row.channel] ?? 'result';
}

/** A repeatable fold 0..count-1 of a text: the same text is always in the same one, so that copies never stand on both sides. */
export function foldOf(text, count) {
  const key = text.toLowerCase().replace(/\s+/g, ' ').trim();
  return createHash('sha1').update(key).digest().readUInt32LE(0) % count;
}

/** Numbers 0..1 from a seed (mulberry32): the same on every machine. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
