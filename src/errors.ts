/** Stable codes of every failure the gateway itself raises. `src/mcp/error-map.ts` turns them into JSON-RPC, HTTP and envelope codes. */
export type GatewayErrorCode =
  /** The message is not valid JSON-RPC or MCP. */
  | 'invalid_request'
  /** The body is not parseable under the strict rules (UTF-8, depth, duplicate keys, JSON). */
  | 'parse_error'
  | 'method_not_found'
  | 'invalid_params'
  /** 2026 era: a header contradicts the body (spec 2026-07-28, -32020). */
  | 'header_mismatch'
  | 'unsupported_protocol_version'
  | 'session_required'
  | 'session_unknown'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'unsupported_media_type'
  | 'body_too_large'
  | 'header_too_large'
  /** A second standing GET stream on one session. */
  | 'stream_conflict'
  | 'unauthenticated'
  | 'forbidden'
  | 'unknown_tool'
  | 'guardrail_blocked'
  | 'unknown_server'
  /** A server or tool that an administrator switched off. */
  | 'disabled'
  /** The arguments do not fit the tool's input schema. */
  | 'arguments_invalid'
  | 'guardrail_unavailable'
  /** A check took longer than its limit; the same refusal, of which the reference has a code of its own. */
  | 'guardrail_timeout'
  /** What a server offers could not be checked, so nothing of it is shown. */
  | 'definitions_unchecked'
  /** The server's own description was blocked: none of its tools is shown. */
  | 'server_blocked'
  | 'overloaded'
  /** A rate limit, quota or limit of calls under way is reached. */
  | 'rate_limited'
  | 'upstream_unavailable'
  | 'upstream_timeout'
  | 'upstream_protocol'
  /** A token for a server could not be had, or the server does not take it: nothing was called. */
  | 'upstream_token'
  /** A person has to log in at a server's authorization server first; `data` says where. */
  | 'login_required'
  /** The same to a client that shows links itself: `data` is what MCP says of URL elicitation (-32042). */
  | 'url_elicitation'
  /** A server needs something of the client that the client did not declare (spec 2026-07-28, -32021). */
  | 'missing_capability'
  /** A server asked the client for something in the middle of a call, and the client did not give it. */
  | 'input_missing'
  | 'cancelled'
  | 'config_invalid'
  /** A safety invariant did not hold (unsealed call or result). Never expected; always a refusal. */
  | 'unsealed'
  | 'internal';

/** A failure with a message that is safe to show to the caller: it never holds payloads, keys or matched text. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  /** True when the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** Structured, safe detail for the wire (for example `{ supported: [...] }`). */
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: GatewayErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; data?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.data = options.data;
  }
}

/** The error as a GatewayError; anything unknown becomes `internal` with a message that tells nothing about the cause. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError('internal', 'Internal error. The gateway log has the cause.', { cause: error });
}
