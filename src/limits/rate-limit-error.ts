import type { Limit } from '../contracts/limits.js';
import { GatewayError } from '../errors.js';

/** What a call found no room under, and when there may be some. */
export interface Shortage {
  readonly limit: Limit;
  readonly retryAfterMs: number;
}

/** Too much of something from somebody. Nothing was done, and the same may be tried again after a while. */
export class RateLimitError extends GatewayError {
  /** Whole seconds, at least one (RFC 9110 §10.2.3). */
  readonly retryAfterS: number;

  private constructor(
    message: string,
    retryAfterMs: number,
    /** For the audit line, such as `key.calls_per_minute`. */
    readonly reason: string,
    data: Readonly<Record<string, unknown>>,
  ) {
    const retryAfterS = Math.max(1, Math.ceil(retryAfterMs / 1000));
    super('rate_limited', `${message} Try again in ${String(retryAfterS)} s.`, {
      retryable: true,
      data: { code: 'rate_limited', ...data, retry_after_seconds: retryAfterS },
    });
    this.retryAfterS = retryAfterS;
  }

  /** A call that does not fit under a limit. */
  static ofCall({ limit: { scope, kind, max }, retryAfterMs }: Shortage): RateLimitError {
    const message = `The limit of this ${scope} is reached: ${kind} ${String(max)}.`;
    return new RateLimitError(message, retryAfterMs, `${scope}.${kind}`, { scope, limit: kind, max });
  }

  /** An address that sent too many wrong keys. */
  static ofAddress(retryAfterMs: number): RateLimitError {
    return new RateLimitError('Too many wrong keys came from this address.', retryAfterMs, 'address.failed_keys', {
      scope: 'address',
      limit: 'failed_keys_per_minute',
    });
  }
}
