import type { Verdict } from '../contracts/verdict.js';

/** What stands in an audit line besides the detectors: which of their rules triggered, and what they did not see. */
export interface AuditCoverage {
  /** Ids of the rules that triggered; `guardrails explain` says what they mean. */
  readonly rules: readonly string[];
  /** `<detector>: <reason>` for each detector that decided nothing, or not over everything; `provider <name>: <reason>` for one that failed open. */
  readonly notChecked: readonly string[];
  /** True when a payload was longer than the budget, and the rest was not looked at. */
  readonly truncated: boolean;
  /** Decoded forms that were read. */
  readonly decodedViews: number;
}

/** A line must not grow with what was found. */
const MAX_LISTED = 16;

export const FULL_COVERAGE: AuditCoverage = Object.freeze({
  rules: Object.freeze([]),
  notChecked: Object.freeze([]),
  truncated: false,
  decodedViews: 0,
});

/** Both directions of a call together. */
export function auditCoverage(input: Verdict, output: Verdict): AuditCoverage {
  if (isPlain(input) && isPlain(output)) return FULL_COVERAGE;
  const notChecked = [...input.receipt.notChecked, ...output.receipt.notChecked];
  return {
    rules: rulesOf(input, output),
    notChecked: [
      ...[...unasked(input), ...unasked(output)],
      ...notChecked.map(({ detector, reason }) => `${detector}: ${reason}`),
    ].slice(0, MAX_LISTED),
    truncated: input.receipt.truncated || output.receipt.truncated,
    decodedViews: input.receipt.decodedViews + output.receipt.decodedViews,
  };
}

/** Providers that could not be asked, under a policy that lets pass what they do not check. */
function unasked({ receipt: { providers = [] } }: Verdict): readonly string[] {
  const failed = providers.filter(({ outcome }) => outcome === 'failed_open');
  return failed.map(({ provider, reason }) => `provider ${provider}: ${reason ?? 'failed'}`);
}

/** Ids of the rules behind the findings, each once, at most sixteen. */
export function rulesOf(...verdicts: readonly Verdict[]): readonly string[] {
  const rules = new Set<string>();
  for (const { findings } of verdicts) {
    for (const { rule } of findings) {
      if (rules.size === MAX_LISTED) break;
      if (rule !== undefined) rules.add(rule);
    }
  }
  return [...rules];
}

function isPlain({ findings, receipt }: Verdict): boolean {
  if (receipt.providers !== undefined) return false;
  return findings.length === 0 && receipt.notChecked.length === 0 && !receipt.truncated && receipt.decodedViews === 0;
}
