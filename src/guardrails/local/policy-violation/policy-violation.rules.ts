import type { RuleInfo } from '../rule-info.js';

const remedy =
  'Read the rule of this number in `policy_text`; reword it with an exception when what was stopped is meant to pass.';
const kind = (category: string, summary: string): RuleInfo => ({ id: 'policy.rule', category, summary, remedy });

/** Ids are `policy.rule.<number of the rule in the policy>`; the category says which kind of check found it broken. */
export const POLICY_RULES: readonly RuleInfo[] = [
  kind('act', 'Does what the rule forbids, to what it names, or writes where it allows reading only.'),
  kind('approval', 'Does what needs an approval, and no argument says that there is one.'),
  kind('path', 'A path outside of what the rule allows, or in what it forbids.'),
  kind('host', 'A host outside of what the rule allows, or one that it forbids.'),
  kind('recipient', 'An e-mail address at a domain that the rule does not allow.'),
  kind('protocol', 'A protocol that the rule forbids.'),
  kind('amount', 'An amount or a percentage beyond the limit.'),
  kind('count', 'A number of things, or a length, beyond the limit.'),
  kind('phrase', 'A quoted phrase that must not be there, or lacks where it must be.'),
  kind('value', 'An argument has a value other than those that the rule allows.'),
  kind('environment', 'An environment or branch that the rule keeps off limits.'),
  kind('file_type', 'A file of a type that the rule does not allow.'),
  kind('tool', 'A tool that the rule does not allow.'),
  kind('command', 'A command that the rule forbids.'),
  kind('language', 'A language other than the rule asks for.'),
  kind('person', 'The name of a person.'),
  kind('topic', 'Advice or talk in a field that the rule excludes.'),
  kind('data', 'Data of a kind that the rule protects, by its form.'),
];
