import { areRelated, findMentions, type Mention, namedFields } from './mentions.js';
import type { Problem } from './problem.js';
import type { Cell, Source } from './source-records.js';
import { stem, type Token } from './tokens.js';

const CLAUSE = new Set(['and', 'while', 'whereas', 'but']);

/** Values named together must stand together: in one record, or in the records of the subjects that the statement names. */
export function checkBinding(tokens: readonly Token[], source: Source): Problem | null {
  const clauses = splitClauses(tokens);
  const all = findMentions(tokens, source);
  const parts = clauses.map((clause) => findMentions(clause, source));
  const isSplit = parts.length > 1 && parts.every((mentions) => mentions.length > 1 && mentions.some((m) => m.isText));
  if (!isSplit) return checkMentions(tokens, all, source);
  for (const [index, mentions] of parts.entries()) {
    const problem = checkMentions(clauses[index] ?? [], mentions, source);
    if (problem !== null) return problem;
  }
  return null;
}

function checkMentions(tokens: readonly Token[], mentions: readonly Mention[], source: Source): Problem | null {
  const only = mentions[0]?.records;
  if (mentions.length === 1 && only?.length === 1) return checkField(tokens, mentions, only[0] ?? -1, source);
  if (mentions.length < 2) return null;
  const holder = best(mentions, source);
  if (holder.covered === mentions.length) return checkField(tokens, mentions, holder.record, source);
  // The first value that is text is the subject; more of the same field are further subjects.
  const first = mentions.find((mention) => mention.isText);
  if (first === undefined) return { rule: 'binding.other_record', score: 0.6 };
  const field = fieldOfMention(first, source);
  const subjects = mentions.filter((mention) => mention.isText && fieldOfMention(mention, source) === field);
  const lost = mentions.filter((mention) => !subjects.some((subject) => related(subject, mention, source)));
  // Two values of one field are a list; all different ones belong to one record.
  const isList = new Set(mentions.map((mention) => fieldOfMention(mention, source))).size < mentions.length;
  if (lost.length === 0) return isList ? null : { rule: 'binding.other_record', score: 0.8 };
  // A value that many records share (`open`, `2`) is weak evidence.
  const rarest = Math.min(...lost.map((mention) => mention.records.length));
  return { rule: 'binding.other_record', score: rarest > 6 ? 0.55 : 0.86 };
}

function fieldOfMention(mention: Mention, source: Source): string {
  const record = source.records[mention.records[0] ?? -1];
  if (record === undefined) return '';
  for (const [name, cells] of record.fields) if (cells.some((cell) => holdsKey(cell, mention.key))) return name;
  return '';
}

function holdsKey(cell: Cell, key: string): boolean {
  if (key.startsWith('p:')) return cell.phrase === key.slice(2);
  if (key.startsWith('w:')) return cell.phrase.split(' ').some((word) => stem(word) === key.slice(2));
  return cell.keys.includes(key);
}

function best(mentions: readonly Mention[], source: Source): { record: number; covered: number } {
  let found = { record: -1, covered: 0 };
  const candidates = new Set(mentions.flatMap((mention) => mention.records));
  for (const record of candidates) {
    const covered = mentions.filter((mention) =>
      mention.records.some((other) => areRelated(record, other, source)),
    ).length;
    if (covered > found.covered) found = { record, covered };
    if (covered === mentions.length) break;
  }
  return found;
}

function related(a: Mention, b: Mention, source: Source): boolean {
  return a.records.some((one) => b.records.some((other) => areRelated(one, other, source)));
}

/** `The memory of x is 86` when 86 is its cpu: the value stands in the record, under another name. */
function checkField(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  index: number,
  source: Source,
): Problem | null {
  const fields = namedFields(new Set(tokens.map((token) => stem(token.text.toLowerCase()))), source);
  const record = source.records[index];
  if (record === undefined || fields.length === 0) return null;
  const values = mentions.filter((mention) => !mention.key.startsWith('w:') && mention.records.includes(index));
  const held = values.map((mention) => fieldsWith(record.fields, mention.key));
  const named = [...record.fields.keys()].filter((name) => fields.includes(lastPart(name)));
  if (named.length !== 1) return null;
  const isStated = held.some((names) => names.includes(named[0] ?? ''));
  // The subject's own field does not count as the value that is stated.
  const numeric = values.filter((mention) => !mention.isText).length;
  return isStated || numeric !== 1 ? null : { rule: 'binding.other_field', score: 0.8 };
}

function fieldsWith(
  fields: ReadonlyMap<string, readonly { phrase: string; keys: readonly string[] }[]>,
  key: string,
): string[] {
  const names: string[] = [];
  for (const [name, cells] of fields) {
    if (cells.some((cell) => cell.keys.includes(key) || `p:${cell.phrase}` === key)) names.push(name);
  }
  return names;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

function splitClauses(tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = [[]];
  for (const token of tokens) {
    if (CLAUSE.has(token.text.toLowerCase())) clauses.push([]);
    else clauses.at(-1)?.push(token);
  }
  return clauses.filter((clause) => clause.length > 0);
}
