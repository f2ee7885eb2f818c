import { BUILT_DETECTORS, type DetectorName, isPairDetector, PAIR_DETECTORS } from '../contracts/finding.js';
import type { Comparisons } from '../contracts/remote-check.js';
import { DEFAULT_SCAN_BUDGET } from '../contracts/scan-budget.js';
import type { GuardrailPolicy, KeptPath } from '../contracts/server-entry.js';
import type { ConfigPath, RawProblem } from './problem.js';
import { type BookedProvider, type BookScope, ProviderBook } from './provider-book.js';
import {
  checkSteps,
  findsRemotely,
  NO_COMPARISONS,
  type PolicyWish,
  redactsRemotely,
  remotePolicy,
  type RemoteScope,
  remoteSteps,
} from './remote-resolution.js';
import { DEFAULT_OPTIONS, missingConfiguration, toDetectorOptions } from './schema-detectors.js';
import type { PluginsSection, PolicyDefinition } from './schema-plugins.js';
import type { RemoteStepSection } from './schema-providers.js';
import { notSupportedYet } from './schema-rules.js';
import type { DefinitionPolicySection, InputPolicySection, OutputPolicySection } from './schema-server.js';

/** Name of the policy that is always there: every detector of this build with its default options. */
const BUILT_IN_POLICY = 'default';

type DetectorSet = GuardrailPolicy['detectors'];

/** What servers may name: local policies, with the providers that they ask after their own detectors, and all providers. */
export interface PolicyTable {
  readonly local: ReadonlyMap<string, LocalPolicy>;
  readonly book: ProviderBook;
  /** Absent = the default. */
  readonly shared: Pick<GuardrailPolicy, 'budget'>;
}

interface LocalPolicy {
  readonly detectors: DetectorSet;
  readonly steps: readonly RemoteStepSection[];
}

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
export function readPolicies(plugins: PluginsSection, scope: BookScope): PolicyTable {
  const { problems, warnings } = scope;
  const book = new ProviderBook(plugins, scope);
  const local = new Map<string, LocalPolicy>([[BUILT_IN_POLICY, { detectors: BUILT_IN, steps: [] }]]);
  for (const [name, definition] of Object.entries(plugins.guardrails.config.policies)) {
    const path = ['plugins', 'guardrails', 'config', 'policies', name];
    if (name === BUILT_IN_POLICY) {
      problems.push({
        path,
        message: `"${BUILT_IN_POLICY}" is the built-in policy and cannot be redefined; choose another name`,
      });
      continue;
    }
    const { remote: steps = [] } = definition;
    checkSteps(steps, { path: [...path, 'remote'], book, problems, warnings });
    if (Object.keys(definition.detectors).length === 0 && steps.length === 0) {
      warnings.push({ path: [...path, 'detectors'], message: 'configures no detector, so this policy finds nothing' });
    }
    reportMissing(definition, path, problems);
    local.set(name, { detectors: Object.freeze(toDetectorOptions(definition.detectors)), steps });
  }
  return { local, book, shared: sharedOf(plugins.guardrails.config, warnings) };
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
  const wish = { ...wishOf(section), redactPii: section.additional_config.pii_redaction };
  const keep = section.additional_config.pii_keep ?? [];
  const provider = providerOf(section, scope);
  if (provider === null) return null;
  const isLocal = provider === 'local';
  const policy = isLocal ? resolveLocal(wish, scope) : remotePolicy(wish, provider, remoteScope(scope));
  if (isLocal && policy !== null) checkRedaction(policy, scope);
  return policy === null || keep.length === 0 ? policy : keeping(policy, keep, scope);
}

/** A local policy that redacts needs somebody who says what. */
function checkRedaction(policy: GuardrailPolicy, scope: PolicyScope): void {
  if (!policy.redactPii || policy.detectors.pii !== undefined || redactsRemotely(policy)) return;
  const path = ['additional_config', 'pii_redaction'];
  report(scope, path, `redacts PII, but policy ${policy.policyName} does not configure pii`);
}

