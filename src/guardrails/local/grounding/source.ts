import { addCell, type SourceRecord, type Source, newSource } from './source-records.js';
import { nameWords } from './tokens.js';
import { readProse } from './prose.js';

const MAX_DEPTH = 12;
/** Records indexed; a longer source is compared by its words alone. */
const MAX_RECORDS = 4_000;

/** Reads a document once: JSON, a markdown table, CSV, blocks of `name: value`, or else prose. Linear. */
export function readSource(text: string): Source {
  const source = newSource();
  if (!readJson(text, source) && !readMarkdown(text, source) && !readCsv(text, source)) readBlocks(text, source);
  // Text around a table counts too.
  if (source.records.length === 0 || source.kind === 'markdown') readProse(text, source);
  return source;
}

function readJson(text: string, source: Source): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  source.kind = 'json';
  walk(value, { source, record: addRecord(source, -1, source.tables.push([]) - 1), field: '', depth: 0 });
  return true;
}

interface Place {
  readonly source: Source;
  readonly record: SourceRecord;
  readonly field: string;
  readonly depth: number;
}

function walk(value: unknown, place: Place): void {
  if (place.depth > MAX_DEPTH) return;
  if (Array.isArray(value)) walkArray(value, place);
  else if (typeof value === 'object' && value !== null) walkObject(value as Record<string, unknown>, place);
  else addCell(place.source, place.record, place.field, scalarText(value));
}

function walkArray(items: readonly unknown[], place: Place): void {
  const table = place.source.tables.push([]) - 1;
  for (const item of items) {
    const isRecord = typeof item === 'object' && item !== null && place.source.records.length < MAX_RECORDS;
    const record = isRecord ? addRecord(place.source, place.record.index, table) : place.record;
    walk(item, { ...place, record, depth: place.depth + 1 });
  }
}

function walkObject(object: Record<string, unknown>, place: Place): void {
  const entries = Object.entries(object);
  const children = entries.filter(([, value]) => typeof value === 'object' && value !== null && !Array.isArray(value));
  // `{id: {…}, id: {…}}` is a table whose key is a value too; a lone nested object belongs to its record.
  const isTable = children.length > 1 && children.length === entries.length && place.depth > 0;
  const table = isTable ? place.source.tables.push([]) - 1 : -1;
  for (const [name, value] of entries) {
    noteName(place.source, name);
    if (isTable && place.source.records.length < MAX_RECORDS) {
      const record = addRecord(place.source, place.record.index, table);
      addCell(place.source, record, 'key', name);
      walk(value, { ...place, record, field: '', depth: place.depth + 1 });
    } else walk(value, { ...place, field: fieldName(name, value, place.field), depth: place.depth + 1 });
  }
}

/** `prices.economy` for a lone nested object; a list starts anew, its items are records. */
function fieldName(name: string, value: unknown, parent: string): string {
  return parent === '' || Array.isArray(value) ? name : `${parent}.${name}`;
}

function noteName(source: Source, name: string): void {
  const lower = name.toLowerCase();
  if (source.names.has(lower)) return;
  source.names.add(lower);
  for (const word of nameWords(name)) source.words.add(word);
}

function scalarText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function addRecord(source: Source, parent: number, table: number): SourceRecord {
  const record: SourceRecord = { index: source.records.length, parent, table, fields: new Map() };
  source.records.push(record);
  source.tables[table]?.push(record.index);
  return record;
}

function readMarkdown(text: string, source: Source): boolean {
  const rows = text.split('\n').filter((line) => /^\s*\|/.test(line));
  if (rows.length < 2) return false;
  source.kind = 'markdown';
  const cells = rows.map((line) =>
    line
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim()),
  );
  addTable(
    source,
    cells.filter((row) => !row.every((cell) => /^:?-*:?$/.test(cell))),
  );
  return true;
}

function readCsv(text: string, source: Source): boolean {
  const lines = text.trim().split(/\r?\n/).slice(0, MAX_RECORDS);
  if (lines.length < 2) return false;
  for (const delimiter of [',', '\t', ';']) {
    const width = splitCsv(lines[0] ?? '', delimiter).length;
    if (width < 2 || splitCsv(lines[1] ?? '', delimiter).length !== width) continue;
    const rows = lines.map((line) => splitCsv(line, delimiter));
    if (width < 2 || !rows.every((row) => row.length === width)) continue;
    // Prose has commas too: a header is short, and no cell is a sentence.
    if (rows[0]?.some((cell) => cell.length > 40 || cell === '') === true) continue;
    if (rows.some((row) => row.some((cell) => cell.length > 160))) continue;
    source.kind = 'csv';
    addTable(source, rows);
    return true;
  }
  return false;
}

function splitCsv(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.trim());
  const cells: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= line.length; at++) {
    if (line[at] === '"') isQuoted = !isQuoted;
    else if (at === line.length || (line[at] === delimiter && !isQuoted)) {
      cells.push(line.slice(start, at).replaceAll('"', '').trim());
      start = at + 1;
    }
  }
  return cells;
}

function addTable(source: Source, rows: readonly (readonly string[])[]): void {
  const [header = [], ...body] = rows;
  const table = source.tables.push([]) - 1;
  for (const name of header) noteName(source, name);
  for (const row of body.slice(0, MAX_RECORDS)) {
    const record = addRecord(source, -1, table);
    for (const [column, cell] of row.entries()) addCell(source, record, header[column] ?? '', cell);
  }
}

/** Blocks of `Name: value` lines, parted by empty lines. */
function readBlocks(text: string, source: Source): void {
  const lines = text.split('\n').slice(0, MAX_RECORDS);
  const pairs = lines.map((line) => /^[\s*-]{0,8}([\p{L}][\p{L}\p{N} _-]{0,40}?)\s?[:=]\s(\S.{0,300})$/u.exec(line));
  const filled = lines.filter((line) => line.trim() !== '').length;
  const found = pairs.filter((pair) => pair !== null).length;
  if (found < 2 || found < filled * 0.8) return;
  source.kind = 'blocks';
  const table = source.tables.push([]) - 1;
  let record: SourceRecord | undefined;
  for (const pair of pairs) {
    if (pair === null) record = undefined;
    else {
      record ??= addRecord(source, -1, table);
      noteName(source, pair[1] ?? '');
      addCell(source, record, pair[1] ?? '', pair[2] ?? '');
    }
  }
}
