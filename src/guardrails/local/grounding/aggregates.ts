import { EITHER_WAY, IMPLIED_FIELDS, operationsOf, type Operation } from './aggregate-words.js';
import type { Claim } from './claims.js';
import { filterRows } from './row-filter.js';
import { findMentions, namedFields } from './mentions.js';
import type { Problem } from './problem.js';
import type { Source, SourceRecord } from './source-records.js';
import { rowsOf, valueOf } from './source-rows.js';
import { readTokens, stem, type Token } from './tokens.js';

/** `borne_out`: computed again and right. `refuted`: computed again and wrong. `open`: it cannot be computed from the words alone. */
export type AggregateOutcome =
  | { readonly outcome: 'borne_out'; readonly borneOut: Token | null }
  | { readonly outcome: 'open'; readonly isCount: boolean }
  | { readonly outcome: 'refuted'; readonly problem: Problem };

interface Question {
  readonly words: string;
  readonly operations: readonly Operation[];
  readonly answer: readonly Token[];
  readonly source: Source;
  readonly rows: readonly SourceRecord[];
  readonly filtered: readonly SourceRecord[];
  readonly fields: readonly string[];
  /** The field was named, not guessed. */
  readonly isNamed: boolean;
  /** The words are a question's, whose filters are seldom all understood. */
  readonly isAsked: boolean;
  /** Rows that also hold the numbers that are named. */
  readonly narrowed: readonly SourceRecord[];
}

/** Null when nothing is computed in the statement, or the source has no rows. */
export function checkAggregate(claim: Claim, answer: readonly Token[], source: Source): AggregateOutcome | null {
  const words = `${claim.question} ${claim.text}`.toLowerCase();
  const operations = operationsOf(words);
  if (operations.length === 0 || source.records.length < 2) return null;
  const question = ask({ words, operations, answer, source, isAsked: claim.question !== '' });
  if (question === null) return open(operations);
  const numbers = answer.filter((token) => token.kind === 'number');
  const isExtreme = operations.includes('max') || operations.includes('min');
  if (isExtreme && !operations.includes('count')) {
    const extreme = checkExtreme(question, claim);
    if (extreme.outcome !== 'open') return extreme;
  }
  const last = numbers.at(-1);
  if (last === undefined) return open(operations);
  return checkNumber(question, last);
}

function ask(given: Pick<Question, 'words' | 'operations' | 'answer' | 'source' | 'isAsked'>): Question | null {
  const { words, source, answer } = given;
  const { rows, numeric } = rowsOf(source);
  if (rows.length < 2) return null;
  const tokens = readTokens(words);
  const named = namedFields(new Set(tokens.map((token) => stem(token.text.toLowerCase()))), source);
  const implied = IMPLIED_FIELDS.filter(([cue]) => cue.test(words)).flatMap(([, field]) =>
    numeric.filter((name) => field.test(name)),
  );
  const namedNumeric = numeric.filter((name) => named.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase()));
  const fields = namedNumeric.length > 0 ? namedNumeric : implied.length > 0 ? implied : numeric;
  const isNamed = fields !== numeric || numeric.length === 1;
  const filtered = filterRows(rows, tokens, answer, { source, withNumbers: false });
  const narrowed = filterRows(rows, tokens, answer, { source, withNumbers: true });
  return { ...given, rows, filtered, narrowed, fields, isNamed };
}

/** The statement names a row that must hold the extreme value, or the value itself. */
function checkExtreme(question: Question, claim: Claim): AggregateOutcome {
  const { rows, source, operations } = question;
  const tokens = claim.question === claim.text ? question.answer : readTokens(claim.text);
  const limit = Math.max(2, rows.length / 3);
  const mentions = findMentions(tokens, source).filter((mention) => mention.records.length <= limit);
  const wanted = extremeRows(question);
  if (mentions.length === 0 || wanted.size === 0) return open(operations);
  const named = mentions.length === 1 ? mentions : mentions.filter((mention) => mention.isText);
  if (named.some((mention) => mention.records.some((row) => wanted.has(row)))) {
    return { outcome: 'borne_out', borneOut: null };
  }
  return isClearExtreme(question) ? refuted('aggregate.wrong_row', 0.82) : open(operations);
}

function isClearExtreme({ isNamed, fields, words }: Question): boolean {
  const isPlain = !EITHER_WAY.test(words) && /\b\w+est\b|\bmost\b|\bleast\b|\bmax|\bmin/.test(words);
  return isNamed && fields.length <= 2 && isPlain;
}

function extremeRows(question: Question): ReadonlySet<number> {
  const { rows, filtered, fields } = question;
  const pools = filtered.length > 1 && filtered.length < rows.length ? [filtered, rows] : [rows];
  return new Set(pools.flatMap((pool) => fields.flatMap((field) => extremes(pool, field, question))));
}

