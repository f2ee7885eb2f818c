import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';

/** True for a check that could not be made. */
export function isUnavailable(error: unknown): error is GatewayError {
  return (
    error instanceof GatewayError && (error.code === 'guardrail_unavailable' || error.code === 'guardrail_timeout')
  );
}

/** In the shape of the reference. */
export function serverBlocked(
  { name }: ServerEntry,
  reason: string,
  violations: readonly string[],
  cause?: unknown,
): GatewayError {
  return new GatewayError('server_blocked', `Server '${name}' blocked by security guardrails: ${reason}`, {
    cause,
    data: { server_name: name, blocked: true, violations },
  });
}

/** In the shape of the reference, which has another code for a check that took too long. */
export function toolsUnchecked({ name }: ServerEntry, error: GatewayError): GatewayError {
  const code = error.code === 'guardrail_timeout' ? 'guardrail_timeout' : 'definitions_unchecked';
  const message = `Tool validation failed for ${name}: ${error.message}`;
  return new GatewayError(code, message, {
    cause: error,
    retryable: error.retryable,
    data: {
      server_name: name,
      blocked: true,
      tools: [],
      source: 'discovery',
      blocked_tools: [],
      blocked_count: 0,
      blocked_reasons: [error.message],
    },
  });
}
