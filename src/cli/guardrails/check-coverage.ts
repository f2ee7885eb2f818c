import { missingConfiguration } from '../../config/schema-detectors.js';
import { BUILT_DETECTORS, type DetectorName } from '../../contracts/finding.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import type { CompiledPolicy } from '../../guardrails/policy-compiler.js';

/** Which detectors looked at a text, and which did not. */
export interface CheckCoverage {
  readonly detectors: readonly DetectorName[];
  readonly notChecked: readonly { readonly detector: DetectorName; readonly reason: string }[];
}

/**
 * Detectors of a policy that had something to look for. "clean" must not be read as the word of a detector that knew of nothing bad.
 * @param notCompared those that compare and could not
 */
export function coverageOf(
  compiled: CompiledPolicy,
  { policyName, detectors: options }: GuardrailPolicy,
  notCompared: CheckCoverage['notChecked'],
): CheckCoverage {
  const idle: { detector: DetectorName; reason: string }[] = [...notCompared];
  for (const detector of BUILT_DETECTORS) {
    if (!compiled.allDetectors.includes(detector)) {
      idle.push({ detector, reason: `policy ${policyName} does not name it` });
      continue;
    }
    const missing = missingConfiguration(options, detector);
    if (missing !== null) idle.push({ detector, reason: `policy ${policyName} has no ${missing}` });
  }
  const isIdle = new Set(idle.map(({ detector }) => detector));
  const detectors = compiled.allDetectors.filter((detector) => !isIdle.has(detector));
  // Single rules that cannot be decided; the others were.
  return { detectors, notChecked: [...idle, ...compiled.notCheckable] };
}

/** Detectors by why they did not look. */
export function byReason(notChecked: CheckCoverage['notChecked']): ReadonlyMap<string, readonly DetectorName[]> {
  const groups = new Map<string, DetectorName[]>();
  for (const { detector, reason } of notChecked) groups.set(reason, [...(groups.get(reason) ?? []), detector]);
  return groups;
}
