import type { GatewayError } from '../../errors.js';
import { RateLimitError } from '../../limits/rate-limit-error.js';
import type { ClientRequest } from '../client-request.js';
import { surfaceOf } from '../error-map.js';

/** What a meta tool answers with: the payload as text and as structured content. */
export interface MetaAnswer {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

export function succeeded(payload: Readonly<Record<string, unknown>>): MetaAnswer {
  return { payload, isError: false };
}

interface Place {
  readonly operation: string;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
}

/** Codes whose users expect the reference's own strategy label; a label only, as there. */
const STRATEGIES: readonly (readonly [prefix: string, strategy: string, severity: string])[] = [
  ['AUTH_', 'fail_closed', 'high'],
  ['CONFIG_', 'fail_closed', 'high'],
  ['GUARD_', 'fail_closed', 'high'],
  ['TOOL_', 'retry', 'medium'],
  ['DISC_', 'fallback', 'medium'],
];

/** Of a server that is blocked as a whole, or whose tools could not be checked, the reference tells more beside the envelope. */
const TELLS_MORE: ReadonlySet<string> = new Set(['server_blocked', 'definitions_unchecked', 'guardrail_timeout']);

/** The reference's error envelope (fields and codes) for a failure of a meta tool. */
export function failed(request: ClientRequest, error: GatewayError, place: Place): MetaAnswer {
  const payload = envelope(request, error, place);
  return { payload: TELLS_MORE.has(error.code) ? { ...payload, ...error.data } : payload, isError: true };
}

export function envelope(request: ClientRequest, error: GatewayError, place: Place): Record<string, unknown> {
  const code = surfaceOf(error.code).envelope;
  const [, strategy, severity] = STRATEGIES.find(([prefix]) => code.startsWith(prefix)) ?? ['', 'escalate', 'high'];
  const timestamp = new Date().toISOString();
  return {
    status: 'error',
    error: {
      code,
      message: error.message,
      severity,
      recovery_strategy: strategy,
      correlation_id: request.requestId,
      timestamp,
      context: {
        request_id: request.requestId,
        user_id: request.principal.userId,
        session_id: request.session?.id ?? null,
        server_name: place.server ?? null,
        tool_name: place.tool ?? null,
        operation: place.operation,
      },
      details: {
        retry_after: error instanceof RateLimitError ? error.retryAfterS : null,
        user_message: error.message,
        technical_details: error instanceof RateLimitError ? error.reason : null,
        suggested_actions: error.retryable ? ['Try again in a moment.'] : [],
      },
      cause: null,
    },
    timestamp,
    correlation_id: request.requestId,
  };
}
