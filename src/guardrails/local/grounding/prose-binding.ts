import { graver, type Problem } from './problem.js';
import type { Source, SourceSentence } from './source-records.js';
import { contentKeys, FUNCTION_WORDS, OPENERS } from './prose.js';
import { CALENDAR, type Token } from './tokens.js';

/** How far apart, in sentences, a name and its value may stand. */
const REACH = 1;
const CLAUSE_WORDS = new Set(['and', 'while', 'whereas', 'but', 'then']);

/** Names and values of one statement must stand near each other in the prose, and not on two sides of an `and`. */
export function checkProseBinding(tokens: readonly Token[], source: Source): Problem | null {
  const names = tokens.filter((token) => (isName(token) || token.kind === 'id') && place(token, source).length > 0);
  const subject = names[0];
  const values = tokens.filter(
    (token) => token !== subject && (isValue(token) || isName(token)) && place(token, source).length > 0,
  );
  if (subject === undefined) return graver(checkMatter(tokens, values, source), checkRoles(tokens, source));
  let worst: Problem | null = null;
  for (const value of values.slice(0, 8)) worst = graver(worst, checkValue(value, names.slice(0, 8), source));
  worst = graver(worst ?? checkClauses(names, values, source), checkMatter(tokens, values, source));
  return graver(worst, graver(checkActor(tokens, names, source), checkRoles(tokens, source)));
}

/** Who does something: the sentence that speaks of it must not begin with somebody else. */
function checkActor(tokens: readonly Token[], names: readonly Token[], source: Source): Problem | null {
  const actor = names[0];
  if (actor === undefined || tokens.indexOf(actor) > 2) return null;
  const matter = new Set(contentKeys(tokens.filter((token) => !isName(token) && !isValue(token))));
  if (matter.size < 2) return null;
  let best = 0;
  let found: SourceSentence[] = [];
  for (const sentence of source.sentences) {
    let count = 0;
    for (const key of matter) if (sentence.keys.has(key)) count++;
    if (count > best) found = [];
    if (count >= best) found.push(sentence);
    best = Math.max(best, count);
  }
  if (best < Math.max(2, matter.size * 0.6)) return null;
  const isOthers = found.every(
    (sentence) =>
      opensWithOther(sentence.tokens, names) && !names.some((name) => sentence.keys.has(name.keys[0] ?? '')),
  );
  return isOthers ? { rule: 'binding.other_actor', score: 0.7 } : null;
}

const ROLES = new Map([
  ['from', 'to'],
  ['to', 'from'],
  ['before', 'after'],
  ['after', 'before'],
  ['since', 'until'],
  ['until', 'since'],
]);

/** `moved to 10 June` where the source moves it from there. */
function checkRoles(tokens: readonly Token[], source: Source): Problem | null {
  for (const [at, token] of tokens.entries()) {
    const opposite = ROLES.get(tokens[at - 1]?.text.toLowerCase() ?? '');
    if (opposite === undefined || token.kind === 'word') continue;
    const sentences = place(token, source).slice(0, 8);
    const before = sentences.map((index) => wordBefore(source.sentences[index]?.tokens ?? [], token));
    if (before.length > 0 && before.every((word) => word === opposite))
      return { rule: 'binding.other_role', score: 0.68 };
  }
  return null;
}

function wordBefore(tokens: readonly Token[], token: Token): string {
  const at = tokens.findIndex((each) => each.keys[0] === token.keys[0]);
  return tokens[at - 1]?.text.toLowerCase() ?? '';
}

/** The value's sentence must be about what the statement is about, when another sentence with such a value is. */
function checkMatter(tokens: readonly Token[], values: readonly Token[], source: Source): Problem | null {
  const matter = new Set(contentKeys(tokens.filter((token) => !isValue(token))));
  if (matter.size < 2) return null;
  for (const value of values
    .filter((token) => token.kind === 'number' || token.kind === 'date' || token.kind === 'time')
    .slice(0, 8)) {
    const own = place(value, source);
    let shared = 0;
    let rival = 0;
    for (const [at, sentence] of source.sentences.entries()) {
      const isOwn = own.includes(at);
      if (!isOwn && !sentence.tokens.some((token) => token.kind === value.kind)) continue;
      let count = 0;
      for (const key of matter) if (sentence.keys.has(key)) count++;
      if (isOwn) shared = Math.max(shared, count);
      else rival = Math.max(rival, count);
    }
    if (shared === 0 && rival > 0) return { rule: 'binding.other_matter', score: rival > 1 ? 0.66 : 0.45 };
  }
  return null;
}

