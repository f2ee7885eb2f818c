import { GatewayError } from '../../../errors.js';
import { TokenError, type TokenStep } from '../token-error.js';

/** Where a message is from: the server, and what was being done. */
export interface DiscoveryStep {
  readonly server: string;
  readonly step: Extract<TokenStep, 'discovering the authorization server' | 'registering the gateway'>;
}

const BY_HAND = 'Set OAUTH_TOKEN_URL, OAUTH_AUTHORIZATION_URL and OAUTH_CLIENT_ID in oauth_config';

/** Metadata that must not be used, or that are missing. */
export function unusable(at: DiscoveryStep, what: string, remedy = BY_HAND): TokenError {
  return new TokenError({ ...at, reason: 'unusable_metadata', what, remedy });
}

/** The server does not say where tokens for it are got. */
export function undiscovered(at: DiscoveryStep, what: string): TokenError {
  return new TokenError({ ...at, reason: 'undiscovered', what, remedy: BY_HAND });
}

/** Codes of oauth4webapi for a document that is none. */
const UNUSABLE = new Map([
  ['OAUTH_PARSE_ERROR', 'not with JSON'],
  ['OAUTH_RESPONSE_IS_NOT_JSON', 'not with JSON'],
  ['OAUTH_INVALID_RESPONSE', 'with a document that is none of this kind'],
  ['OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED', 'for somebody else'],
]);

/** What came of asking for a document, without a word of the other side. @param what was asked for */
export function documentError(error: unknown, at: DiscoveryStep, what: string): TokenError {
  if (error instanceof TokenError) return error;
  if (error instanceof GatewayError) return linkError(error, at, what);
  const { code, name } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: undefined, name: '' };
  if (name === 'TimeoutError' || name === 'AbortError') return late(at, what);
  const how = UNUSABLE.get(typeof code === 'string' ? code : '');
  return unusable(at, how === undefined ? `${what} cannot be used` : `${what} is answered ${how}`);
}

/** A document that was refused by status. */
export function statusError(status: number, at: DiscoveryStep, what: string): TokenError {
  const number = String(status);
  if (status >= 300 && status < 400) return unusable(at, `${what} redirects (HTTP ${number}), which is not followed`);
  if (status < 500 && status !== 429) return unusable(at, `${what} is answered with HTTP ${number}`);
  return unreachable(at, `${what} is answered with HTTP ${number}`);
}

function linkError({ code, message, retryable }: GatewayError, at: DiscoveryStep, what: string): TokenError {
  if (code === 'upstream_timeout') return late(at, what);
  // The messages of safe-fetch are fixed texts.
  const why = `${what} cannot be had: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, '')}`;
  if (retryable) return unreachable(at, why);
  const remedy = 'Where it is yours and private, name it in OAUTH_ISSUER of the config file';
  return unusable(at, why, remedy);
}

function late(at: DiscoveryStep, what: string): TokenError {
  return unreachable(at, `${what} did not come in time`);
}

function unreachable(at: DiscoveryStep, what: string): TokenError {
  const remedy = 'Check that the server and its authorization server run';
  return new TokenError({ ...at, reason: 'unreachable', what, remedy, transient: true });
}
