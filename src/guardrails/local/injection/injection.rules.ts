import type { RuleInfo } from '../rule-info.js';
import { CLASSIFIER_RULE } from './injection-detector.js';
import { PAYLOAD_RULES } from './payload-rules.js';
import { PROMPT_RULES } from './prompt-rules.js';
import { explain } from './rule.js';

/** What each finding of `injection_attack` means. */
export const INJECTION_RULES: readonly RuleInfo[] = [
  {
    id: CLASSIFIER_RULE,
    category: 'prompt_injection',
    summary: 'A passage reads like an attack on an assistant, by the words and their order; no single rule says so.',
    remedy: 'Read the passage. When it is harmless, raise `threshold` of injection_attack for this policy.',
  },
  ...PROMPT_RULES.map(explain),
  ...PAYLOAD_RULES.map(explain),
];
