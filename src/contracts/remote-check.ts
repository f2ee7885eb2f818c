/** Services outside this process that can check text. */
export const PROVIDER_TYPES = ['enkrypt', 'http', 'openai_moderation'] as const;
export type ProviderType = (typeof PROVIDER_TYPES)[number];

/** One remote provider of the config, with its secrets resolved. Immutable; a reload makes new objects. */
export interface RemoteProviderSettings {
  /** As the config calls it; in messages, metrics and receipts. */
  readonly name: string;
  readonly type: ProviderType;
  /** Of the service (`enkrypt`, `openai_moderation`) or of the webhook itself (`http`); http or https, without a slash at its end. */
  readonly url: string;
  readonly apiKey: string | null;
  /** Signs the requests of a webhook; null = they are not signed. */
  readonly signingSecret: string | null;
  /** Model of an OpenAI-style service; null = the service's own default. */
  readonly model: string | null;
  /** Of one request. */
  readonly timeoutMs: number;
  readonly maxConcurrentRequests: number;
  /** SHA-256 (hex) of all of the above: a changed config gets new connections and a closed circuit breaker. */
  readonly hash: string;
}

/** Checks of an answer against its request that a service is asked for; scores from 0 to 1. */
export interface Comparisons {
  /** Below it the answer is not relevant; null = not asked. */
  readonly relevancy: number | null;
  /** Below it the answer does not adhere to its context; null = not asked. */
  readonly adherence: number | null;
  readonly hallucination: boolean;
}

/** True when one of the checks compares answers in this way. */
export function asksFor(comparison: keyof Comparisons, checks: readonly RemoteCheck[] = []): boolean {
  return checks.some(({ comparisons }) => comparisons[comparison] !== null && comparisons[comparison] !== false);
}

/** One step of a policy that asks a remote provider. */
export interface RemoteCheck {
  readonly provider: RemoteProviderSettings;
  /** The policy's name at the provider. */
  readonly policyName: string;
  /** True = what the provider could not check goes on. Text that is to be redacted never does. */
  readonly failOpen: boolean;
  /** True = the provider says what is personal data, which is replaced before the call. */
  readonly redactsPii: boolean;
  readonly comparisons: Comparisons;
}