/** A word with a capital that is neither a common opening of a sentence nor a day or month. */
function isName(token: Token): boolean {
  const word = token.text.toLowerCase();
  return token.kind === 'name' && word.length > 2 && !FUNCTION_WORDS.has(word) && !CALENDAR.test(word);
}

function isValue(token: Token): boolean {
  return token.kind === 'number' || token.kind === 'date' || token.kind === 'time' || token.kind === 'id';
}

function place(token: Token, source: Source): readonly number[] {
  for (const key of token.keys) {
    const sentences = source.inSentence.get(key);
    if (sentences !== undefined) return sentences;
  }
  return [];
}

function checkValue(value: Token, names: readonly Token[], source: Source): Problem | null {
  const subjects = names.filter((name) => name !== value);
  if (subjects.length === 0) return null;
  const near = place(value, source);
  const at = subjects.flatMap((subject) => place(subject, source));
  if (near.some((other) => at.includes(other))) return null;
  // The sentence is about somebody else whom the statement does not name.
  const isRival = near.every((other) => opensWithOther(source.sentences[other]?.tokens ?? [], names));
  if (isRival) return { rule: 'binding.other_sentence', score: 0.7 };
  if (near.some((other) => at.some((each) => Math.abs(each - other) <= REACH))) return null;
  // A name in the first lines (a heading, a greeting) holds for the whole text.
  return {
    rule: 'binding.other_sentence',
    score: at.some((each) => each < 2 || each > source.sentences.length - 3) ? 0.4 : 0.62,
  };
}

/** Another name stands among the first words; the very first one may be any word with a capital. */
function opensWithOther(tokens: readonly Token[], subjects: readonly Token[]): boolean {
  const known = new Set(subjects.flatMap((subject) => subject.keys));
  return tokens
    .slice(0, 5)
    .some((token, at) => isName(token) && (at > 0 || isRare(token)) && !known.has(token.keys[0] ?? ''));
}

function isRare(token: Token): boolean {
  return (
    token.text.length > 2 &&
    !OPENERS.has(token.text.toLowerCase()) &&
    !FUNCTION_WORDS.has(token.keys[0] ?? '') &&
    !/(?:ing|ly|[^aeiou]s)$/.test(token.text)
  );
}

/** `Ann paid 50 and Bob paid 70` does not say that Ann paid 70. */
function checkClauses(subjects: readonly Token[], values: readonly Token[], source: Source): Problem | null {
  const subject = subjects[0];
  const value = values.find((token) => token !== subject && token.kind !== 'id');
  if (subject === undefined || value === undefined || subjects.length > 3) return null;
  const shared = place(value, source).filter((at) => place(subject, source).includes(at));
  if (shared.length === 0) return null;
  const names = new Set(subjects.flatMap((token) => token.keys));
  return shared.every((at) => isSwapped(source.sentences[at]?.tokens ?? [], { names, value, subject }))
    ? { rule: 'binding.other_clause', score: 0.74 }
    : null;
}

function isSwapped(
  tokens: readonly Token[],
  wanted: { names: ReadonlySet<string>; value: Token; subject: Token },
): boolean {
  const clauses: Token[][] = [[]];
  for (const token of tokens) {
    if (CLAUSE_WORDS.has(token.text.toLowerCase())) clauses.push([]);
    else clauses.at(-1)?.push(token);
  }
  const has = (clause: readonly Token[], key: string): boolean => clause.some((token) => token.keys.includes(key));
  const own = clauses.find((clause) => has(clause, wanted.subject.keys[0] ?? ''));
  const other = clauses.find((clause) => has(clause, wanted.value.keys[0] ?? ''));
  if (own === undefined || other === undefined || own === other) return false;
  const rival = other.some(
    (token, at) => token.kind === 'name' && (at > 0 || other !== clauses[0]) && !wanted.names.has(token.keys[0] ?? ''),
  );
  return rival && own.some((token) => token.kind === wanted.value.kind);
}

/** Share of the statement's own words that the source has; 1 when there are none. */
export function containment(tokens: readonly Token[], source: Source): number {
  const keys = contentKeys(tokens);
  if (keys.length === 0) return 1;
  return keys.filter((key) => source.words.has(key)).length / keys.length;
}
