import type { Verdict } from '../../contracts/verdict.js';
import { rulesOf } from '../../telemetry/audit-coverage.js';

/** @param what had an effect and what had none, as a sentence without its full stop */
export function blockedMessage(
  side: 'input' | 'output',
  verdict: Extract<Verdict, { kind: 'block' }>,
  what: string,
): string {
  const { detectors } = verdict;
  const blocking = verdict.findings.filter(({ detector }) => detectors.includes(detector));
  const rules = rulesOf({ ...verdict, findings: blocking });
  const why = rules.length === 0 ? '' : ` Rules: ${rules.join(', ')}.`;
  return `Request blocked due to ${side} guardrail violations: ${detectors.join(', ')}. ${what}.${why}`;
}
