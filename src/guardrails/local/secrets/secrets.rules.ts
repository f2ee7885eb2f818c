import type { RuleInfo } from '../rule-info.js';
import { ASSIGNMENT_RULE } from './assignment-rule.js';
import { CARRIER_RULES } from './carrier-rules.js';
import { FORMAT_RULES, type SecretRule } from './format-rules.js';
import { NAMED_RULES } from './named-rules.js';

/** Every rule for secrets, the surest first. */
export const SECRET_RULES: readonly SecretRule[] = [...FORMAT_RULES, ...CARRIER_RULES, ...NAMED_RULES, ASSIGNMENT_RULE];

/** What each of them finds. */
export const SECRET_RULE_INFOS: readonly RuleInfo[] = SECRET_RULES.map(({ id, summary, remedy }) => ({
  id,
  category: 'SECRET',
  summary,
  remedy,
}));
