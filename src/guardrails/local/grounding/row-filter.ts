import { findMentions } from './mentions.js';
import type { Source, SourceRecord } from './source-records.js';
import type { Token } from './tokens.js';

const BOUND =
  /\b(more than|over|above|greater than|at least|after|since|from|less than|under|below|fewer than|at most|up to|before|until)\s+(?:\$|€|£)?$/i;

/** Rows that a question or statement is about: those that hold every value it names, and whose numbers keep its bounds. */
export function filterRows(
  rows: readonly SourceRecord[],
  tokens: readonly Token[],
  answer: readonly Token[],
  { source, withNumbers }: { source: Source; withNumbers: boolean },
): readonly SourceRecord[] {
  const answered = new Set(answer.filter((token) => token.kind === 'number').map((token) => token.keys[0] ?? ''));
  const mentions = findMentions(tokens, source).filter(
    (mention) => (mention.isText || withNumbers) && !answered.has(mention.key.replace(/^p:/, '')),
  );
  const byField = new Map<string, Set<string>>();
  const indexes = new Set(rows.map((row) => row.index));
  for (const mention of mentions) {
    const first = mention.records.find((index) => indexes.has(index));
    const field = first === undefined ? undefined : fieldOf(source.records[first], mention.key);
    if (field === undefined) continue;
    byField.set(field, (byField.get(field) ?? new Set<string>()).add(mention.key));
  }
  if (byField.size === 0) return rows;
  return rows.filter((row) => [...byField].every(([field, keys]) => holds(row, field, keys)));
}

function fieldOf(record: SourceRecord | undefined, key: string): string | undefined {
  for (const [name, cells] of record?.fields ?? []) if (cells.some((cell) => matches(cell, key))) return name;
  return undefined;
}

function holds(row: SourceRecord, field: string, keys: ReadonlySet<string>): boolean {
  return (row.fields.get(field) ?? []).some((cell) => [...keys].some((key) => matches(cell, key)));
}

function matches(cell: { phrase: string; keys: readonly string[] }, key: string): boolean {
  if (key.startsWith('p:')) return cell.phrase === key.slice(2);
  if (key.startsWith('w:')) return cell.phrase.split(' ').includes(key.slice(2));
  return cell.keys.includes(key);
}

/** Whether a number only bounds what is counted (`more than 10`). */
export function isBound(text: string, start: number): boolean {
  return BOUND.test(text.slice(Math.max(0, start - 24), start));
}
