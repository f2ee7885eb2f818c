import type { Problem } from './problem.js';
import type { Source } from './source-index.js';
import { contentKeys } from './prose.js';
import type { Token } from './tokens.js';

/** How far apart, in sentences, a name and its value may stand. */
const REACH = 1;
const CLAUSE_WORDS = new Set(['and', 'while', 'whereas', 'but', 'then']);

/** Names and values of one statement must stand near each other in the prose, and not on two sides of an `and`. */
export function checkProseBinding(tokens: readonly Token[], source: Source): Problem | null {
  const subjects = tokens.filter(
    (token) => (token.kind === 'name' || token.kind === 'id') && source.inSentence.has(token.keys[0] ?? ''),
  );
  const values = tokens.filter((token) => isValue(token) && place(token, source).length > 0);
  if (subjects.length === 0 || values.length === 0) return null;
  let worst: Problem | null = null;
  for (const value of values.slice(0, 8)) {
    const problem = checkValue(value, subjects.filter((subject) => subject !== value).slice(0, 8), source);
    if (problem !== null && problem.score > (worst?.score ?? 0)) worst = problem;
  }
  return worst ?? checkClauses(subjects, values, source);
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

function checkValue(value: Token, subjects: readonly Token[], source: Source): Problem | null {
  if (subjects.length === 0) return null;
  const near = place(value, source);
  const reached = subjects.some((subject) =>
    place(subject, source).some((at) => near.some((other) => Math.abs(at - other) <= REACH)),
  );
  if (reached) return null;
  // A name in the first lines (a heading, a greeting) holds for the whole text.
  const isHeading = subjects.some((subject) => place(subject, source).some((at) => at < 2));
  return { rule: 'binding.other_sentence', score: isHeading ? 0.42 : 0.68 };
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
