import type { Facts } from './call-facts.js';
import { actCheck, approvalCheck, commandCheck, readOnlyCheck, toolCheck } from './act-check.js';
import { amountCheck } from './amount-check.js';
import { dataCheck, languageCheck, lengthCheck, nameCheck, topicCheck } from './answer-checks.js';
import { hostCheck, mailCheck, pathCheck, protocolCheck } from './place-checks.js';
import { splitPolicy } from './policy-text.js';
import type { RuleCheck } from './rule-check.js';
import { readRule, type RuleWords } from './rule-words.js';
import { environmentCheck, fileTypeCheck, quotedCheck, setCheck } from './value-checks.js';

/** A rule that no check can decide, and why: shown when the policy is loaded and in receipts, never guessed at. */
export interface UncheckableRule {
  /** Place in the policy, from 1. */
  readonly number: number;
  readonly rule: string;
  readonly reason: string;
}

export interface CheckableRule {
  readonly number: number;
  readonly rule: string;
  /** Kinds of check made of it. */
  readonly categories: readonly string[];
  readonly checks: readonly RuleCheck[];
}

export interface CompiledRules {
  readonly checkable: readonly CheckableRule[];
  readonly uncheckable: readonly UncheckableRule[];
}

/** Checks that say all of a rule when they apply. */
const CLOSED: readonly ((rule: RuleWords) => RuleCheck | null)[] = [
  pathCheck,
  mailCheck,
  hostCheck,
  protocolCheck,
  lengthCheck,
  amountCheck,
  quotedCheck,
  toolCheck,
  setCheck,
  fileTypeCheck,
  languageCheck,
  nameCheck,
  commandCheck,
  environmentCheck,
  readOnlyCheck,
];
/** Checks that see one side of a rule each. */
const OPEN: readonly ((rule: RuleWords) => RuleCheck | null)[] = [
  topicCheck,
  dataCheck,
  (rule) => actCheck(rule, dataCheck(rule) !== null),
];

const TIME =
  /\b(?:business|working|office) hours\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bweekends?\b|\bholidays?\b|\b\d{1,2}(?::\d{2})?\s?(?:am|pm)\b|\b(?:at night|overnight)\b/i;
const STATE =
  /\b(?:first|before|after|until|already|twice|again|previous\w*|same (?:day|user|customer)|per (?:day|hour|minute|user|session)|daily|weekly)\b/i;
const MANNER =
  /\b(?:polite\w*|friendl\w*|respect\w*|profession\w*|tone|honest\w*|helpful\w*|careful\w*|accurate\w*|neutral\w*|concise\w*|quality|reasonable|appropriate\w*)\b/i;
const WHO =
  /\b(?:only|unless)\b[^.]{0,40}\b(?:managers?|admins?|administrators?|teams?|owners?|users?|staff|employees?|supervisors?)\b/i;

/** Reads a policy: what can be checked of it, and what cannot. */
export function compileRules(policyText: string): CompiledRules {
  const checkable: CheckableRule[] = [];
  const uncheckable: UncheckableRule[] = [];
  for (const [index, text] of splitPolicy(policyText).entries()) {
    const rule = readRule(text);
    const reason = TIME.test(text) ? 'it depends on the time' : null;
    const checks = reason === null ? checksOf(rule) : [];
    const number = index + 1;
    if (checks.length === 0) uncheckable.push({ number, rule: text, reason: reason ?? reasonOf(text) });
    else
      checkable.push({ number, rule: text, categories: [...new Set(checks.map(({ category }) => category))], checks });
  }
  return { checkable, uncheckable };
}

function checksOf(rule: RuleWords): RuleCheck[] {
  const limit = amountCheck(rule);
  const approval = approvalCheck(rule, limit);
  if (approval !== null) return [approval];
  const closed = CLOSED.flatMap((check) => check(rule) ?? []);
  if (closed.length > 0) return closed;
  if (WHO.test(rule.text)) return [];
  return OPEN.flatMap((check) => check(rule) ?? []);
}

function reasonOf(text: string): string {
  if (WHO.test(text)) return 'it depends on who asks; use allow-lists of the server entry';
  if (STATE.test(text)) return 'it depends on other calls';
  if (MANNER.test(text)) return 'it is about manner, which words alone do not show';
  return 'no act, place, amount, value, kind of data or topic was recognised in it';
}

const NONE: ReadonlySet<string> = new Set();

/** The most certain broken check of a rule. */
export function strongest(
  rule: CheckableRule,
  facts: Facts,
  skipped: ReadonlySet<string> = NONE,
): { readonly category: string; readonly score: number } | null {
  let best: { readonly category: string; readonly score: number } | null = null;
  for (const check of rule.checks) {
    if (skipped.has(check.category)) continue;
    const score = check.test(facts);
    if (score > (best?.score ?? 0)) best = { category: check.category, score };
  }
  return best;
}
