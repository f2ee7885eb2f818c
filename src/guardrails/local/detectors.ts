import type { DetectorOptions } from '../../contracts/detector-options.js';
import type { DetectorName, PairDetectorName } from '../../contracts/finding.js';
import { CopyrightProtectionDetector } from './copyright-protection/copyright-protection-detector.js';
import { KeywordTextDetector } from './keyword-text-detector.js';
import { GroundingDetector } from './grounding/grounding-detector.js';
import { RelevancyDetector } from './grounding/relevancy-detector.js';
import { InjectionDetector } from './injection/injection-detector.js';
import type { PairDetector } from './pair-detector.js';
import { PiiTextDetector } from './pii/pii-text-detector.js';
import { PolicyViolationDetector } from './policy-violation/policy-violation-detector.js';
import { SpongeAttackDetector } from './sponge-attack/sponge-attack-detector.js';
import { SystemPromptProtectionDetector } from './system-prompt-protection/system-prompt-detector.js';
import type { TextDetector } from './text-detector.js';
import { ToneDetector } from './tone/tone-detector.js';
import { TopicDetector } from './topic/topic-detector.js';

export type TextDetectorName = Exclude<DetectorName, PairDetectorName>;

/** How each detector is made from its options; absent = not in this build. */
export type DetectorBuilders = {
  readonly [N in TextDetectorName]?: (options: DetectorOptions[N]) => TextDetector;
} & { readonly [N in PairDetectorName]?: (options: DetectorOptions[N]) => PairDetector };

/** One row for each detector. Its name stands in BUILT_DETECTORS (src/contracts/finding.ts) as well. */
export const DETECTORS: DetectorBuilders = {
  injection_attack: (options) => new InjectionDetector(options),
  pii: (options) => new PiiTextDetector(options),
  toxicity: (options) => new ToneDetector('toxicity', options),
  nsfw: (options) => new ToneDetector('nsfw', options),
  bias: (options) => new ToneDetector('bias', options),
  topic_detector: (options) => new TopicDetector(options),
  keyword_detector: (options) => new KeywordTextDetector(options),
  policy_violation: (options) => new PolicyViolationDetector(options),
  sponge_attack: (options) => new SpongeAttackDetector(options),
  system_prompt_protection: (options) => new SystemPromptProtectionDetector(options),
  copyright_protection: (options) => new CopyrightProtectionDetector(options),
  relevancy: (options) => new RelevancyDetector(options),
  adherence: (options) => new GroundingDetector('adherence', options),
  hallucination: (options) => new GroundingDetector('hallucination', options),
};