function extremes(pool: readonly SourceRecord[], field: string, { operations, words }: Question): number[] {
  const values = pool.map((row) => valueOf(row, field)).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return [];
  const bounds: number[] = [];
  if (operations.includes('max') || EITHER_WAY.test(words)) bounds.push(values.reduce((a, b) => Math.max(a, b)));
  if (operations.includes('min') || EITHER_WAY.test(words)) bounds.push(values.reduce((a, b) => Math.min(a, b)));
  return pool.filter((row) => bounds.includes(valueOf(row, field))).map((row) => row.index);
}

/** The number that is stated, against every reading of what was asked. */
function checkNumber(question: Question, token: Token): AggregateOutcome {
  const stated = Math.abs(token.value);
  const results = computed(question);
  if (results.some((result) => close(result, stated))) return { outcome: 'borne_out', borneOut: token };
  const { operations } = question;
  const isValue = operations.includes('sum') || operations.includes('average');
  if (operations.includes('count') && !isValue && !operations.includes('difference')) {
    return checkCount(question, token, stated);
  }
  const isClear = isValue && question.isNamed && question.fields.length <= 2;
  return isClear ? refuted('aggregate.value', 0.8) : open(operations);
}

function checkCount(question: Question, token: Token, stated: number): AggregateOutcome {
  const { rows, filtered, source, operations } = question;
  if (stated > rows.length && !source.words.has(token.keys[0] ?? '')) return refuted('aggregate.count', 0.88);
  const isWhole = filtered.length === rows.length || filtered.length === 0;
  return isWhole || question.isAsked ? open(operations) : refuted('aggregate.count', 0.6);
}

function open(operations: readonly Operation[]): AggregateOutcome {
  return { outcome: 'open', isCount: operations.includes('count') };
}

function refuted(rule: string, score: number): AggregateOutcome {
  return { outcome: 'refuted', problem: { rule, score } };
}

function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(0.011, Math.abs(a) * 0.005);
}

function computed(question: Question): number[] {
  const { rows, filtered, narrowed, fields, operations, source } = question;
  const pool = filtered.length > 0 && filtered.length < rows.length ? filtered : rows;
  const pools = narrowed.length > 0 && narrowed.length < pool.length ? [pool, narrowed] : [pool];
  const results = pools.flatMap((some) => [some.length, ...ofColumns(some, fields, operations)]);
  if (operations.includes('count')) results.push(...distinctCounts(rows));
  if (operations.includes('difference')) results.push(...differences(filtered.length > 1 ? filtered : rows, fields));
  if (operations.includes('ago')) results.push(...yearsAgo(source.numbers));
  return results;
}

/** The year in which an answer was given is not known. */
function yearsAgo(numbers: readonly number[]): number[] {
  const years = numbers.filter((number) => number > 1000 && number < 2100).slice(0, 200);
  return years.flatMap((year) => Array.from({ length: 26 }, (_, at) => 2005 + at - year));
}

function ofColumns(
  rows: readonly SourceRecord[],
  fields: readonly string[],
  operations: readonly Operation[],
): number[] {
  return fields.flatMap((field) => {
    const column = rows.map((row) => valueOf(row, field));
    return ofColumn(column, operations);
  });
}

function ofColumn(column: readonly number[], operations: readonly Operation[]): number[] {
  const values = column.filter((value) => !Number.isNaN(value));
  if (values.length === 0) return [];
  const sum = values.reduce((a, b) => a + b, 0);
  const high = values.reduce((a, b) => Math.max(a, b));
  const low = values.reduce((a, b) => Math.min(a, b));
  const results: number[] = [];
  if (operations.includes('sum') || operations.includes('count')) results.push(sum);
  if (operations.includes('max')) results.push(high);
  if (operations.includes('min')) results.push(low);
  if (operations.includes('difference')) results.push(high - low, high - low + 1);
  if (operations.includes('average')) {
    const middle = [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
    results.push(sum / values.length, Math.round(sum / values.length), middle);
  }
  return results;
}

function distinctCounts(rows: readonly SourceRecord[]): number[] {
  const seen = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const [name, cells] of row.fields) {
      const values = seen.get(name) ?? new Set();
      seen.set(name, values.add(cells[0]?.phrase ?? ''));
    }
  }
  return [...seen.values()].map((values) => values.size);
}

const MAX_PAIRED = 40;

function differences(rows: readonly SourceRecord[], fields: readonly string[]): number[] {
  const results: number[] = [];
  for (const field of fields.slice(0, 4)) {
    const values = rows.slice(0, MAX_PAIRED).map((row) => valueOf(row, field));
    for (const [index, a] of values.entries()) for (const b of values.slice(index + 1)) results.push(Math.abs(a - b));
  }
  return results;
}
