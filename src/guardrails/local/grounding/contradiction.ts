import type { Problem } from './problem.js';
import { contentKeys } from './prose.js';
import type { Source, SourceRecord } from './source-records.js';
import { findMentions } from './mentions.js';
import { nameWords, stem, type Token } from './tokens.js';

const PAIRS = (
  'approved/rejected approved/denied accepted/declined accepted/rejected enabled/disabled active/inactive open/closed available/unavailable ' +
  'increased/decreased rose/fell grew/shrank up/down gained/lost won/lost passed/failed success/failure succeeded/failed paid/unpaid ' +
  'confirmed/cancelled confirmed/canceled completed/pending completed/failed delivered/pending delivered/lost shipped/pending online/offline ' +
  'healthy/unhealthy above/below before/after morning/evening included/excluded valid/invalid true/false yes/no allowed/forbidden ' +
  'permitted/prohibited required/optional free/paid public/private north/south east/west early/late hired/fired full/empty refundable/nonrefundable ' +
  'started/stopped running/stopped bought/sold profit/loss higher/lower safe/unsafe connected/disconnected signed/unsigned arrived/departed'
).split(' ');
const OPPOSITES = new Map<string, Set<string>>();
for (const pair of PAIRS) {
  const [a = '', b = ''] = pair.split('/').map(stem);
  OPPOSITES.set(a, (OPPOSITES.get(a) ?? new Set<string>()).add(b));
  OPPOSITES.set(b, (OPPOSITES.get(b) ?? new Set<string>()).add(a));
}

const NEGATIONS = new Set(
  "not no never without none neither nor cannot isn't aren't wasn't weren't don't doesn't didn't won't can't couldn't hasn't haven't hadn't".split(
    ' ',
  ),
);
/** Shared share of a statement's own words from which a sentence is taken to be about the same thing. */
const SAME_MATTER = 0.6;

/** A yes or no field, or an opposite word, against what the statement says. */
export function checkContradiction(tokens: readonly Token[], source: Source): Problem | null {
  return source.records.length > 0 ? againstRecords(tokens, source) : againstProse(tokens, source);
}

function againstRecords(tokens: readonly Token[], source: Source): Problem | null {
  const words = new Set(tokens.map((token) => stem(token.text.toLowerCase())));
  const isNegated = hasNegation(tokens);
  for (const record of recordsMeant(tokens, source)) {
    for (const [name, cells] of record.fields) {
      const phrase = cells[0]?.phrase ?? '';
      if (cells.length !== 1 || phrase.includes(' ')) continue;
      const named = isTruth(phrase) ? flagWords(name, record.fields) : [];
      if (named.length > 0 && named.every((part) => words.has(part))) {
        const isStatedFalse = isNegated !== words.has('false');
        if (isStatedFalse === /^(?:yes|true)$/.test(phrase)) return { rule: 'contradiction.flag', score: 0.72 };
      } else if (isOpposed(stem(phrase), words, isNegated)) return { rule: 'contradiction.opposite', score: 0.74 };
    }
  }
  return null;
}

/** Records that the statement names by a value that no other has; all of them when there are one or two. */
function recordsMeant(tokens: readonly Token[], source: Source): readonly SourceRecord[] {
  const sure = findMentions(tokens, source).filter((mention) => mention.records.length === 1);
  const indexes = new Set(sure.flatMap((mention) => mention.records));
  if (indexes.size > 0) return [...indexes].flatMap((index) => source.records[index] ?? []);
  return source.records.length <= 2 ? source.records : [];
}

/** `firewall.enabled` is told from `backup.enabled` by both of its words. */
function flagWords(name: string, fields: ReadonlyMap<string, unknown>): string[] {
  const parts = name.split('.');
  const leaf = parts.at(-1) ?? '';
  const isShared = [...fields.keys()].some((other) => other !== name && other.endsWith(`.${leaf}`));
  return nameWords(isShared ? parts.slice(-2).join(' ') : leaf).filter((part) => part.length > 2);
}

function isTruth(phrase: string): boolean {
  return /^(?:yes|no|true|false)$/.test(phrase);
}

function isOpposed(word: string, words: ReadonlySet<string>, isNegated: boolean): boolean {
  if (words.has(word)) return isNegated && OPPOSITES.has(word);
  if (isNegated) return false;
  for (const opposite of OPPOSITES.get(word) ?? []) if (words.has(opposite)) return true;
  return false;
}

function againstProse(tokens: readonly Token[], source: Source): Problem | null {
  const keys = contentKeys(tokens);
  if (keys.length < 2) return null;
  const shared = new Map<number, number>();
  for (const key of new Set(keys)) {
    for (const at of source.inSentence.get(key) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
  }
  const [best, count] = [...shared].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
  const sentence = source.sentences[best];
  if (sentence === undefined || count < SAME_MATTER * new Set(keys).size) return null;
  const words = new Set(tokens.map((token) => stem(token.text.toLowerCase())));
  if (hasNegation(tokens) !== hasNegation(sentence.tokens)) {
    return isDenied(tokens, sentence.tokens) && !hasOpposite(sentence.keys, words)
      ? { rule: 'contradiction.negation', score: 0.7 }
      : null;
  }
  return hasOpposite(sentence.keys, words) ? { rule: 'contradiction.opposite', score: 0.72 } : null;
}

/** What the one denies is what the other says: the word behind the `not` stands in both. */
function isDenied(a: readonly Token[], b: readonly Token[]): boolean {
  const [denying, saying] = hasNegation(a) ? [a, b] : [b, a];
  const at = denying.findIndex((token) => NEGATIONS.has(token.text.toLowerCase().replace('’', "'")));
  const next = contentKeys(denying.slice(at + 1, at + 6))[0];
  return next !== undefined && saying.some((token) => token.keys.includes(next));
}

function hasOpposite(sentence: ReadonlySet<string>, words: ReadonlySet<string>): boolean {
  for (const word of words) {
    if (sentence.has(word)) continue;
    for (const opposite of OPPOSITES.get(word) ?? []) if (sentence.has(opposite) && !words.has(opposite)) return true;
  }
  return false;
}

function hasNegation(tokens: readonly Token[]): boolean {
  return tokens.some((token) => NEGATIONS.has(token.text.toLowerCase().replace('’', "'")));
}
