import type { DetectorName, Finding, PairDetectorName } from '../../contracts/finding.js';
import { asksFor } from '../../contracts/remote-check.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import type { Verdict } from '../../contracts/verdict.js';

const OFF = Object.freeze({ enabled: false });
/** An answer must not grow with what was found. */
const MAX_RULES = 16;
/** Nothing was found, because nothing was read. */
const TOO_LONG: readonly Record<string, unknown>[] = [
  {
    type: 'truncated',
    severity: 'high',
    message: 'longer than the scan budget',
    action: 'block',
    metadata: { policy_type: 'truncated', value: 1, details: [] },
  },
];
const NO_VIOLATIONS: readonly Record<string, unknown>[] = [];
/** Policies are immutable, so each view is made once. */
const views = new WeakMap<GuardrailPolicy, Record<string, unknown>>();

/** What each side's `additional_config` holds in the config file. */
const ADDITIONAL = {
  input: ({ redactPii }: GuardrailPolicy) => ({ pii_redaction: redactPii }),
  output: (policy: GuardrailPolicy) => ({
    relevancy: compares(policy, 'relevancy'),
    hallucination: compares(policy, 'hallucination'),
    adherence: compares(policy, 'adherence'),
  }),
  tool: () => ({}),
};

/** True when the policy compares answers with their calls in this way, here or at a provider. */
export function compares({ detectors, remote }: GuardrailPolicy, check: PairDetectorName): boolean {
  return detectors[check] !== undefined || asksFor(check, remote);
}

/** A policy in the shape of the config file. */
export function policyView(policy: GuardrailPolicy | null, side: keyof typeof ADDITIONAL): Record<string, unknown> {
  if (policy === null) return OFF;
  let view = views.get(policy);
  if (view === undefined) {
    view = {
      enabled: true,
      policy_name: policy.policyName,
      additional_config: ADDITIONAL[side](policy),
      block: [...policy.block],
    };
    views.set(policy, view);
  }
  return view;
}

/** A verdict in the reference's shape; `{}` when that side is not checked. Only detectors that triggered are named, never the text. */
export function verdictView(policy: GuardrailPolicy | null, verdict: Verdict): Record<string, unknown> {
  if (policy === null) return {};
  const { providers } = verdict.receipt;
  return {
    is_safe: verdict.kind !== 'block',
    violations: violations(policy, verdict),
    metadata: {
      policy_name: policy.policyName,
      detectors: verdict.receipt.detectors,
      scanned_chars: verdict.receipt.chars,
      redactions: verdict.kind === 'redact' ? verdict.redactions : 0,
      ...(providers === undefined ? {} : { providers }),
    },
    // As in the reference, of remote checks; the local detectors take less than it can show.
    ...(providers === undefined ? {} : { processing_time_ms: providers.reduce((sum, { ms }) => sum + ms, 0) }),
  };
}

function violations(policy: GuardrailPolicy, verdict: Verdict): readonly Record<string, unknown>[] {
  if (verdict.kind === 'block' && verdict.detectors.includes('truncated')) return TOO_LONG;
  if (verdict.findings.length === 0) return NO_VIOLATIONS;
  return [...byDetector(verdict.findings)].map(([detector, { categories, rules }]) => {
    const blocks = verdict.kind === 'block' && verdict.detectors.includes(detector);
    return {
      type: detector,
      severity: blocks ? 'high' : 'low',
      message: `${detector} triggered`,
      action: blocks ? 'block' : policy.redactPii && detector === 'pii' ? 'redact' : 'report',
      metadata: {
        policy_type: detector,
        value: [...categories.values()].reduce((sum, hits) => sum + hits, 0),
        // Categories and counts only: a path can hold a key, and a key can be the matched text.
        details: [...categories].map(([category, hits]) => ({ category, hits })),
        ...(rules.size === 0 ? {} : { rules: [...rules].slice(0, MAX_RULES) }),
      },
    };
  });
}

interface Found {
  readonly categories: Map<string, number>;
  readonly rules: Set<string>;
}

function byDetector(findings: readonly Finding[]): Map<DetectorName, Found> {
  const groups = new Map<DetectorName, Found>();
  for (const { detector, category, rule } of findings) {
    const found = groups.get(detector) ?? { categories: new Map<string, number>(), rules: new Set<string>() };
    found.categories.set(category, (found.categories.get(category) ?? 0) + 1);
    if (rule !== undefined) found.rules.add(rule);
    groups.set(detector, found);
  }
  return groups;
}
