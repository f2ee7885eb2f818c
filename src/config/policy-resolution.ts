import { BUILT_DETECTORS, type DetectorName, isPairDetector, PAIR_DETECTORS } from '../contracts/finding.js';
import { DEFAULT_SCAN_BUDGET } from '../contracts/scan-budget.js';
import type { GuardrailPolicy, KeptPath } from '../contracts/server-entry.js';
import type { ConfigPath, RawProblem } from './problem.js';
import { DEFAULT_OPTIONS, missingConfiguration, toDetectorOptions } from './schema-detectors.js';
import type { PluginsSection, PolicyDefinition } from './schema-plugins.js';
import { notSupportedYet } from './schema-rules.js';
import type { DefinitionPolicySection, InputPolicySection, OutputPolicySection } from './schema-server.js';

/** Name of the policy that is always there: every detector of this build with its default options. */
const BUILT_IN_POLICY = 'default';

type DetectorSet = GuardrailPolicy['detectors'];

/** The policies that servers may name, and what they have in common; null when the provider cannot check anything in this build. */
export type PolicyTable = {
  readonly policies: ReadonlyMap<string, DetectorSet>;
  /** Absent = the default. */
  readonly shared: Pick<GuardrailPolicy, 'budget'>;
} | null;

const BUILT = new Intl.ListFormat('en').format(BUILT_DETECTORS);

/** Detectors that run on every text they are given, in either direction. */
const OF_TEXTS = BUILT_DETECTORS.filter((name) => !isPairDetector(name));

const BUILT_IN: DetectorSet = Object.freeze(
  Object.fromEntries(OF_TEXTS.map((name) => [name, DEFAULT_OPTIONS[name]])) as DetectorSet,
);

/** The built-in policy with every detector of it blocking. */
export function blockingDefaultPolicy(): GuardrailPolicy {
  return Object.freeze({
    policyName: BUILT_IN_POLICY,
    detectors: BUILT_IN,
    block: new Set(OF_TEXTS),
    redactPii: false,
  });
}

/** The built-in policy and those of `plugins.guardrails.config.policies`. */
export function readPolicies(plugins: PluginsSection, problems: RawProblem[], warnings: RawProblem[]): PolicyTable {
  const { provider, config } = plugins.guardrails;
  if (provider !== 'local') return null;
  const policies = new Map<string, DetectorSet>([[BUILT_IN_POLICY, BUILT_IN]]);
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
    reportMissing(definition, path, problems);
    policies.set(name, Object.freeze(toDetectorOptions(definition.detectors)));
  }
  return { policies, shared: sharedOf(config, warnings) };
}

/** An absent budget is the default, so that policies which say nothing of it look alike. */
function sharedOf(
  config: PluginsSection['guardrails']['config'],
  warnings: RawProblem[],
): Pick<GuardrailPolicy, 'budget'> {
  const { max_scan_chars: maxChars, on_truncated: onTruncated } = config;
  if (onTruncated === 'allow') {
    const message = 'what stands past max_scan_chars of a payload passes unchecked; "block" refuses such payloads';
    warnings.push({ path: ['plugins', 'guardrails', 'config', 'on_truncated'], message });
  }
  const isDefault = maxChars === DEFAULT_SCAN_BUDGET.maxChars && onTruncated === DEFAULT_SCAN_BUDGET.onTruncated;
  return isDefault ? {} : { budget: Object.freeze({ maxChars, onTruncated }) };
}

/** A detector that this build lacks must not look as if it ran. */
function reportMissing({ detectors }: PolicyDefinition, path: ConfigPath, problems: RawProblem[]): void {
  for (const name of Object.keys(detectors)) {
    if (isDetector(name)) continue;
    problems.push({
      path: [...path, 'detectors', name],
      message: notSupportedYet(`remove it: this build has ${BUILT}`),
    });
  }
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
  const keep = section.additional_config.pii_keep ?? [];
  if (redactPii && policy !== null && policy.detectors.pii === undefined) {
    report(
      scope,
      ['additional_config', 'pii_redaction'],
      `redacts PII, but policy ${policy.policyName} does not configure pii`,
    );
  }
  if (policy === null || keep.length === 0) return policy;
  if (!redactPii) {
    const message = 'has no effect: pii_redaction is off';
    scope.warnings.push({ path: [...scope.path, 'additional_config', 'pii_keep'], message });
  }
  return Object.freeze({ ...policy, keep: Object.freeze(keep.map(keptPath)) });
}

