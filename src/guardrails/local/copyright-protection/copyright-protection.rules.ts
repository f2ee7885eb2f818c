import type { RuleInfo } from '../rule-info.js';

export const COPYRIGHT_RULES: readonly RuleInfo[] = [
  {
    id: 'copyright.passage',
    category: 'passage',
    summary: 'The text holds a passage of a protected text: more than some fifteen words, or most of a short text.',
    remedy: 'Shorten the quotation, or take the text off `protected_texts` when it may be shown.',
  },
];
