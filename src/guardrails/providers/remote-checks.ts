import { CallSignal, type CancelSignal } from '../../contracts/cancel-signal.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import type { RemoteCheck } from '../../contracts/remote-check.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import type { Verdict } from '../../contracts/verdict.js';
import { GatewayError } from '../../errors.js';
import type { CheckContext } from '../check-context.js';
import type { InputDecision, OutputDecision } from '../engine.js';
import { ProviderFailure } from './provider-failure.js';
import type { ProviderRecord } from './provider-record.js';
import { RemoteCase } from './remote-case.js';
import type { RemoteProviders } from './remote-providers.js';

/** How long the checks may take together, and who may end them earlier. */
export interface CheckLimit {
  readonly ms: number;
  readonly signal?: CancelSignal;
}

/** A definition, or what a server says of itself, after the local detectors. */
export interface LocalDefinition {
  readonly context: CheckContext;
  readonly value: Readonly<Record<string, unknown>>;
  readonly verdict: Verdict;
}

/** Asks the remote providers of a policy, in order, after the local detectors and while nothing blocks. */
export class RemoteChecks {
  constructor(
    private readonly providers: RemoteProviders,
    private readonly record: ProviderRecord,
  ) {}

  /** @throws GatewayError guardrail_unavailable, guardrail_timeout; the signal's reason */
  async input(
    policy: GuardrailPolicy,
    context: CheckContext,
    local: InputDecision,
    limit: CheckLimit,
  ): Promise<InputDecision> {
    const remote = new RemoteCase(policy, context, local, 'invalid_request');
    await this.run(policy, [remote], limit);
    const verdict = remote.verdict();
    const { value, vault } = remote;
    return { ...local, verdict, value, vault: verdict.kind === 'redact' ? vault : null };
  }

  /**
   * @param body as the upstream sent it, before anything is put back
   * @throws GatewayError guardrail_unavailable, guardrail_timeout; the signal's reason
   */
  async output(
    policy: GuardrailPolicy,
    context: CheckContext,
    local: { readonly decision: OutputDecision; readonly body: UpstreamBody },
    limit: CheckLimit,
  ): Promise<OutputDecision> {
    const { decision, body } = local;
    const value = body.kind === 'result' ? body.result : body.error;
    const outcome = { verdict: decision.verdict, value: { ...value }, vault: null };
    const remote = new RemoteCase(policy, context, outcome, 'upstream_protocol');
    await this.run(policy, [remote], limit);
    return { ...decision, verdict: remote.verdict() };
  }

  /** The verdicts in the order of the definitions. @throws GatewayError guardrail_unavailable, guardrail_timeout; the signal's reason */
  async definitions(
    policy: GuardrailPolicy,
    definitions: readonly LocalDefinition[],
    limit: CheckLimit,
  ): Promise<readonly Verdict[]> {
    const cases = definitions.map(({ context, value, verdict }) => {
      return new RemoteCase(policy, context, { value, verdict, vault: null }, 'upstream_protocol');
    });
    await this.run(policy, cases, limit);
    return cases.map((remote) => remote.verdict());
  }

  private async run(policy: GuardrailPolicy, cases: readonly RemoteCase[], limit: CheckLimit): Promise<void> {
    const over = new CallSignal();
    const end = (): void => {
      over.abort(limit.signal?.aborted === true ? limit.signal.reason : OUT_OF_TIME);
    };
    if (limit.signal?.aborted === true) end();
    limit.signal?.addEventListener('abort', end, { once: true });
    const timer = setTimeout(end, limit.ms);
    try {
      for (const check of policy.remote ?? []) {
        const open = cases.filter(({ isOpen }) => isOpen);
        if (open.length > 0) await this.ask(check, open, over);
      }
    } finally {
      clearTimeout(timer);
      limit.signal?.removeEventListener('abort', end);
    }
  }

  private async ask(check: RemoteCheck, open: readonly RemoteCase[], signal: CancelSignal): Promise<void> {
    const startedAt = performance.now();
    const { name: provider } = check.provider;
    const ms = (): number => Math.round(performance.now() - startedAt);
    const questions = open.map((remote) => remote.question(check));
    try {
      const answers = await this.providers.of(check.provider).check(questions, signal);
      open.forEach((remote, index) => {
        const answer = answers[index];
        if (answer === undefined) throw new ProviderFailure(provider, 'wrong_shape');
        remote.answered(answer, { provider, outcome: 'checked', ms: ms() });
      });
      this.record.ended(provider, null, check.failOpen);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      // What was to be redacted is never sent as it is: failing open is about checks.
      // Nor is what its sender caused: a text that is too long, or that the service refuses.
      const failsOpen = check.failOpen && !error.isSenders && questions.every(({ redact }) => redact === null);
      this.record.ended(provider, error, failsOpen);
      if (!failsOpen) throw refusal(error);
      for (const remote of open) {
        remote.failedOpen({ provider, outcome: 'failed_open', reason: error.reason, ms: ms() });
      }
    }
  }
}

const OUT_OF_TIME = new Error('the time for the check is over');

function refusal(failure: ProviderFailure): GatewayError {
  const code = failure.reason === 'timeout' ? 'guardrail_timeout' : 'guardrail_unavailable';
  const message = `${failure.message}. What cannot be checked does not pass.`;
  return new GatewayError(code, message, { cause: failure, retryable: failure.isRetryable });
}
