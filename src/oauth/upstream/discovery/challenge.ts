import type { WWWAuthenticateChallenge } from 'oauth4webapi';

/** What a server says with HTTP 401 or 403 (RFC 6750 3, RFC 9728 5.1). */
export interface Challenge {
  /** It speaks of bearer tokens. */
  readonly isBearer: boolean;
  readonly error: string | null;
  readonly resourceMetadata: string | null;
  /** Scope tokens of RFC 6749 3.3. */
  readonly scopes: readonly string[];
}

const NONE: Challenge = { isBearer: false, error: null, resourceMetadata: null, scopes: [] };
const MAX_LENGTH = 8_192;
const MAX_SCOPES = 64;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

/** The Bearer challenge in a header WWW-Authenticate, which may hold several of different schemes. */
export async function readChallenge(header: string | undefined): Promise<Challenge> {
  if (header === undefined || header === '' || header.length > MAX_LENGTH) return NONE;
  const bearer = (await challengesIn(header)).find(({ scheme }) => scheme === 'bearer');
  if (bearer === undefined) return NONE;
  const { error = null, scope = '', resource_metadata: resourceMetadata = null } = bearer.parameters;
  return { isBearer: true, error, resourceMetadata, scopes: scopesIn(scope.split(' ')) };
}

/** Those that are scopes, sorted and each once. */
export function scopesIn(list: readonly unknown[]): readonly string[] {
  const scopes = list.filter((scope): scope is string => typeof scope === 'string' && SCOPE.test(scope));
  return [...new Set(scopes)].slice(0, MAX_SCOPES).sort();
}

/** The parser of oauth4webapi works on the answer to a request: this one is answered on the spot. */
async function challengesIn(header: string): Promise<readonly WWWAuthenticateChallenge[]> {
  const lib = await import('oauth4webapi');
  try {
    const response = new Response(null, { status: 401, headers: { 'www-authenticate': header } });
    await lib.protectedResourceRequest('-', 'GET', new URL('https://unused.invalid'), undefined, undefined, {
      [lib.customFetch]: () => Promise.resolve(response),
    });
  } catch (error) {
    if (error instanceof lib.WWWAuthenticateChallengeError) return error.cause;
  }
  return [];
}
