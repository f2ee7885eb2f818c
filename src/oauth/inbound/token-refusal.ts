import { GatewayError } from '../../errors.js';

/** Why an access token was refused: for the log, never for the caller. */
export type TokenRefusal =
  | 'token_malformed'
  | 'token_issuer'
  | 'token_type'
  | 'token_algorithm'
  | 'token_audience'
  | 'token_expired'
  | 'token_not_yet'
  | 'token_claims'
  | 'token_key'
  | 'token_signature'
  | 'token_client'
  | 'token_user'
  | 'user_disabled'
  | 'project_disabled';

/** The token is good and not enough: its client may ask for more (RFC 6750 §3.1, MCP 2025-11-25 "Scope Challenge Handling"). */
export class InsufficientScopeError extends GatewayError {
  /** @param scopes what a token may need; space-separated in the challenge */
  constructor(readonly scopes: readonly string[]) {
    super('forbidden', 'The access token does not have the scopes that this needs.');
  }
}
