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

const NOTHING: readonly string[] = Object.freeze([]);

export const FULL_COVERAGE: AuditCoverage = Object.freeze({
  rules: NOTHING,
  notChecked: NOTHING,
  truncated: false,
  decodedViews: 0,
});

/** Both directions of a call together. */
export function auditCoverage(input: Verdict, output: Verdict): AuditCoverage {
  if (isPlain(input) && isPlain(output)) return FULL_COVERAGE;
  return {
    rules: rulesOf(input, output),
    notChecked: notCheckedIn(input, output),
    truncated: input.receipt.truncated || output.receipt.truncated,
    decodedViews: input.receipt.decodedViews + output.receipt.decodedViews,
  };
}

/** Lists met before, by their text: a policy says of call after call the same. */
const known = new Map<string, readonly string[]>();
const MAX_KNOWN = 512;

/** The same array for the same list, so that the line need not build it again. */
function notCheckedIn(input: Verdict, output: Verdict): readonly string[] {
  let list: readonly string[] = [];
  if (input.receipt.providers !== undefined || output.receipt.providers !== undefined) {
    list = [...unasked(input), ...unasked(output)];
  }
  let key = list.length === 0 ? '' : list.join('\n');
  for (const { receipt } of [input, output]) {
    for (const { detector, reason } of receipt.notChecked) key += `\n${detector}: ${reason}`;
  }
  if (key === '') return NOTHING;
  const met = known.get(key);
  if (met !== undefined) return met;
  const made = key
    .split('\n')
    .filter((part) => part !== '')
    .slice(0, MAX_LISTED);
  if (known.size < MAX_KNOWN) known.set(key, made);
  return made;
}

/** Providers that could not be asked, under a policy that lets pass what they do not check. */
function unasked({ receipt: { providers = [] } }: Verdict): readonly string[] {
  const failed = providers.filter(({ outcome }) => outcome === 'failed_open');
  return failed.map(({ provider, reason }) => `provider ${provider}: ${reason ?? 'failed'}`);
}

/** Ids of the rules behind the findings, each once, at most sixteen. */
export function rulesOf(...verdicts: readonly Verdict[]): readonly string[] {
  if (verdicts.every(({ findings }) => findings.length === 0)) return NOTHING;
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
