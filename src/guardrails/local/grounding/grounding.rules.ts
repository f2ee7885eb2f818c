import type { RuleInfo } from '../rule-info.js';

/** Last parts of the ids, which adherence and hallucination share, with what each finds. */
const FINDS: readonly (readonly [string, string])[] = [
  ['value.number', 'a number that the source does not have and that cannot be computed from it'],
  ['value.derived', 'a number that is not in the source but may be computed from it; it never fires by itself'],
  ['value.rounded', 'a number of the source, rounded; it never fires by itself'],
  ['value.date', 'a date that the source does not have'],
  ['value.time', 'a time of day that the source does not have'],
  ['value.id', 'an id, code or address that the source does not have'],
  ['value.name', 'a name that the source does not have'],
  ['value.quote', 'quoted words that do not stand in the source'],
  ['binding.other_record', 'values named together that stand in different records of the source'],
  ['binding.other_field', 'a value of the right record under the name of another field'],
  ['binding.other_sentence', 'a value whose sentence in the source is about somebody else'],
  ['binding.other_clause', 'a value that the same sentence gives to somebody else'],
  ['binding.other_matter', 'a value whose sentence in the source is about another matter'],
  ['binding.other_actor', 'something that somebody else does in the source'],
  ['binding.other_role', 'a value that is the start in the source and the end in the answer, or the other way round'],
  ['aggregate.wrong_row', 'a highest, lowest, first or last row that is not, computed again from the rows'],
  ['aggregate.count', 'a count of rows that is wrong, counted again'],
  ['aggregate.value', 'a sum or average that is wrong, computed again'],
  ['aggregate.comparison', 'a comparison of two rows that is the wrong way round'],
  ['contradiction.flag', 'a yes or no that the source answers the other way'],
  ['contradiction.opposite', 'the opposite of a word of the source, such as approved for rejected'],
  ['contradiction.negation', 'a denial of what the source says, or the other way round'],
  ['words.strange', 'a statement of which hardly a word is in the source'],
  ['words.doubt', 'words that the source does not have; it never fires by itself'],
];
const REMEDY =
  'Compare the statement with the source. If it is right in other words, raise the threshold of the detector, or leave it out of the block list.';

/** Rules of adherence and hallucination. */
export const GROUNDING_RULES: readonly RuleInfo[] = (['adherence', 'hallucination'] as const).flatMap((detector) =>
  FINDS.map(([rule, finds]) => ({
    id: `${detector}.${rule}`,
    category: rule.slice(0, rule.indexOf('.')),
    summary: `The answer holds ${finds}.`,
    remedy: REMEDY,
  })),
);

/** Rules of relevancy. */
export const RELEVANCY_RULES: readonly RuleInfo[] = [
  {
    id: 'relevancy.other_subject',
    category: 'other_subject',
    summary: 'The answer has the fields that the call names, with other values: it is about another record.',
    remedy:
      'Look whether the server mixed up two calls. If the tool answers with other ids by design, raise the threshold.',
  },
  {
    id: 'relevancy.unrelated',
    category: 'unrelated',
    summary: 'The answer names hardly anything that the call names, and is not what such a tool answers.',
    remedy:
      'Look whether the server answers another question. If the tool never repeats what it was asked, raise the threshold.',
  },
];
