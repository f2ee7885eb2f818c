import type { UpstreamOAuth } from '../../../contracts/upstream-oauth.js';
import { type LoginError, refusedThere } from './login-error.js';

/** Error codes of RFC 6749 4.1.2.1 and what they mean to a person. */
const REFUSALS = new Map([
  ['access_denied', 'The login was refused, there or by you.'],
  ['unauthorized_client', 'The authorization server does not let this gateway log people in.'],
  ['unsupported_response_type', 'The authorization server does not know this kind of login.'],
  ['invalid_scope', 'The authorization server refuses the scopes that were asked for.'],
  ['invalid_target', 'The authorization server refuses the resource that the token is for.'],
  ['server_error', 'The authorization server has failed.'],
  ['temporarily_unavailable', 'The authorization server is busy.'],
]);
const ASK_THE_OPERATOR = 'Ask the operator of the gateway to check the OAuth settings of this server.';

/**
 * The parameters that the browser brought back, once they are known to be an answer of this authorization server (RFC 9207, RFC 9700
 * 4.4): ready for TokenEndpoint.code.
 * @throws LoginError
 */
export async function checkedResponse(
  parameters: URLSearchParams,
  state: string,
  oauth: UpstreamOAuth,
): Promise<URLSearchParams> {
  const lib = await import('oauth4webapi');
  const issuer = issuerOf(parameters, oauth);
  const as = { issuer, authorization_response_iss_parameter_supported: oauth.issuerSendsIss === true };
  let checked: URLSearchParams;
  try {
    checked = lib.validateAuthResponse(as, { client_id: oauth.clientId }, parameters, state);
  } catch (error) {
    if (error instanceof lib.AuthorizationResponseError) throw refusalOf(error.error);
    throw notThisServer();
  }
  if (checked.get('code') === null) throw refusedThere('The authorization server sent no code.', ASK_THE_OPERATOR);
  return checked;
}

/**
 * Who the answer must come from. A config that names no issuer knows its server by address alone: an `iss` must then be of that origin.
 * @throws LoginError
 */
function issuerOf(parameters: URLSearchParams, { issuer, authorizationUrl, tokenUrl }: UpstreamOAuth): string {
  if (issuer !== null) return issuer;
  const named = parameters.get('iss');
  if (named === null) return new URL(tokenUrl).origin;
  const own = [authorizationUrl ?? tokenUrl, tokenUrl].map((url) => new URL(url).origin);
  if (URL.canParse(named) && own.includes(new URL(named).origin)) return named;
  throw notThisServer();
}

function notThisServer(): LoginError {
  return refusedThere('The answer is not from the authorization server that was asked (iss).', ASK_THE_OPERATOR);
}

function refusalOf(code: string): LoginError {
  return refusedThere(REFUSALS.get(code) ?? 'The authorization server has refused the login.');
}
