import { readTokens, type Token, wordForm } from './tokens.js';

/** One value of a record. */
export interface Cell {
  readonly text: string;
  /** Its words in lower case, one blank between them. */
  readonly phrase: string;
  /** When the cell is one number, with or without a unit; else NaN. */
  readonly value: number;
  readonly keys: readonly string[];
}

/** One row, or one object of a JSON array. */
export interface SourceRecord {
  readonly index: number;
  /** Record that holds this one; -1 = none. */
  readonly parent: number;
  readonly table: number;
  /** By the field's name, nested ones as `prices.economy`. */
  readonly fields: Map<string, Cell[]>;
}

/** One sentence or line of prose. */
export interface SourceSentence {
  readonly keys: ReadonlySet<string>;
  readonly tokens: readonly Token[];
}

/** A document as answers are compared with it. */
export interface Source {
  kind: 'json' | 'markdown' | 'csv' | 'blocks' | 'prose';
  readonly records: SourceRecord[];
  /** Indexes of the records of each table. */
  readonly tables: number[][];
  readonly sentences: SourceSentence[];
  /** Records by key of a value, `p:` and phrase, `w:` and one word of a name. */
  readonly byKey: Map<string, number[]>;
  /** Sentences by key. */
  readonly inSentence: Map<string, number[]>;
  /** Every comparable form of every token. */
  readonly words: Set<string>;
  /** Field names as written, in lower case. */
  readonly names: Set<string>;
  readonly numbers: number[];
  /** Of the largest table, once asked for. */
  rows?: SourceRows;
}

/** What is computed once over the rows of the largest table. */
export interface SourceRows {
  readonly rows: readonly SourceRecord[];
  /** Fields that hold one number, or one date, in most rows. */
  readonly numeric: readonly string[];
  /** How often each value stands in its column. */
  readonly groupCounts: ReadonlySet<number>;
}

/** Records kept for one value; a value in more of them tells no record. */
const MAX_POSTINGS = 64;
const MAX_NUMBERS = 4_000;

export function newSource(): Source {
  return {
    kind: 'prose',
    records: [],
    tables: [],
    sentences: [],
    byKey: new Map(),
    inSentence: new Map(),
    words: new Set(),
    names: new Set(),
    numbers: [],
  };
}

export function addCell(source: Source, record: SourceRecord, field: string, text: string): void {
  const tokens = readTokens(text);
  noteTokens(source, tokens);
  const phrase = phraseOf(tokens);
  const keys = tokens.flatMap((token) => (token.kind === 'word' || token.kind === 'name' ? [] : token.keys));
  const cell: Cell = { text, phrase, value: measureOf(tokens), keys };
  const cells = record.fields.get(field);
  if (cells === undefined) record.fields.set(field, [cell]);
  else cells.push(cell);
  for (const key of keys) post(source.byKey, key, record.index);
  if (phrase !== '' && tokens.length <= 8) post(source.byKey, `p:${phrase}`, record.index);
  if (tokens.length < 2 || tokens.length > 12) return;
  for (const token of tokens) if (token.kind === 'name') post(source.byKey, `w:${token.keys[0] ?? ''}`, record.index);
}

/** The value of one number, or of one with its unit behind it. */
function measureOf(tokens: readonly Token[]): number {
  const [first, unit] = tokens;
  if (first?.kind !== 'number' || tokens.length > 2) return Number.NaN;
  const isMeasure = unit === undefined || /^(?:\p{Ll}{1,7}|[A-Z]{3}|°?[CF]|[KMGT]i?B)$/u.test(unit.text);
  return isMeasure ? first.value : Number.NaN;
}

/** Adds what the tokens state to the sets of the whole document. */
export function noteTokens(source: Source, tokens: readonly Token[]): void {
  let initials = '';
  for (const token of tokens) {
    for (const key of token.keys) source.words.add(key);
    noteValue(source, token);
    // `United States` may be named by its initials.
    initials = token.kind === 'name' && initials.length < 5 ? initials + (token.keys[0]?.[0] ?? '') : '';
    if (initials.length > 1) source.words.add(initials);
  }
}

function noteValue(source: Source, token: Token): void {
  if (token.kind === 'number' && source.numbers.length < MAX_NUMBERS) source.numbers.push(token.value);
  else if (token.kind === 'date') noteYear(source, token);
  else if (token.kind === 'id') {
    for (const part of token.text.toLowerCase().split(/[_/.@-]+/)) source.words.add(part);
  }
}

function noteYear(source: Source, token: Token): void {
  const year = /^\d{4}(?=-)/.exec(token.keys[0] ?? '')?.[0];
  if (year === undefined) return;
  source.words.add(year);
  source.numbers.push(Number(year));
}

/** The words of tokens as one string, in lower case. */
function phraseOf(tokens: readonly Token[]): string {
  return tokens.map(wordForm).join(' ');
}

export function post(map: Map<string, number[]>, key: string, index: number): void {
  const postings = map.get(key);
  if (postings === undefined) map.set(key, [index]);
  else if (postings.length < MAX_POSTINGS && postings.at(-1) !== index) postings.push(index);
}
