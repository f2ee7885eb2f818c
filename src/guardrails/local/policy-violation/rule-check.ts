import type { CallEntry, Facts, Statement } from './call-facts.js';
import type { RuleWords } from './rule-words.js';
import { thingKeys } from './lexicon.js';

/** What a rule became: a test over a call or a prose text, 0 (kept) to 1 (broken). */
export interface RuleCheck {
  readonly category: string;
  readonly test: (facts: Facts) => number;
}

/** Words without which an alternative is about something else: `production database` is not any database. */
const QUALIFIERS = [
  'production',
  'main',
  'external',
  'internal',
  'public',
  'private',
  'personal',
  'confidential',
  'admin',
];
const QUALIFIER_KEYS = new Set(QUALIFIERS.flatMap((word) => thingKeys(word)));

/** Share of the best alternative of things that the statement names; 1 when the rule names none. */
export function aboutThings(rule: RuleWords, statement: Statement): number {
  if (rule.things.length === 0) return 1;
  return Math.max(...rule.things.map((stems) => alternativeShare(stems, statement)));
}

function alternativeShare(stems: readonly string[], statement: Statement): number {
  let matched = 0;
  for (const stemmed of stems) {
    const keys = thingKeys(stemmed);
    if (keys.some((key) => statement.things.has(key))) matched++;
    else if (keys.some((key) => QUALIFIER_KEYS.has(key)) && stems.length > 1) return 0;
  }
  // The last word is what the phrase is about: a supplier's phone is not a supplier's bank account.
  const hasHead = thingKeys(stems.at(-1) ?? '').some((key) => statement.things.has(key));
  return hasHead ? matched / stems.length : matched / (stems.length + 1.5);
}

export function sharesAct(rule: RuleWords, { acts, things }: Pick<Statement, 'acts' | 'things'>): boolean {
  for (const act of rule.acts) if (acts.has(act) || (act.startsWith('=') && things.has(act.slice(1)))) return true;
  return false;
}

/** True when a limit or a place named by the rule is about this call at all. */
export function concerns(rule: RuleWords, facts: Facts): boolean {
  const { deed } = facts;
  if (deed === null) return true;
  if (rule.acts.size === 0 && rule.things.length === 0) return true;
  return sharesAct(rule, deed) || aboutThings(rule, deed) * Math.sign(rule.things.length) > 0;
}

export function textValues(facts: Facts): readonly CallEntry[] {
  return facts.entries.filter(({ value }) => typeof value === 'string');
}
