/**
 * Words of many languages that stand for one thing in attacks on assistants (and, with other neighbours, in ordinary text). `*` ends a stem.
 * What a combination of concepts is worth is learned; the lexicon only says which words mean the same.
 */
export const CONCEPT_WORDS: ReadonlyMap<string, string> = new Map([
  ['ignore', 'ignor* disregard* forget bypass* overri* neglect'],
  ['instructions', 'instr* directive directives guidel* rules'],
]);
