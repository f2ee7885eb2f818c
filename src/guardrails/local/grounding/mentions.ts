import { FUNCTION_WORDS } from './prose.js';
import type { Source, SourceRecord } from './source-records.js';
import { nameWords, type Token, wordForm } from './tokens.js';

/** A value of the source that a statement names, with the records that hold it. */
export interface Mention {
  readonly key: string;
  readonly records: readonly number[];
  /** First and last token, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly isText: boolean;
}

const MAX_PHRASE = 6;
const MAX_MENTIONS = 16;

/** Finds the values of records that the tokens of a statement name, longest first. */
export function findMentions(tokens: readonly Token[], source: Source): Mention[] {
  const mentions: Mention[] = [];
  const lower = tokens.map(wordForm);
  for (let i = 0; i < tokens.length && mentions.length < MAX_MENTIONS;) {
    const mention = phraseAt(lower, i, source) ?? valueAt(tokens[i], i, source);
    if (mention !== undefined) mentions.push(mention);
    i = (mention?.to ?? i) + 1;
  }
  return mentions;
}

function phraseAt(lower: readonly string[], at: number, source: Source): Mention | undefined {
  for (let length = Math.min(MAX_PHRASE, lower.length - at); length > 0; length--) {
    const phrase = lower.slice(at, at + length).join(' ');
    const records = source.byKey.get(`p:${phrase}`);
    if (records === undefined) continue;
    if (length === 1 && (phrase.length < 2 || FUNCTION_WORDS.has(phrase) || source.names.has(phrase))) continue;
    return { key: `p:${phrase}`, records, from: at, to: at + length - 1, isText: !/^[\d.,]+$/.test(phrase) };
  }
  return undefined;
}

function valueAt(token: Token | undefined, at: number, source: Source): Mention | undefined {
  if (token === undefined || token.kind === 'word') return undefined;
  if (token.kind === 'name') {
    const key = `w:${token.keys[0] ?? ''}`;
    const records = source.byKey.get(key);
    return records === undefined ? undefined : { key, records, from: at, to: at, isText: true };
  }
  for (const key of token.keys) {
    const records = source.byKey.get(key);
    if (records !== undefined) return { key, records, from: at, to: at, isText: token.kind === 'id' };
  }
  return undefined;
}

/** Fields whose name the words of a statement contain; units in a name (`mem_mb`) need not be said. */
export function namedFields(words: ReadonlySet<string>, source: Source): string[] {
  const fields: string[] = [];
  for (const name of source.names) {
    const parts = nameWords(name);
    const needed = parts.filter((part) => !UNITS.has(part));
    if (needed.length > 0 && needed.every((part) => hasPrefix(words, part))) fields.push(name);
  }
  // `total price` is not also `price`.
  return fields.filter(
    (name) =>
      !fields.some(
        (other) =>
          other !== name &&
          other.length > name.length &&
          nameWords(name).every((part) => nameWords(other).includes(part)),
      ),
  );
}

const UNITS = new Set(
  'mb gb kb tb ms sec min hour kg km cm mm usd eur gbp pct percent id unit count c f kwh m'.split(' '),
);

function hasPrefix(words: ReadonlySet<string>, part: string): boolean {
  if (words.has(part)) return true;
  if (part.length < 3) return false;
  for (const word of words) {
    const length = Math.min(word.length, part.length);
    if (length >= 3 && word.slice(0, length) === part.slice(0, length) && Math.abs(word.length - part.length) < 6)
      return true;
  }
  return false;
}

/** Whether both can be meant by one statement: no two different rows of one table among them and what holds them. */
export function areRelated(a: number, b: number, source: Source): boolean {
  if (a === b) return true;
  const tables = new Map<number, number>();
  for (const record of chain(a, source)) tables.set(record.table, record.index);
  for (const record of chain(b, source)) {
    const other = tables.get(record.table);
    if (other !== undefined) return other === record.index;
  }
  return true;
}

function* chain(index: number, source: Source): Generator<SourceRecord> {
  for (let record = source.records[index]; record !== undefined; record = source.records[record.parent]) yield record;
}
