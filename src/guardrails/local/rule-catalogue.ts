import { PII_ENTITIES } from '../../contracts/finding.js';
import { DEFINITION_RULES } from '../definitions/definitions.rules.js';
import { COPYRIGHT_RULES } from './copyright-protection/copyright-protection.rules.js';
import { GROUNDING_RULES, RELEVANCY_RULES } from './grounding/grounding.rules.js';
import { INJECTION_RULES } from './injection/injection.rules.js';
import { KEYWORD_RULES } from './keyword.rules.js';
import { ID_RULES } from './pii/id-rules.js';
import { LABEL_RULES } from './pii/label-rules.js';
import { NUMBER_RULES } from './pii/number-rules.js';
import { infoOf, SCANNED_RULES } from './pii/pii.rules.js';
import { POLICY_RULES } from './policy-violation/policy-violation.rules.js';
import { TONE_RULES } from './tone/tone.rules.js';
import { TOPIC_RULES } from './topic/topic.rules.js';
import type { RuleInfo } from './rule-info.js';
import { SECRET_RULE_INFOS } from './secrets/secrets.rules.js';
import { SPONGE_RULES } from './sponge-attack/sponge-attack.rules.js';
import { SYSTEM_PROMPT_RULES } from './system-prompt-protection/system-prompt.rules.js';

/** Findings that name no rule have the id `<detector>.<category>`. */
const UNNAMED: readonly RuleInfo[] = PII_ENTITIES.map((entity) =>
  infoOf(`pii.${entity}`, entity, `Personal data of the kind ${entity}`),
);

/** One list a detector. */
const ALL: readonly RuleInfo[] = [
  ...INJECTION_RULES,
  ...KEYWORD_RULES,
  ...UNNAMED,
  ...SCANNED_RULES,
  ...[...ID_RULES, ...LABEL_RULES, ...NUMBER_RULES].map(({ id, entity, summary }) => infoOf(id, entity, summary)),
  ...SECRET_RULE_INFOS,
  ...SPONGE_RULES,
  ...SYSTEM_PROMPT_RULES,
  ...COPYRIGHT_RULES,
  ...POLICY_RULES,
  ...RELEVANCY_RULES,
  ...GROUNDING_RULES,
  ...TONE_RULES,
  ...TOPIC_RULES,
  ...DEFINITION_RULES,
];

/** Every finding id with its explanations: several where one rule finds things of several categories. */
export const RULES: ReadonlyMap<string, readonly RuleInfo[]> = grouped();

/** Explanations of an id; that of an operator's own rule has its number behind (`policy.rule.3`). */
export function rulesOf(id: string): readonly RuleInfo[] {
  return RULES.get(id) ?? RULES.get(id.replace(/\.\d{1,6}$/, '')) ?? [];
}

/** The id under which a finding is explained. */
export function findingId(finding: {
  readonly detector: string;
  readonly category: string;
  readonly rule?: string;
}): string {
  if (finding.rule !== undefined) return finding.rule;
  return finding.detector === 'keyword_detector' ? finding.category : `${finding.detector}.${finding.category}`;
}

function grouped(): ReadonlyMap<string, readonly RuleInfo[]> {
  const groups = new Map<string, RuleInfo[]>();
  for (const rule of ALL) {
    const group = groups.get(rule.id);
    if (group === undefined) groups.set(rule.id, [rule]);
    else group.push(rule);
  }
  return groups;
}