function keptPath(text: string): KeptPath {
  const [tool = '', ...members] = text.split('.');
  return Object.freeze({ tool, members: Object.freeze(members) });
}

/** The output policy of a server; null when it is off. */
export function resolveOutputPolicy(
  section: OutputPolicySection | undefined,
  scope: PolicyScope,
): GuardrailPolicy | null {
  if (section?.enabled !== true) return null;
  const { additional_config: additional } = section;
  const switchedOn = PAIR_DETECTORS.filter((name) => additional[name]);
  for (const name of switchedOn) {
    if (!isDetector(name)) report(scope, ['additional_config', name], notSupportedYet('set it to false'));
  }
  for (const key of ['relevancy_threshold', 'adherence_threshold'] as const) {
    if (additional[key] === undefined || switchedOn.length === 0) continue;
    const message =
      'not used: it is a score of the remote service; give the detector a threshold in plugins.guardrails.config.policies';
    scope.warnings.push({ path: [...scope.path, 'additional_config', key], message });
  }
  return resolvePolicy(section, false, scope, switchedOn.filter(isDetector));
}

/** The policy for tool definitions of a server; null when it is off. */
export function resolveDefinitionPolicy(
  section: DefinitionPolicySection | undefined,
  scope: PolicyScope,
): GuardrailPolicy | null {
  return section?.enabled === true ? resolvePolicy(section, false, scope) : null;
}

/** @param switchedOn detectors that run although the named policy may not configure them */
function resolvePolicy(
  section: InputPolicySection | OutputPolicySection | DefinitionPolicySection,
  redactPii: boolean,
  scope: PolicyScope,
  switchedOn: readonly DetectorName[] | null = null,
): GuardrailPolicy | null {
  if (section.provider !== undefined && section.provider !== 'local') {
    report(scope, ['provider'], notSupportedYet('use "local" or leave it out'));
  }
  const named = namedPolicy(section.policy_name, scope);
  if (named === null) return null;
  const detectors = withSwitchedOn(named, switchedOn ?? []);
  const block = new Set<DetectorName>();
  section.block.forEach((name, index) => {
    const fault = blockFault(name, section.policy_name, detectors, switchedOn !== null);
    if (fault !== null) report(scope, ['block', index], fault);
    else if (isDetector(name)) block.add(name);
  });
  for (const name of block) {
    const missing = missingConfiguration(detectors, name);
    if (missing === null) continue;
    const message = `blocks ${name}, but policy ${section.policy_name} has no ${missing}, so it blocks nothing`;
    scope.warnings.push({ path: [...scope.path, 'block'], message });
  }
  return Object.freeze({ policyName: section.policy_name, detectors, block, redactPii, ...scope.table?.shared });
}

function namedPolicy(name: string, scope: PolicyScope): DetectorSet | null {
  if (scope.table === null) return null;
  const { policies } = scope.table;
  const detectors = policies.get(name);
  if (detectors !== undefined) return detectors;
  const known = [...policies.keys()].join(', ');
  const fault = name === '' ? 'an enabled policy needs a name' : 'no such policy';
  report(scope, ['policy_name'], `${fault}; plugins.guardrails.config.policies and the built-in ones are: ${known}`);
  return null;
}

function withSwitchedOn(detectors: DetectorSet, switchedOn: readonly DetectorName[]): DetectorSet {
  const missing = switchedOn.filter((name) => detectors[name] === undefined);
  if (missing.length === 0) return detectors;
  return Object.freeze({ ...detectors, ...Object.fromEntries(missing.map((name) => [name, DEFAULT_OPTIONS[name]])) });
}

function blockFault(name: string, policyName: string, detectors: DetectorSet, isOfAnswers: boolean): string | null {
  if (!isDetector(name)) return `unknown detector ${JSON.stringify(name)}; this build has ${BUILT}`;
  if (isPairDetector(name) && !isOfAnswers) {
    return `${name} compares an answer with its call: name it in output_guardrails_policy`;
  }
  return detectors[name] === undefined ? `blocks ${name}, but policy ${policyName} does not configure ${name}` : null;
}

function isDetector(name: string): name is DetectorName {
  return (BUILT_DETECTORS as readonly string[]).includes(name);
}

function report(scope: PolicyScope, tail: ConfigPath, message: string): void {
  scope.problems.push({ path: [...scope.path, ...tail], message });
}
