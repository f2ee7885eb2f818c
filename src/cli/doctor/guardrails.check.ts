import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import type { GuardrailEngine } from '../../guardrails/engine.js';
import { type Check, fail, ok } from './check.js';

const NAME = 'guardrails';

/**
 * Every policy in use, run by the engine over a text it must look at, and over one of its own banned phrases. The self-test has passed
 * already, or there would be no engine.
 */
export async function checkGuardrails(engine: GuardrailEngine, snapshot: ConfigSnapshot): Promise<Check> {
  const policies = new Map<string, number>();
  const unguarded: string[] = [];
  for (const { servers } of snapshot.configs.values()) {
    for (const { name, inputPolicy, outputPolicy, toolPolicies = [], definitionPolicy } of servers.values()) {
      if (inputPolicy === null && outputPolicy === null) unguarded.push(name);
      const ofTools = toolPolicies.flatMap((own) => [own.inputPolicy, own.outputPolicy]);
      for (const policy of [inputPolicy, outputPolicy, ...ofTools, definitionPolicy]) {
        if (policy == null) continue;
        const fault = await faultOf(engine, policy);
        if (fault !== null) return fail(NAME, `policy ${policy.policyName} of server ${name}: ${fault}`, REMEDY);
        policies.set(policy.policyName, (policies.get(policy.policyName) ?? 0) + 1);
      }
    }
  }
  const used = [...policies].map(([name, times]) => `${name} (${String(times)})`);
  return ok(
    NAME,
    [
      'the self-test passed',
      used.length === 0 ? 'no policy is in use' : `policies at work: ${used.join(', ')}`,
      ...(unguarded.length === 0 ? [] : [`calls not checked: ${unguarded.join(', ')}`]),
    ].join('; '),
  );
}

const PROBE = { channel: 'argument', server: '', tool: '' } as const;
const REMEDY = 'Do not use this build: a check that does not run lets everything through. Please report it.';

/** Why the policy cannot be trusted; null = it looked where it must, and found what it must. */
async function faultOf(engine: GuardrailEngine, policy: GuardrailPolicy): Promise<string | null> {
  const [phrase] = policy.detectors.keyword_detector?.bannedKeywords ?? [];
  const { verdict } = await engine.inspectInput(policy, { probe: phrase ?? 'probe' }, PROBE);
  const { detectors, notChecked } = verdict.receipt;
  // A detector that compares an answer with its call says that there was none.
  const accountedFor = new Set<string>([...detectors, ...notChecked.map(({ detector }) => detector)]);
  const idle = Object.keys(policy.detectors).filter((name) => !accountedFor.has(name));
  if (idle.length > 0) return `${idle.join(' and ')} did not run`;
  const found = verdict.findings.some(({ detector }) => detector === 'keyword_detector');
  return phrase !== undefined && !found ? 'keyword_detector does not find a phrase of its own list' : null;
}
