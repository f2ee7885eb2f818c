import { wordForms } from '../word-forms.js';
import { TAXONOMY } from './taxonomy.js';
import type { TopicEntry } from './topic-entry.js';

/** What a term is worth: at 1 and more it marks a short text on its own. */
const TERM = 1;
const HINT = 0.4;
/** Terms of an entry that the name only belongs to, as `tennis` to sports. */
const RELATED_TERM = 0.6;
const RELATED_HINT = 0.2;

/** Words of a topic's name that say nothing about it. */
const FILLER = new Set(
  `advice advise information info content contents related topic topics subject matter matters discussion discussions question questions
  issue issues about and or of the on for in with to a an any all general other talk things stuff anything requests request using use how
  making make help providing give tips non not unrelated`.split(/\s+/),
);

/** A topic of a policy with what it is recognised by. */
export interface ResolvedTopic {
  readonly name: string;
  /** Names of the taxonomy's entries that stand for it; empty when only its own words do. */
  readonly entries: readonly string[];
  /** Terms (one or more words, lower case) and their worth. */
  readonly terms: ReadonlyMap<string, number>;
}

const listed = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const words = (name: string): string[] => name.toLowerCase().match(/[\p{L}\p{M}\p{N}+#]+/gu) ?? [];

/** `elections` and `election`, `stocks` and `stock` are one name. */
const singular = (word: string): string => (word.length > 3 ? word.replace(/ies$/, 'y').replace(/(?<!s)s$/, '') : word);
const keyOf = (parts: readonly string[]): string => parts.map(singular).join(' ');

const byAlias = new Map<string, TopicEntry[]>();
const byTerm = new Map<string, TopicEntry[]>();
for (const entry of TAXONOMY) {
  for (const alias of [entry.name, ...listed(entry.aliases)]) index(byAlias, keyOf(words(alias)), entry);
  for (const term of listed(entry.terms)) index(byTerm, keyOf(words(term)), entry);
}

function index(map: Map<string, TopicEntry[]>, key: string, entry: TopicEntry): void {
  const entries = map.get(key) ?? [];
  if (!entries.includes(entry)) map.set(key, [...entries, entry]);
}

/** Finds what a policy's topic is recognised by: entries of that name, entries whose names it contains, entries it belongs to, its own words. */
export function resolveTopic(name: string): ResolvedTopic {
  const all = words(name);
  const bare = all.filter((word) => !FILLER.has(word));
  const terms = new Map<string, number>();
  const entries = byAlias.get(keyOf(all)) ?? byAlias.get(keyOf(bare)) ?? contained(bare);
  for (const entry of entries) addEntry(terms, entry, TERM, HINT);
  if (entries.length === 0) {
    // Its own words first, so that they weigh more than what they are related to.
    addOwn(terms, bare.length > 0 ? bare : all);
    const related = byTerm.get(keyOf(bare)) ?? [];
    for (const entry of related) addEntry(terms, entry, RELATED_TERM, RELATED_HINT);
    return { name, entries: related.map((entry) => entry.name), terms };
  }
  addOwn(terms, bare);
  return { name, entries: entries.map((entry) => entry.name), terms };
}

/** Entries whose aliases are parts of the name, the longest first: `stock market gambling` names two. */
function contained(parts: readonly string[]): readonly TopicEntry[] {
  const found: TopicEntry[] = [];
  let at = 0;
  while (at < parts.length) {
    let taken = 1;
    for (let length = Math.min(4, parts.length - at); length > 0; length--) {
      const entries = byAlias.get(keyOf(parts.slice(at, at + length)));
      if (entries === undefined) continue;
      found.push(...entries.filter((entry) => !found.includes(entry)));
      taken = length;
      break;
    }
    at += taken;
  }
  return found;
}

function addEntry(terms: Map<string, number>, entry: TopicEntry, term: number, hint: number): void {
  for (const text of listed(entry.terms)) add(terms, text, term);
  for (const text of listed(entry.hints)) add(terms, text, hint);
  for (const text of [entry.name, ...listed(entry.aliases)]) if (words(text).length > 1) add(terms, text, term);
}

/** The name's own words with their near forms, and all of them in a row. */
function addOwn(terms: Map<string, number>, parts: readonly string[]): void {
  if (parts.length > 1) add(terms, parts.join(' '), TERM);
  const worth = parts.length > 1 ? 0.7 : TERM;
  for (const part of parts) for (const form of nearForms(part)) add(terms, form, worth);
}

const ENDINGS = /(?:ologists?|ology|ological|ists?|ism|ically|ical|ics?|ing|ers?|ions?|ies|y|es|s|al)$/;
const NEAR = [
  '',
  's',
  'y',
  'ies',
  'e',
  'ed',
  'ing',
  'er',
  'ers',
  'ist',
  'ists',
  'ism',
  'ic',
  'ical',
  'al',
  'ion',
  'ions',
  'ology',
  'ologist',
  'ologists',
  'ological',
];

/** `astrology` also as astrologer, astrological, astrologist. Forms that do not exist are harmless: nobody writes them. */
function nearForms(word: string): readonly string[] {
  const stem = singular(word).replace(ENDINGS, '');
  if (stem.length < 5) return [word, singular(word), ...wordForms(singular(word))];
  return [word, singular(word), ...wordForms(singular(word)), ...NEAR.map((ending) => stem + ending)];
}

function add(terms: Map<string, number>, text: string, worth: number): void {
  const parts = words(text);
  const last = parts.at(-1);
  if (last === undefined) return;
  for (const form of wordForms(last)) {
    const key = [...parts.slice(0, -1), form].join(' ');
    if ((terms.get(key) ?? 0) < worth) terms.set(key, worth);
  }
}
