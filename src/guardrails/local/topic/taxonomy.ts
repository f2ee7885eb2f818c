import type { TopicEntry } from './topic-entry.js';
import { BODY_AND_HOME } from './taxonomy/body-and-home.js';
import { KNOWLEDGE_AND_TECHNOLOGY } from './taxonomy/knowledge-and-technology.js';
import { LEISURE_AND_TRAVEL } from './taxonomy/leisure-and-travel.js';
import { MONEY_AND_LAW } from './taxonomy/money-and-law.js';

/** Every topic that is known by more than its name. */
export const TAXONOMY: readonly TopicEntry[] = [
  ...BODY_AND_HOME,
  ...MONEY_AND_LAW,
  ...KNOWLEDGE_AND_TECHNOLOGY,
  ...LEISURE_AND_TRAVEL,
];
