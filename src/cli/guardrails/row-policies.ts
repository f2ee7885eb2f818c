import { DEFAULT_OPTIONS } from '../../config/schema-detectors.js';
import type { DetectorOptions } from '../../contracts/detector-options.js';
import { BUILT_DETECTORS, type DetectorName } from '../../contracts/finding.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import { CompiledPolicy } from '../../guardrails/policy-compiler.js';
import type { RowConfig } from './data-row.js';

/** Detectors whose hits carry a score that a threshold cuts off. */
const SCORED = [
  'injection_attack',
  'toxicity',
  'nsfw',
  'bias',
  'topic_detector',
  'sponge_attack',
] as const satisfies readonly DetectorName[];

/** The same detectors twice. */
export interface RowPolicies {
  /** As they ship: what they find, they report. */
  readonly shipped: CompiledPolicy;
  /** Only the scored ones, with a threshold of 0: they give their score for every text. Null when this build has none. */
  readonly raw: CompiledPolicy | null;
  /** Only the one that reads a call as a whole; null when this build lacks it. */
  readonly ofCalls: CompiledPolicy | null;
}

/** Configurations kept compiled; data files use few. */
const MAX_KEPT = 200;

/** All detectors of this build under the settings of rows. What needs none is built once. */
export class PolicyShelf {
  readonly #kept = new Map<string, RowPolicies>();

  of(config: RowConfig): RowPolicies {
    const key = JSON.stringify(config);
    let policies = this.#kept.get(key);
    if (policies === undefined) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      policies = compile(config);
      this.#kept.set(key, policies);
    }
    return policies;
  }
}

function compile(config: RowConfig): RowPolicies {
  const options = optionsOf(config);
  const raw = pick(SCORED, options);
  const scored = Object.fromEntries(Object.entries(raw).map(([name, own]) => [name, rawOptions(name, own)]));
  const ofCalls = pick(['policy_violation'], options);
  return {
    shipped: new CompiledPolicy(policyOf(pick(BUILT_DETECTORS, options))),
    raw: isEmpty(scored) ? null : new CompiledPolicy(policyOf(scored)),
    ofCalls: isEmpty(ofCalls) ? null : new CompiledPolicy(policyOf(ofCalls)),
  };
}

/** One object for all rows, so that detectors without settings of the row are built once. */
const RAW = new Map<string, { readonly threshold: number }>(
  SCORED.map((name) => [name, Object.freeze({ threshold: 0 })]),
);

function rawOptions(name: string, options: object): object {
  return name === 'topic_detector' ? { ...options, threshold: 0 } : (RAW.get(name) ?? options);
}

function optionsOf(config: RowConfig): DetectorOptions {
  const {
    topics,
    banned_keywords: bannedKeywords = [],
    banned_patterns: bannedPatterns = [],
    policy_text: policyText,
  } = config;
  const { system_prompt: prompts, protected: works } = config;
  return {
    ...DEFAULT_OPTIONS,
    ...(topics && { topic_detector: { topics } }),
    ...(bannedKeywords.length + bannedPatterns.length > 0 && { keyword_detector: { bannedKeywords, bannedPatterns } }),
    ...(policyText !== undefined && { policy_violation: { policyText } }),
    ...(prompts !== undefined && { system_prompt_protection: { systemPrompts: listOf(prompts) } }),
    ...(works !== undefined && { copyright_protection: { protectedTexts: listOf(works) } }),
  };
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function pick(names: readonly DetectorName[], options: DetectorOptions): Partial<DetectorOptions> {
  const built = names.filter((name) => BUILT_DETECTORS.includes(name));
  return Object.fromEntries(built.map((name) => [name, options[name]]));
}

function isEmpty(options: object): boolean {
  return Object.keys(options).length === 0;
}

function policyOf(detectors: Partial<DetectorOptions>): GuardrailPolicy {
  return { policyName: 'all', detectors, block: new Set(), redactPii: false };
}
