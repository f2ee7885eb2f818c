import type { RuleInfo } from '../rule-info.js';
import { EXTRACTION_RULES } from './extraction-requests.js';

const leak = (id: string, category: string, summary: string): RuleInfo => ({
  id: `sysprompt.${id}`,
  category,
  summary,
  remedy: 'Find out how the prompt reached the text; take it off `system_prompts` when it is public.',
});

export const SYSTEM_PROMPT_RULES: readonly RuleInfo[] = [
  leak('canary', 'canary', 'A canary token of the configuration stands in the text.'),
  leak(
    'secret',
    'secret',
    'A code, or a detail of a confidential sentence of a configured prompt, stands in the text.',
  ),
  leak(
    'passage',
    'leak',
    'Six words or more of a configured prompt, or half of a short one, stand in the text, also reversed or as rot13.',
  ),
  leak(
    'paraphrase',
    'leak',
    'Most of the telling words of a configured prompt, or of one of its sentences, stand in the text.',
  ),
  ...EXTRACTION_RULES.map(({ id, category, summary, remedy }) => ({ id, category, summary, remedy })),
];
