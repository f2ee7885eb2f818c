import { DETECTOR_NAMES, type DetectorName, isPairDetector } from '../contracts/finding.js';
import type { Comparisons, ProviderType, RemoteCheck } from '../contracts/remote-check.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { ConfigPath, RawProblem } from './problem.js';
import { type BookedProvider, FAIL_OPEN, type ProviderBook } from './provider-book.js';
import type { RemoteStepSection } from './schema-providers.js';

type Problems = Pick<RemoteScope, 'path' | 'problems'>;

/** What a server's policy says, as far as providers are concerned. */
export interface PolicyWish {
  readonly name: string;
  readonly block: readonly string[];
  readonly failOpen: boolean | undefined;
  readonly redactPii: boolean;
  readonly comparisons: Comparisons;
  readonly isOfAnswers: boolean;
}

/** Where the policy stands and where its faults and warnings go. */
export interface RemoteScope {
  readonly path: ConfigPath;
  readonly book: ProviderBook;
  /** What all policies have in common. */
  readonly shared: Pick<GuardrailPolicy, 'budget'>;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

export const NO_COMPARISONS: Comparisons = Object.freeze({ relevancy: null, adherence: null, hallucination: false });

const NAMES = new Intl.ListFormat('en').format(DETECTOR_NAMES);
/** A policy's name goes into a header. */
const HEADER_TEXT = /^[\x20-\x7e]{1,256}$/;
/** What an OpenAI-style service can find. */
const MODERATION: ReadonlySet<string> = new Set<DetectorName>(['toxicity', 'bias', 'nsfw', 'policy_violation']);

/** A policy that a provider has under this name; null = it cannot be asked, and `problems` says why. */
export function remotePolicy(wish: PolicyWish, provider: BookedProvider, scope: RemoteScope): GuardrailPolicy | null {
  const { type } = provider.settings;
  const before = scope.problems.length;
  if (wish.name === '') report(scope, ['policy_name'], 'an enabled policy needs a name');
  else if (type === 'enkrypt') checkHeader(wish.name, ['policy_name'], scope);
  if (wish.redactPii && type === 'openai_moderation') {
    report(scope, ['additional_config', 'pii_redaction'], 'a moderation service cannot say what to redact');
  }
  const { relevancy, adherence, hallucination } = wish.comparisons;
  if (type !== 'enkrypt' && (relevancy !== null || adherence !== null || hallucination)) {
    report(
      scope,
      ['additional_config'],
      'relevancy, adherence and hallucination are checked by enkrypt or a local policy',
    );
  }
  const block = new Set<DetectorName>();
  wish.block.forEach((name, index) => {
    const fault = faultOfBlock(name, type, wish.isOfAnswers);
    if (fault !== null) report(scope, ['block', index], fault);
    else if (isDetector(name)) block.add(name);
  });
  noteIdleComparisons(wish, block, scope);
  if (scope.problems.length > before) return null;
  const check = remoteCheck(provider, wish.name, wish, scope);
  return Object.freeze({
    policyName: wish.name,
    detectors: Object.freeze({}),
    block,
    redactPii: wish.redactPii,
    ...scope.shared,
    remote: Object.freeze([check]),
  });
}

/** The providers that a local policy asks after its own detectors; faults of the steps are told by `checkSteps`. */
export function remoteSteps(
  steps: readonly RemoteStepSection[],
  wish: PolicyWish,
  scope: RemoteScope,
): readonly RemoteCheck[] {
  return steps.flatMap((step) => {
    const provider = scope.book.get(step.provider);
    if (provider === null) return [];
    const name = step.policy_name ?? wish.name;
    return [remoteCheck(provider, name, { ...wish, comparisons: NO_COMPARISONS }, scope)];
  });
}

/** Steps of a local policy that name nobody, or a policy that cannot be. */
export function checkSteps(steps: readonly RemoteStepSection[], scope: Omit<RemoteScope, 'shared'>): void {
  steps.forEach((step, index) => {
    const type = scope.book.typeOf(step.provider);
    if (type === null) {
      const known = scope.book.names.filter((name) => name !== 'local').join(', ');
      const message = `no such provider; plugins.guardrails.config.providers has: ${known === '' ? 'none' : known}`;
      report(scope, [index, 'provider'], message);
    } else if (type === 'enkrypt' && step.policy_name === undefined) {
      report(scope, [index, 'policy_name'], 'is needed: the name of a policy at the service');
    } else if (type === 'enkrypt') {
      checkHeader(step.policy_name ?? '', [index, 'policy_name'], scope);
    }
  });
}

/** True when one of the checks may find what this detector is for. */
export function findsRemotely(name: string, checks: readonly RemoteCheck[]): boolean {
  return checks.some(({ provider }) => faultOfBlock(name, provider.type, false) === null);
}

/** True when a provider of the policy says what is personal data. */
export function redactsRemotely({ remote = [] }: GuardrailPolicy): boolean {
  return remote.some(({ redactsPii }) => redactsPii);
}

function remoteCheck(
  { settings, failOpen }: BookedProvider,
  policyName: string,
  wish: Pick<PolicyWish, 'failOpen' | 'redactPii' | 'comparisons'>,
  scope: RemoteScope,
): RemoteCheck {
  if (wish.failOpen === true) scope.warnings.push({ path: [...scope.path, 'fail_open'], message: FAIL_OPEN });
  return Object.freeze({
    provider: settings,
    policyName,
    failOpen: wish.failOpen ?? failOpen,
    redactsPii: wish.redactPii && settings.type !== 'openai_moderation',
    comparisons: wish.comparisons,
  });
}

function faultOfBlock(name: string, type: ProviderType, isOfAnswers: boolean): string | null {
  if (!isDetector(name)) return `unknown detector ${JSON.stringify(name)}; there are ${NAMES}`;
  if (isPairDetector(name)) {
    return isOfAnswers ? null : `${name} compares an answer with its call: name it in output_guardrails_policy`;
  }
  if (type !== 'openai_moderation' || MODERATION.has(name)) return null;
  return `a moderation service does not find ${name}; it finds ${[...MODERATION].join(', ')}`;
}

function noteIdleComparisons(
  { comparisons }: PolicyWish,
  block: ReadonlySet<DetectorName>,
  { path, warnings }: RemoteScope,
): void {
  for (const name of ['relevancy', 'adherence', 'hallucination'] as const) {
    const isOff = comparisons[name] === null || comparisons[name] === false;
    if (!block.has(name) || !isOff) continue;
    const message = `blocks ${name}, but additional_config.${name} is off, so it is not asked`;
    warnings.push({ path: [...path, 'block'], message });
  }
}

function checkHeader(name: string, tail: ConfigPath, scope: Problems): void {
  if (HEADER_TEXT.test(name)) return;
  report(scope, tail, 'is sent in a header: at most 256 ASCII characters, without line breaks');
}

function isDetector(name: string): name is DetectorName {
  return (DETECTOR_NAMES as readonly string[]).includes(name);
}

function report(scope: Problems, tail: ConfigPath, message: string): void {
  scope.problems.push({ path: [...scope.path, ...tail], message });
}
