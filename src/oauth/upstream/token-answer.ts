import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';
import type { StoredToken } from './stored-token.js';
import { TokenError, type TokenStep } from './token-error.js';

/** What a token endpoint answers, as oauth4webapi has checked it. */
interface Answer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in?: number;
  readonly refresh_token?: string;
  readonly scope?: string;
}

/** A token without `expires_in` is taken for one of this life: an hour is what most servers give. */
const DEFAULT_LIFE_S = 3_600;
const MIN_LIFE_S = 1;
/** No token is believed for longer, whatever its server says. */
const MAX_LIFE_S = 86_400;
/** Visible ASCII: anything else would not stand in a header, or would end it (RFC 6750 2.1 allows less). */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/**
 * A checked answer as it is kept.
 * @param wall epoch milliseconds when it was asked for
 * @throws TokenError
 */
export function tokenOf(
  answer: Answer,
  at: {
    readonly oauth: UpstreamOAuth;
    readonly server: string;
    readonly step: TokenStep;
    readonly granted?: readonly string[];
  },
  wall: number,
): StoredToken {
  const { access_token: accessToken, refresh_token: refreshToken } = answer;
  if (answer.token_type.toLowerCase() !== 'bearer') throw unusable(at, 'the token is not a bearer token');
  if (!TOKEN.test(accessToken)) throw unusable(at, 'the token holds characters that no header can carry');
  if (refreshToken !== undefined && !TOKEN.test(refreshToken)) throw unusable(at, 'the refresh token is malformed');
  const scopes = answer.scope?.split(' ').filter((scope) => scope !== '') ?? at.granted ?? at.oauth.scopes;
  refuseMissingScope(scopes, at);
  // Each call would ask for another one.
  if (answer.expires_in !== undefined && answer.expires_in < MIN_LIFE_S) throw unusable(at, 'the token has no life');
  const lifeMs = Math.min(answer.expires_in ?? DEFAULT_LIFE_S, MAX_LIFE_S) * 1000;
  const asked = at.oauth.scopes;
  return { accessToken, refreshToken: refreshToken ?? null, scopes, asked, lifeMs, expiresAt: wall + lifeMs };
}

/** Fewer scopes than asked for are a token for something else (RFC 6749 3.3 obliges the server to say so). */
function refuseMissingScope(
  granted: readonly string[],
  { oauth, server, step }: { readonly oauth: UpstreamOAuth; readonly server: string; readonly step: TokenStep },
): void {
  if (!oauth.validatesScopes) return;
  const missing = oauth.scopes.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return;
  throw new TokenError({
    server,
    step,
    reason: 'scope_missing',
    what: `the authorization server did not grant the scopes ${missing.join(', ')}`,
    remedy: 'Allow them for the client there, or take them out of OAUTH_SCOPE',
  });
}

function unusable({ server, step }: { readonly server: string; readonly step: TokenStep }, what: string): TokenError {
  const remedy = 'Check that OAUTH_TOKEN_URL is the token endpoint of an OAuth 2 server';
  return new TokenError({ server, step, reason: 'unusable_answer', what, remedy });
}
