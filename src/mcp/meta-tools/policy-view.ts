import type { DetectorName, Finding } from '../../contracts/finding.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import type { Verdict } from '../../contracts/verdict.js';

const OFF = Object.freeze({ enabled: false });
const NO_VIOLATIONS: readonly Record<string, unknown>[] = [];
/** Policies are immutable, so each view is made once. */
const views = new WeakMap<GuardrailPolicy, Record<string, unknown>>();

/** What each side's `additional_config` holds in the config file; the checks of the output side cannot be switched on. */
const ADDITIONAL = {
  input: ({ redactPii }: GuardrailPolicy) => ({ pii_redaction: redactPii }),
  output: () => ({ relevancy: false, hallucination: false, adherence: false }),
  tool: () => ({}),
};

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
  return {
    is_safe: verdict.kind !== 'block',
    violations: violations(policy, verdict),
    metadata: {
      policy_name: policy.policyName,
      detectors: verdict.receipt.detectors,
      scanned_chars: verdict.receipt.chars,
      redactions: verdict.kind === 'redact' ? verdict.redactions : 0,
      ...(verdict.receipt.providers === undefined ? {} : { providers: verdict.receipt.providers }),
    },
  };
}

function violations(policy: GuardrailPolicy, verdict: Verdict): readonly Record<string, unknown>[] {
  if (verdict.findings.length === 0) return NO_VIOLATIONS;
  return [...byDetector(verdict.findings)].map(([detector, categories]) => {
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
      },
    };
  });
}

function byDetector(findings: readonly Finding[]): Map<DetectorName, Map<string, number>> {
  const groups = new Map<DetectorName, Map<string, number>>();
  for (const { detector, category } of findings) {
    const categories = groups.get(detector) ?? new Map<string, number>();
    groups.set(detector, categories.set(category, (categories.get(category) ?? 0) + 1));
  }
  return groups;
}
