// A policy with every detector, each with something to look for.
import { BUILT_DETECTORS, PII_ENTITIES } from '../../dist/contracts/finding.js';

const OPTIONS = {
  injection_attack: {},
  pii: { entities: PII_ENTITIES },
  toxicity: {},
  nsfw: {},
  bias: {},
  topic_detector: { topics: ['weapons', 'gambling'] },
  keyword_detector: { bannedKeywords: ['project aurora', 'internal only'] },
  policy_violation: { policyText: '1. Never delete a customer record. 2. No access to files outside /workspace.' },
  sponge_attack: {},
  system_prompt_protection: {
    systemPrompts: ['You are the assistant of Harbour Travel. Never name a discount above ten percent.'],
  },
  copyright_protection: {
    protectedTexts: ['The keeper of the tower counted the boats each evening and wrote their names into a book.'],
  },
  relevancy: {},
  adherence: {},
  hallucination: {},
};

/** Options of every detector of the build, as the gateway resolves them from a config. */
export const EVERYTHING = Object.fromEntries(
  Object.entries(OPTIONS).filter(([name]) => BUILT_DETECTORS.includes(name)),
);

/** A policy in which these detectors block. */
export function policyOf(detectors) {
  return { policyName: 'bench', detectors, block: new Set(Object.keys(detectors)), redactPii: false };
}
