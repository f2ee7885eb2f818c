import { DETECTOR_NAMES, type DetectorName, PII_ENTITIES } from '../contracts/finding.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { ConfigPath, RawProblem } from './problem.js';
import type { PluginsSection, PolicyDefinition } from './schema-plugins.js';
import { notSupportedYet } from './schema-rules.js';
import type { DefinitionPolicySection, InputPolicySection, OutputPolicySection } from './schema-server.js';

/** Name of the policy that is always there: every detector of this build with its default options. */
const BUILT_IN_POLICY = 'default';

type DetectorSet = GuardrailPolicy['detectors'];

/** The policies that servers may name; null when the provider cannot check anything in this build. */
export type PolicyTable = ReadonlyMap<string, DetectorSet> | null;

const BUILT_IN: DetectorSet = Object.freeze({
  keyword_detector: Object.freeze({ bannedKeywords: Object.freeze([]) }),
  pii: Object.freeze({ entities: PII_ENTITIES }),
});

/** Detectors this build has. */
const BUILT = DETECTOR_NAMES.filter((name) => BUILT_IN[name] !== undefined);

/** The built-in policy with every detector of it blocking. */
export function blockingDefaultPolicy(): GuardrailPolicy {
  return Object.freeze({ policyName: BUILT_IN_POLICY, detectors: BUILT_IN, block: new Set(BUILT), redactPii: false });
}

/** The built-in policy and those of `plugins.guardrails.config.policies`. */
export function readPolicies(plugins: PluginsSection, problems: RawProblem[], warnings: RawProblem[]): PolicyTable {
  const { provider, config } = plugins.guardrails;
  if (provider !== 'local') return null;
  const table = new Map<string, DetectorSet>([[BUILT_IN_POLICY, BUILT_IN]]);
  for (const [name, definition] of Object.entries(config.policies)) {
    const path = ['plugins', 'guardrails', 'config', 'policies', name];
    if (name === BUILT_IN_POLICY) {
      problems.push({
        path,
        message: `"${BUILT_IN_POLICY}" is the built-in policy and cannot be redefined; choose another name`,
      });
      continue;
    }
    if (Object.keys(definition.detectors).length === 0) {
      warnings.push({ path: [...path, 'detectors'], message: 'configures no detector, so this policy finds nothing' });
    }
    table.set(name, toDetectors(definition));
  }
  return table;
}

function toDetectors({ detectors }: PolicyDefinition): DetectorSet {
  const { keyword_detector: keywords, pii } = detectors;
  return Object.freeze({
    ...(keywords && {
      keyword_detector: Object.freeze({ bannedKeywords: Object.freeze([...new Set(keywords.banned_keywords)]) }),
    }),
    ...(pii && { pii: Object.freeze({ entities: Object.freeze([...new Set(pii.entities)]) }) }),
  });
}

/** Where a policy stands and where its faults and warnings go. */
export interface PolicyScope {
  readonly path: ConfigPath;
  readonly table: PolicyTable;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

/** The input policy of a server, or the policy of a client's hooks; null when it is off. */
export function resolveInputPolicy(
  section: InputPolicySection | undefined,
  scope: PolicyScope,
): GuardrailPolicy | null {
  if (section?.enabled !== true) return null;
  const redactPii = section.additional_config.pii_redaction;
  const policy = resolvePolicy(section, redactPii, scope);
  if (redactPii && policy !== null && policy.detectors.pii === undefined) {
    report(
      scope,
      ['additional_config', 'pii_redaction'],
      `redacts PII, but policy ${policy.policyName} does not configure pii`,
    );
  }
  return policy;
}

/** The output policy of a server; null when it is off. */
export function resolveOutputPolicy(
  section: OutputPolicySection | undefined,
  scope: PolicyScope,
): GuardrailPolicy | null {
  if (section?.enabled !== true) return null;
  for (const check of ['relevancy', 'hallucination', 'adherence'] as const) {
    if (section.additional_config[check]) {
      report(scope, ['additional_config', check], notSupportedYet('set it to false'));
    }
  }
  return resolvePolicy(section, false, scope);
}

/** The policy for tool definitions of a server; null when it is off. */
export function resolveDefinitionPolicy(
  section: DefinitionPolicySection | undefined,
  scope: PolicyScope,
): GuardrailPolicy | null {
  return section?.enabled === true ? resolvePolicy(section, false, scope) : null;
}

function resolvePolicy(
  section: InputPolicySection | OutputPolicySection | DefinitionPolicySection,
  redactPii: boolean,
  scope: PolicyScope,
): GuardrailPolicy | null {
  if (section.provider !== undefined && section.provider !== 'local') {
    report(scope, ['provider'], notSupportedYet('use "local" or leave it out'));
  }
  const { table } = scope;
  if (table === null) return null;
  const detectors = table.get(section.policy_name);
  if (detectors === undefined) {
    const known = [...table.keys()].join(', ');
    const fault = section.policy_name === '' ? 'an enabled policy needs a name' : 'no such policy';
    report(scope, ['policy_name'], `${fault}; plugins.guardrails.config.policies and the built-in ones are: ${known}`);
    return null;
  }
  const block = new Set<DetectorName>();
  section.block.forEach((name, index) => {
    const fault = blockFault(name, section.policy_name, detectors);
    if (fault !== null) report(scope, ['block', index], fault);
    else if (isDetector(name)) block.add(name);
  });
  if (block.has('keyword_detector') && detectors.keyword_detector?.bannedKeywords.length === 0) {
    const message = `blocks keyword_detector, but policy ${section.policy_name} has no banned keywords, so it blocks nothing`;
    scope.warnings.push({ path: [...scope.path, 'block'], message });
  }
  return Object.freeze({ policyName: section.policy_name, detectors, block, redactPii });
}

function blockFault(name: string, policyName: string, detectors: DetectorSet): string | null {
  if (!isDetector(name)) {
    return `unknown detector ${JSON.stringify(name)}; this build has ${BUILT.join(' and ')}`;
  }
  return detectors[name] === undefined ? `blocks ${name}, but policy ${policyName} does not configure ${name}` : null;
}

function isDetector(name: string): name is DetectorName {
  return (BUILT as readonly string[]).includes(name);
}

function report(scope: PolicyScope, tail: ConfigPath, message: string): void {
  scope.problems.push({ path: [...scope.path, ...tail], message });
}
