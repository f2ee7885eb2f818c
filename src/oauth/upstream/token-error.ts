import { GatewayError } from '../../errors.js';
import type { VaultFault } from './token-vault.js';

/** Why a token could not be had: for metrics and for what comes next. */
export type TokenFailureReason =
  /** The authorization server said no. */
  | 'refused'
  | 'invalid_grant'
  /** The client is not known there, or no longer. */
  | 'invalid_client'
  | 'unreachable'
  | 'unusable_answer'
  | 'scope_missing'
  | 'vault'
  /** The server itself does not take the token. */
  | 'token_rejected'
  | 'insufficient_scope'
  /** Nobody says where tokens for the server are got. */
  | 'undiscovered'
  /** What is said of that must not be used, or cannot. */
  | 'unusable_metadata';

/** What was being done; the words of the message. */
export type TokenStep =
  | 'getting a token'
  | 'renewing the token'
  | 'finishing the login'
  | 'using the token'
  | 'discovering the authorization server'
  | 'registering the gateway';

interface Failure {
  readonly server: string;
  readonly step: TokenStep;
  readonly reason: TokenFailureReason;
  /** Continues `… failed: `. Never anything that the other side wrote. */
  readonly what: string;
  /** What to do, as a sentence without its full stop. */
  readonly remedy: string;
  /** Whether the same attempt may succeed in a moment. */
  readonly transient?: boolean;
}

/** No token, no call (architecture D8): names the server, the step and the remedy, and holds nothing secret, in its cause neither. */
export class TokenError extends GatewayError {
  readonly reason: TokenFailureReason;

  constructor({ server, step, reason, what, remedy, transient = false }: Failure) {
    super('upstream_token', `Server "${server}" was not called: ${step} failed: ${what}. ${remedy}.`, {
      retryable: transient,
    });
    this.reason = reason;
  }
}

export function rejected(server: string): TokenError {
  return new TokenError({
    server,
    step: 'using the token',
    reason: 'token_rejected',
    what: 'the server refuses tokens that were just issued (HTTP 401)',
    remedy: 'Check OAUTH_AUDIENCE, OAUTH_RESOURCE and OAUTH_SCOPE',
  });
}

export function vaultError(server: string, step: TokenStep, { message: what }: VaultFault): TokenError {
  const remedy = 'Check the Redis of the token vault';
  return new TokenError({ server, step, reason: 'vault', what, remedy, transient: true });
}
