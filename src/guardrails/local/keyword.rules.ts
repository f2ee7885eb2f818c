import type { RuleInfo } from './rule-info.js';

const remedy = 'Take it off the list of the policy, or let the policy not block on keyword_detector.';

/** A hit of a pattern carries its number behind the id: `keyword.pattern.3`. */
export const KEYWORD_RULES: readonly RuleInfo[] = [
  { id: 'keyword', category: 'keyword', summary: 'A word or phrase of `banned_keywords`.', remedy },
  {
    id: 'keyword.pattern',
    category: 'pattern',
    summary: 'A match of the `banned_patterns` entry of this number.',
    remedy,
  },
];
