import { GatewayError } from '../../errors.js';
import { TokenError, type TokenStep } from './token-error.js';

/** What can be done about the error codes of RFC 6749 5.2 and RFC 8707 2. */
const REMEDIES = new Map([
  ['invalid_client', 'Check OAUTH_CLIENT_ID and how the client proves who it is'],
  ['unauthorized_client', 'Allow the client this grant at the authorization server'],
  ['unsupported_grant_type', 'Check OAUTH_GRANT_TYPE: the authorization server does not know it'],
  ['invalid_scope', 'Check OAUTH_SCOPE'],
  ['invalid_target', 'Check OAUTH_RESOURCE and OAUTH_AUDIENCE'],
  ['invalid_request', 'Check OAUTH_AUDIENCE, OAUTH_RESOURCE and OAUTH_ADDITIONAL_PARAMS'],
  ['invalid_grant', 'Log in again: secure-mcp-gateway oauth login'],
]);
const CODE = /^[a-z_]{1,64}$/;
/** Codes of X.509 verification, as Node passes them on from OpenSSL, and of names that do not fit. */
const DISTRUST = /^(?:[A-Z_]*CERT[A-Z_]*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_CERT_ALTNAME_INVALID)$/;
const CHECK_URL = 'Check OAUTH_TOKEN_URL and the authorization server';

/** Codes of oauth4webapi for an answer that is none. */
const UNUSABLE = new Map([
  ['OAUTH_PARSE_ERROR', 'the answer is not JSON'],
  ['OAUTH_RESPONSE_IS_NOT_JSON', 'the answer is not JSON'],
  ['OAUTH_INVALID_RESPONSE', 'the answer holds no usable token'],
  ['OAUTH_UNSUPPORTED_OPERATION', 'the token is of a type that cannot be used'],
  ['OAUTH_HTTP_REQUEST_FORBIDDEN', 'the URL is not https'],
]);

/**
 * What went wrong between the gateway and an authorization server. Takes over codes and statuses, never texts: an answer may hold a
 * token, and its words are a stranger's.
 */
export function tokenErrorOf(error: unknown, server: string, step: TokenStep): TokenError {
  if (error instanceof TokenError) return error;
  const at = { server, step };
  if (error instanceof GatewayError) return linkError(error, at);
  const { code, error: oauthError, status, cause } = shapeOf(error);
  if (oauthError !== undefined) return refusal(oauthError, status ?? 400, at);
  const known = UNUSABLE.get(code ?? '');
  if (known !== undefined) {
    return new TokenError({ ...at, reason: 'unusable_answer', what: known, remedy: CHECK_URL });
  }
  const answered = cause instanceof Response ? cause.status : status;
  if (answered === undefined) {
    return new TokenError({ ...at, reason: 'unusable_answer', what: 'the answer is not usable', remedy: CHECK_URL });
  }
  return statusError(answered, at);
}

interface At {
  readonly server: string;
  readonly step: TokenStep;
}

function linkError({ message, code, retryable, cause }: GatewayError, at: At): TokenError {
  const distrust = distrustIn(cause);
  if (distrust !== undefined) {
    const remedy = 'Check its certificate, or name its authority in OAUTH_CA_BUNDLE_PATH';
    const what = `the certificate of the authorization server is not trusted (${distrust})`;
    return new TokenError({ ...at, reason: 'unreachable', what, remedy });
  }
  const isLate = code === 'upstream_timeout';
  // The messages of safe-fetch and of strict JSON are fixed texts.
  const what = isLate ? 'the authorization server did not answer in time' : lowered(message);
  const transient = isLate || retryable;
  return new TokenError({
    ...at,
    reason: transient ? 'unreachable' : 'unusable_answer',
    what,
    remedy: CHECK_URL,
    transient,
  });
}

/** The code of Node for a certificate that was not accepted. */
function distrustIn(cause: unknown): string | undefined {
  for (let error = cause, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    const { code } = shapeOf(error);
    if (code !== undefined && DISTRUST.test(code)) return code;
  }
  return undefined;
}

function refusal(oauthError: string, status: number, at: At): TokenError {
  const code = CODE.test(oauthError) ? oauthError : 'an unknown error';
  const transient = status >= 500 || status === 429 || code === 'temporarily_unavailable' || code === 'server_error';
  const known = code === 'invalid_grant' || code === 'invalid_client' ? code : 'refused';
  // Who says "too many" is not asked again at once.
  const reason = transient && status !== 429 ? 'unreachable' : known;
  const what = `the authorization server answered ${code}`;
  return new TokenError({ ...at, reason, what, remedy: REMEDIES.get(code) ?? CHECK_URL, transient });
}

function statusError(status: number, at: At): TokenError {
  const redirects = status >= 300 && status < 400;
  const what = redirects
    ? `the authorization server redirects (HTTP ${String(status)}), which is not followed`
    : `the authorization server answered HTTP ${String(status)}`;
  const transient = status >= 500 || status === 429;
  const remedy = status === 401 ? (REMEDIES.get('invalid_client') ?? CHECK_URL) : CHECK_URL;
  const isRefusal = status === 401 || status === 429;
  const reason = isRefusal ? 'refused' : transient ? 'unreachable' : 'unusable_answer';
  return new TokenError({ ...at, reason, what, remedy, transient });
}

function shapeOf(error: unknown): { code?: string; error?: string; status?: number; cause?: unknown } {
  if (!(error instanceof Error)) return {};
  const { code, error: oauthError, status, cause } = error as Error & Record<string, unknown>;
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof oauthError === 'string' ? { error: oauthError } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    cause,
  };
}

function lowered(message: string): string {
  return (message.charAt(0).toLowerCase() + message.slice(1)).replace(/\.$/, '');
}