function keeping(policy: GuardrailPolicy, keep: readonly string[], scope: PolicyScope): GuardrailPolicy {
  if (!policy.redactPii) {
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
  const wish = { ...wishOf(section), isOfAnswers: true };
  const provider = providerOf(section, scope);
  if (provider === null) return null;
  if (provider !== 'local') {
    return remotePolicy({ ...wish, comparisons: comparisonsOf(additional) }, provider, remoteScope(scope));
  }
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
  return resolveLocal(wish, scope, switchedOn.filter(isDetector));
}

/** The policy for tool definitions of a server; null when it is off. */
export function resolveDefinitionPolicy(
  section: DefinitionPolicySection | undefined,
  scope: PolicyScope,
): GuardrailPolicy | null {
  if (section?.enabled !== true) return null;
  const provider = providerOf(section, scope);
  if (provider === null) return null;
  const wish = wishOf(section);
  return provider === 'local' ? resolveLocal(wish, scope) : remotePolicy(wish, provider, remoteScope(scope));
}

type AnyPolicySection = InputPolicySection | OutputPolicySection | DefinitionPolicySection;

function wishOf(section: AnyPolicySection): PolicyWish {
  return {
    name: section.policy_name,
    block: section.block,
    failOpen: section.fail_open,
    redactPii: false,
    comparisons: NO_COMPARISONS,
    isOfAnswers: false,
  };
}

/** The thresholds are those that the reference documents. */
function comparisonsOf(additional: OutputPolicySection['additional_config']): Comparisons {
  return Object.freeze({
    relevancy: additional.relevancy ? (additional.relevancy_threshold ?? 0.7) : null,
    adherence: additional.adherence ? (additional.adherence_threshold ?? 0.8) : null,
    hallucination: additional.hallucination,
  });
}

function remoteScope({ path, table, problems, warnings }: PolicyScope): RemoteScope {
  return { path, book: table.book, shared: table.shared, problems, warnings };
}

/**
 * Who checks: the provider that the policy names; else this process when it has a policy of that name, else the main provider. Null =
 * nobody, and `problems` says why.
 */
function providerOf(section: AnyPolicySection, scope: PolicyScope): 'local' | BookedProvider | null {
  const { book, local } = scope.table;
  const name = section.provider ?? (local.has(section.policy_name) ? 'local' : (book.main ?? 'local'));
  if (name === 'local') return 'local';
  if (!book.has(name)) {
    const known = new Intl.ListFormat('en').format(book.names.map((each) => `"${each}"`));
    report(scope, ['provider'], `no such provider; plugins.guardrails and its config.providers have ${known}`);
  }
  return book.get(name);
}

/** @param switchedOn detectors that run although the named policy may not configure them */
function resolveLocal(
  wish: PolicyWish,
  scope: PolicyScope,
  switchedOn: readonly DetectorName[] = [],
): GuardrailPolicy | null {
  const named = namedPolicy(wish.name, scope);
  if (named === null) return null;
  const detectors = withSwitchedOn(named.detectors, switchedOn);
  const remote = remoteSteps(named.steps, wish, remoteScope(scope));
  if (remote.length < named.steps.length) return null;
  const block = new Set<DetectorName>();
  wish.block.forEach((name, index) => {
    const fault = findsRemotely(name, remote) ? null : blockFault(name, wish, detectors);
    if (fault !== null) report(scope, ['block', index], fault);
    else block.add(name as DetectorName);
  });
  for (const name of block) {
    const missing = missingConfiguration(detectors, name);
    if (missing === null || findsRemotely(name, remote)) continue;
    const message = `blocks ${name}, but policy ${wish.name} has no ${missing}, so it blocks nothing; ${remedyFor(name, wish.name)}`;
    scope.warnings.push({ path: [...scope.path, 'block'], message });
  }
  const policy = { policyName: wish.name, detectors, block, redactPii: wish.redactPii, ...scope.table.shared };
  return Object.freeze(remote.length === 0 ? policy : { ...policy, remote: Object.freeze(remote) });
}

/** Where what a detector lacks can be written: nowhere in the built-in policy. */
function remedyFor(name: DetectorName, policy: string): string {
  return policy === BUILT_IN_POLICY
    ? 'name a policy of your own that has, or take it out of block'
    : `give them in plugins.guardrails.config.policies.${policy}.detectors.${name}, or take it out of block`;
}

function namedPolicy(name: string, scope: PolicyScope): LocalPolicy | null {
  const policy = scope.table.local.get(name);
  if (policy !== undefined) return policy;
  const known = [...scope.table.local.keys()].join(', ');
  const fault = name === '' ? 'an enabled policy needs a name' : 'no such policy';
  report(scope, ['policy_name'], `${fault}; plugins.guardrails.config.policies and the built-in ones are: ${known}`);
  return null;
}

function withSwitchedOn(detectors: DetectorSet, switchedOn: readonly DetectorName[]): DetectorSet {
  const missing = switchedOn.filter((name) => detectors[name] === undefined);
  if (missing.length === 0) return detectors;
  return Object.freeze({ ...detectors, ...Object.fromEntries(missing.map((name) => [name, DEFAULT_OPTIONS[name]])) });
}

function blockFault(
  name: string,
  { name: policyName, isOfAnswers }: PolicyWish,
  detectors: DetectorSet,
): string | null {
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
