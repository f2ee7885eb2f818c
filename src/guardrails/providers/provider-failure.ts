/** Why a provider gave no answer to rely on. Stable: these are labels of a metric. */
export type FailureReason =
  | 'unauthorized'
  | 'refused'
  | 'rate_limited'
  | 'server_error'
  | 'not_json'
  | 'wrong_shape'
  | 'too_large'
  | 'timeout'
  | 'unreachable'
  | 'broken_off'
  | 'paused'
  | 'busy'
  | 'text_too_long'
  | 'not_aligned';

/** What is wrong, and what helps, in words of ours: nothing that the service wrote, which may repeat text or keys. */
const WORDS: Readonly<Record<FailureReason, string>> = {
  unauthorized: 'does not accept the API key; check api_key',
  refused: 'refused the request; check base_url and the name of the policy',
  rate_limited: 'asks for fewer requests ; try again later',
  server_error: 'had an error of its own',
  not_json: 'did not answer with valid JSON; check base_url',
  wrong_shape: 'answered in a shape that is not known, so its answer means nothing; check base_url',
  too_large: 'answered with more than can be an answer',
  timeout: 'did not answer in time',
  unreachable: 'cannot be reached; check base_url and the network',
  broken_off: 'broke off its answer',
  paused: 'failed several times in a row and is not asked for a moment',
  busy: 'has as many requests under way as it may have',
  text_too_long: 'was not asked, because the text is longer than it is ever asked about',
  not_aligned: 'changed more than personal data in the text, so that nothing could be put back',
};

/** Failures that the next request may not meet. */
const LASTING: ReadonlySet<FailureReason> = new Set(['unauthorized', 'refused', 'text_too_long', 'not_aligned']);

/** Statuses that speak of the request's content (RFC 9110 §15.5). */
const OF_THE_TEXT: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** A provider that gave no answer to rely on. The message is safe to show: it never holds text, keys or words of the service. */
export class ProviderFailure extends Error {
  readonly provider: string;
  readonly reason: FailureReason;
  /** HTTP status, when there was one. */
  readonly status: number | null;

  constructor(provider: string, reason: FailureReason, options: { cause?: unknown; status?: number } = {}) {
    const status = options.status === undefined ? '' : ` (HTTP ${String(options.status)})`;
    super(`The guardrail provider "${provider}" ${WORDS[reason]}${status}`, { cause: options.cause });
    this.name = 'ProviderFailure';
    this.provider = provider;
    this.reason = reason;
    this.status = options.status ?? null;
  }

  /** True for what the sender of the text can cause: one that is too long, or that the service does not take. */
  get isSenders(): boolean {
    return this.reason === 'text_too_long' || (this.reason === 'refused' && OF_THE_TEXT.has(this.status ?? 0));
  }

  /** True when the same question may be answered later. */
  get isRetryable(): boolean {
    return !LASTING.has(this.reason);
  }
}
