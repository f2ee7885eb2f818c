import type { PiiEntity } from './finding.js';

/** A detector that computes a score. */
export interface ScoredOptions {
  /** Score (0..1) from which it fires, in the place of the measured one of each channel. */
  readonly threshold?: number;
}

/** Options of each detector, as a policy gives them. A detector that a policy does not name does not run. */
export interface DetectorOptions {
  readonly injection_attack: ScoredOptions;
  readonly pii: { readonly entities: readonly PiiEntity[] };
  readonly toxicity: ScoredOptions;
  readonly nsfw: ScoredOptions;
  readonly bias: ScoredOptions;
  /** Fires on text about one of these topics. */
  readonly topic_detector: ScoredOptions & { readonly topics: readonly string[] };
  readonly keyword_detector: {
    readonly bannedKeywords: readonly string[];
    /** Regular expressions of the operator, run by a linear-time engine. */
    readonly bannedPatterns?: readonly string[];
  };
  /** A numbered or itemised text of rules in plain words. */
  readonly policy_violation: { readonly policyText: string };
  readonly sponge_attack: ScoredOptions;
  /** Fires when one of these prompts, or a canary token, leaks, and on requests to reveal them. */
  readonly system_prompt_protection: {
    readonly systemPrompts: readonly string[];
    readonly canaries?: readonly string[];
  };
  /** Fires on passages of these texts. */
  readonly copyright_protection: { readonly protectedTexts: readonly string[] };
  readonly relevancy: ScoredOptions;
  readonly adherence: ScoredOptions;
  readonly hallucination: ScoredOptions;
}
