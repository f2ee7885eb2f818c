import type { HookPolicy } from '../contracts/hook-policy.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { Verdict } from '../contracts/verdict.js';
import type { CheckContext } from '../guardrails/check-context.js';
import { GuardrailEngine, type InputDecision } from '../guardrails/engine.js';
import type { Deadline } from './deadline.js';
import type { HookOutcome, HookSubject } from './event-adapter.js';
import { coversTool } from '../glob.js';
import { withholdAll, withholdFindings } from './withhold.js';

type Blocked = Extract<Verdict, { kind: 'block' }>;

/** What the check found, and what is to be done. */
export interface Checked {
  readonly verdict: Verdict;
  readonly outcome: HookOutcome;
  /** True when the tool is one of `sensitive_tools` and nothing worse was found. */
  readonly isSensitive: boolean;
}

const ENGINE = new GuardrailEngine();
const WHAT = 'the guardrail check';

/**
 * Applies a policy to what a client showed (contract: detector x policy -> action). Where the value cannot be rewritten, `pii` in
 * `block` blocks even if the policy redacts.
 * @param policy the client's, switched on
 * @throws GatewayError `guardrail_unavailable` when there is no verdict in time
 */
export async function checkSubject(
  subject: HookSubject,
  policy: GuardrailPolicy,
  sensitiveTools: HookPolicy['sensitiveTools'],
  deadline: Deadline,
): Promise<Checked> {
  const applied = policy.redactPii && !subject.isRewritable ? withoutRedaction(policy) : policy;
  const { verdict, value } = await decide(applied, subject, deadline);
  if (verdict.kind === 'block') {
    const reason = blockReason(verdict, policy, subject);
    const shown = subject.direction === 'output' ? await withheld(subject, applied, verdict, deadline) : null;
    return { verdict, outcome: { kind: 'deny', reason, value: shown }, isSensitive: false };
  }
  const isSensitive = isSensitiveTool(subject, sensitiveTools);
  const reasons: string[] = [];
  if (verdict.kind === 'redact') {
    reasons.push(
      `Personal data was replaced by placeholders (${categoriesOf(verdict, ['pii'])}); they are not turned back.`,
    );
  }
  if (isSensitive) reasons.push(`${subject.tool ?? ''} is on the list of sensitive tools.`);
  if (reasons.length === 0) return { verdict, outcome: { kind: 'pass' }, isSensitive };
  const rewritten = verdict.kind === 'redact' ? value : null;
  return { verdict, outcome: { kind: 'ask', reason: reasons.join(' '), value: rewritten }, isSensitive };
}

function withoutRedaction(policy: GuardrailPolicy): GuardrailPolicy {
  const { remote, ...local } = policy;
  const plain = { ...local, redactPii: false };
  return remote === undefined ? plain : { ...plain, remote: remote.map((check) => ({ ...check, redactsPii: false })) };
}

/** The local detectors, then the providers of the policy; loaded only for policies that have some. */
async function decide(policy: GuardrailPolicy, subject: HookSubject, deadline: Deadline): Promise<InputDecision> {
  const context = contextOf(subject);
  const local = await deadline.wait(ENGINE.inspectInput(policy, subject.value, context), WHAT);
  if (policy.remote === undefined || local.verdict.kind === 'block') return local;
  const { askProviders } = await import('./ask-providers.js');
  return deadline.wait(askProviders(policy, context, local, deadline.leftMs), WHAT);
}

function contextOf({ direction, tool }: HookSubject): CheckContext {
  return { channel: direction === 'output' ? 'result' : 'argument', server: '', tool: tool ?? '' };
}

function isSensitiveTool({ tool, direction }: HookSubject, globs: readonly string[]): boolean {
  return tool !== null && direction === 'input' && globs.some((glob) => coversTool(glob, tool));
}

/** Output that has run already, without what was found in it. */
async function withheld(
  subject: HookSubject,
  policy: GuardrailPolicy,
  verdict: Blocked,
  deadline: Deadline,
): Promise<Record<string, unknown>> {
  const { value } = subject;
  const blocking = verdict.findings.filter(({ detector }) => verdict.detectors.includes(detector));
  const all = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withholdAll(member)]));
  // A provider that does not say where it found something may mean any of the texts.
  if (blocking.some(({ path }) => path === '')) return all();
  const copy = withholdFindings(value, blocking);
  const again = await deadline.wait(ENGINE.inspectInput(policy, copy, contextOf(subject)), WHAT);
  return again.verdict.kind === 'block' ? all() : copy;
}

function blockReason(verdict: Blocked, policy: GuardrailPolicy, { direction }: HookSubject): string {
  const found = verdict.detectors.map((detector) =>
    detector === 'truncated'
      ? 'it is longer than the scan budget'
      : `${detector} (${categoriesOf(verdict, [detector])})`,
  );
  const what = direction === 'output' ? 'The output of the tool' : 'This';
  return `${what} was blocked by the guardrail policy "${policy.policyName}": ${found.join(', ')}.`;
}

function categoriesOf(verdict: Verdict, detectors: readonly string[]): string {
  const categories = verdict.findings.filter(({ detector }) => detectors.includes(detector));
  return [...new Set(categories.map(({ category }) => category))].join(', ');
}
