import type { DetectorName, Finding } from './finding.js';

/** What a check looked at, for the audit line: proof that it ran, and over how much. */
export interface CoverageReceipt {
  readonly detectors: readonly DetectorName[];
  /** UTF-16 code units of text seen. */
  readonly chars: number;
  /** Parts that were not text (images, audio, blobs) and why they were passed over. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Detectors of the policy that decided nothing, or not over everything, and why. */
  readonly notChecked: readonly { readonly detector: DetectorName; readonly reason: string }[];
  /** True when the payload is longer than the budget: the rest was not looked at. */
  readonly truncated: boolean;
  /** Decoded forms of parts of the text (base64, percent, spaced …) that were read as well. */
  readonly decodedViews: number;
  /** Remote providers that were asked, in order; absent = none. */
  readonly providers?: readonly ProviderReceipt[];
}

/** What became of one remote check. */
export interface ProviderReceipt {
  /** As the config calls it. */
  readonly provider: string;
  /** `failed_open` = not checked, and let through all the same, because the policy says so. */
  readonly outcome: 'checked' | 'failed_open';
  /** Why it failed; absent when it did not. */
  readonly reason?: string;
  readonly ms: number;
}

/** A detector, or `truncated`: the payload is longer than the budget of its policy, which blocks such payloads. */
export type BlockReason = DetectorName | 'truncated';

/** The decision over one direction of one call. `findings` of detectors that only report are in every kind. */
export type Verdict =
  | { readonly kind: 'pass'; readonly findings: readonly Finding[]; readonly receipt: CoverageReceipt }
  | {
      readonly kind: 'redact';
      readonly findings: readonly Finding[];
      readonly receipt: CoverageReceipt;
      readonly redactions: number;
    }
  | {
      readonly kind: 'block';
      readonly findings: readonly Finding[];
      readonly receipt: CoverageReceipt;
      /** Only detectors that triggered and are in the policy's block list, or `truncated` alone. */
      readonly detectors: readonly BlockReason[];
    };

/** The verdict of a direction that has no policy. */
export const UNCHECKED: Verdict = Object.freeze({
  kind: 'pass',
  findings: Object.freeze([]),
  receipt: Object.freeze({
    detectors: Object.freeze([]),
    chars: 0,
    skipped: Object.freeze([]),
    notChecked: Object.freeze([]),
    truncated: false,
    decodedViews: 0,
  }),
});
