import { GROUNDING_RULES, RELEVANCY_RULES } from './grounding/grounding.rules.js';
import type { RuleInfo } from './rule-info.js';

/** Categories of findings that name no rule; their id is `<detector>.<category>`. */
const CATEGORIES: readonly RuleInfo[] = [
  {
    id: 'keyword_detector.keyword',
    category: 'keyword',
    summary: 'A word or phrase of the policy’s banned_keywords stands in the text.',
    remedy: 'Take the word out of the text, or out of banned_keywords of the policy.',
  },
  ...(
    [
      ['EMAIL', 'an e-mail address'],
      ['CREDIT_CARD', 'a card number with a valid check digit'],
      ['IBAN', 'an IBAN with valid check digits'],
      ['SSN', 'a US social security number beside a label'],
      ['PHONE', 'a telephone number'],
    ] as const
  ).map(([entity, what]) => ({
    id: `pii.${entity}`,
    category: entity,
    summary: `The text holds ${what}.`,
    remedy: 'Set pii_redaction to replace such values before the call, or leave the entity out of the policy.',
  })),
];

/** Every finding id of this build with its explanation, one list a detector. */
export const RULES: ReadonlyMap<string, RuleInfo> = new Map(
  [...CATEGORIES, ...RELEVANCY_RULES, ...GROUNDING_RULES].map((rule) => [rule.id, rule]),
);

/** The id under which a finding is explained. */
export function findingId(finding: {
  readonly detector: string;
  readonly category: string;
  readonly rule?: string;
}): string {
  return finding.rule ?? `${finding.detector}.${finding.category}`;
}
