import type { RuleInfo } from '../rule-info.js';

const rule = (
  id: string,
  summary: string,
  remedy = 'Shorten the text, or raise `threshold` of sponge_attack when it is meant.',
): RuleInfo => ({
  id: `sponge.${id}`,
  category: id.split('.')[0] ?? id,
  summary,
  remedy,
});

export const SPONGE_RULES: readonly RuleInfo[] = [
  rule('repeat.character', 'One character in a very long row.'),
  rule('repeat.phrase', 'One piece of text in a very long row.'),
  rule('repeat.cover', 'Nearly all of the text is repetition.'),
  rule('repeat.words', 'Hundreds of words, hardly any of them different.'),
  rule('nesting', 'More than sixty brackets opened in a row: parsers recurse on them.'),
  rule('marks', 'Stacked combining marks.'),
  rule('rare-characters', 'Mostly characters of which each costs a tokenizer several tokens.'),
  rule('invisible', 'Mostly characters that nobody sees.'),
  rule('request.forever', 'Asks for something to be repeated without end.'),
  rule('request.length', 'Asks for a text of tens of thousands of words or more.'),
  rule('request.length-first', 'Asks for a text of a huge length.'),
  rule('request.endless', 'Asks for an endless list or text.'),
  rule('request.longest', 'Asks for the longest possible answer.'),
  rule('request.exhaust', 'Asks to use up tokens, context, memory or time.'),
  rule('request.count', 'Asks for an enumeration that does not end.'),
  rule('request.recursion', 'Asks for recursion without an end, or for a computation known for it.'),
  rule('request.loop', 'Asks for an endless loop.'),
  rule('request.many-languages', 'Asks for the same in hundreds of languages.'),
  rule('request.foreign', 'Asks for endless repetition, in another language than English.'),
  rule('bomb.entities', 'XML entities that expand each other.'),
  rule('bomb.aliases', 'YAML aliases that expand each other.'),
  rule('bomb.pattern', 'A regular expression that back-tracks without end.'),
  rule('bomb.fork', 'A fork bomb, an endless loop or an endless read for a shell.'),
  rule('bomb.number', 'A computation of an astronomical size.'),
  rule('bomb.recursive-query', 'A database query without an end.'),
];
