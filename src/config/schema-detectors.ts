import * as z from 'zod';
import type { DetectorOptions } from '../contracts/detector-options.js';
import { PII_ENTITIES } from '../contracts/finding.js';
import { nonEmpty } from './schema-rules.js';

/** Score from which a detector fires, in the place of the one measured for each channel. */
const scored = { threshold: z.number().min(0).max(1).optional() };
const scoredOnly = z.strictObject(scored).optional();
/** One text, or several. */
const texts = z.union([nonEmpty(), z.array(nonEmpty())], { error: 'must be a text or a list of texts' });

/** `detectors` of a policy: the ones to run, each with its options. */
export const detectorsSchema = z.strictObject({
  injection_attack: scoredOnly,
  pii: z
    .strictObject({
      entities: z
        .array(z.enum(PII_ENTITIES))
        .min(1, { error: 'must hold at least one entity; leave entities out for all' })
        .default([...PII_ENTITIES]),
    })
    .optional(),
  toxicity: scoredOnly,
  nsfw: scoredOnly,
  bias: scoredOnly,
  topic_detector: z.strictObject({ ...scored, topics: z.array(nonEmpty()) }).optional(),
  keyword_detector: z
    .strictObject({ banned_keywords: z.array(nonEmpty()), banned_patterns: z.array(nonEmpty()).optional() })
    .optional(),
  policy_violation: z.strictObject({ policy_text: nonEmpty() }).optional(),
  sponge_attack: scoredOnly,
  system_prompt_protection: z
    .strictObject({ system_prompt: texts.optional(), canaries: z.array(nonEmpty()).default([]) })
    .optional(),
  copyright_protection: z.strictObject({ protected: texts.optional() }).optional(),
  relevancy: scoredOnly,
  adherence: scoredOnly,
  hallucination: scoredOnly,
});

type DetectorsSection = z.output<typeof detectorsSchema>;

/** Options of every detector that a policy names, as detectors take them; frozen, because servers share them. */
export function toDetectorOptions(section: DetectorsSection): Partial<DetectorOptions> {
  const { keyword_detector: keywords, pii, topic_detector: topics, policy_violation: rules } = section;
  const { system_prompt_protection: prompts, copyright_protection: works } = section;
  return {
    ...scoredOptions(section),
    ...(keywords && {
      keyword_detector: Object.freeze({
        bannedKeywords: distinct(keywords.banned_keywords),
        ...(keywords.banned_patterns && { bannedPatterns: distinct(keywords.banned_patterns) }),
      }),
    }),
    ...(pii && { pii: Object.freeze({ entities: distinct(pii.entities) }) }),
    ...(topics && { topic_detector: Object.freeze({ ...thresholdOf(topics), topics: distinct(topics.topics) }) }),
    ...(rules && { policy_violation: Object.freeze({ policyText: rules.policy_text }) }),
    ...(prompts && {
      system_prompt_protection: Object.freeze({
        systemPrompts: listOf(prompts.system_prompt),
        canaries: distinct(prompts.canaries),
      }),
    }),
    ...(works && { copyright_protection: Object.freeze({ protectedTexts: listOf(works.protected) }) }),
  };
}

const SCORED = [
  'injection_attack',
  'toxicity',
  'nsfw',
  'bias',
  'sponge_attack',
  'relevancy',
  'adherence',
  'hallucination',
] as const;

function scoredOptions(section: DetectorsSection): Partial<DetectorOptions> {
  const named = SCORED.flatMap((name) => {
    const options = section[name];
    return options === undefined ? [] : [[name, Object.freeze(thresholdOf(options))]];
  });
  return Object.fromEntries(named) as Partial<DetectorOptions>;
}

function thresholdOf({ threshold }: { readonly threshold?: number | undefined }): { readonly threshold?: number } {
  return threshold === undefined ? {} : { threshold };
}

function listOf(value: string | readonly string[] = []): readonly string[] {
  return distinct(typeof value === 'string' ? [value] : value);
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return Object.freeze([...new Set(items)]);
}

/**
 * What each detector runs with in the built-in policy. Some have nothing to look for then; those that compare an answer with its call are
 * switched on by `additional_config` of an output policy.
 */
export const DEFAULT_OPTIONS: Readonly<DetectorOptions> = Object.freeze({
  injection_attack: Object.freeze({}),
  pii: Object.freeze({ entities: PII_ENTITIES }),
  toxicity: Object.freeze({}),
  nsfw: Object.freeze({}),
  bias: Object.freeze({}),
  topic_detector: Object.freeze({ topics: Object.freeze([]) }),
  keyword_detector: Object.freeze({ bannedKeywords: Object.freeze([]) }),
  policy_violation: Object.freeze({ policyText: '' }),
  sponge_attack: Object.freeze({}),
  system_prompt_protection: Object.freeze({ systemPrompts: Object.freeze([]) }),
  copyright_protection: Object.freeze({ protectedTexts: Object.freeze([]) }),
  relevancy: Object.freeze({}),
  adherence: Object.freeze({}),
  hallucination: Object.freeze({}),
});

/** What a detector lacks to find anything, for a policy that blocks with it; null = nothing. */
export function missingConfiguration(
  options: Readonly<Partial<DetectorOptions>>,
  name: keyof DetectorOptions,
): string | null {
  const lack = LACKS.get(name);
  return lack?.(options) === true ? (NAMES_OF_LACKS.get(name) ?? null) : null;
}

const LACKS = new Map<keyof DetectorOptions, (options: Readonly<Partial<DetectorOptions>>) => boolean>([
  [
    'keyword_detector',
    ({ keyword_detector: own }) => own?.bannedKeywords.length === 0 && (own.bannedPatterns?.length ?? 0) === 0,
  ],
  ['topic_detector', ({ topic_detector: own }) => own?.topics.length === 0],
  ['policy_violation', ({ policy_violation: own }) => own?.policyText === ''],
  ['copyright_protection', ({ copyright_protection: own }) => own?.protectedTexts.length === 0],
]);
const NAMES_OF_LACKS = new Map<keyof DetectorOptions, string>([
  ['keyword_detector', 'banned keywords'],
  ['topic_detector', 'topics'],
  ['policy_violation', 'policy_text'],
  ['copyright_protection', 'protected texts'],
]);
