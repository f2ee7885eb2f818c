import type { RuleInfo } from '../rule-info.js';

/** Rules of topic_detector. */
export const TOPIC_RULES: readonly RuleInfo[] = [
  {
    id: 'topic.terms',
    category: 'topic',
    summary: 'A passage holds enough words of a topic that the policy lists.',
    remedy:
      'Ask about something else. When the text is not about the topic, name the topic more narrowly in the policy or raise its threshold.',
  },
];
