import type { TokenIssuer } from '../../config/inbound-oauth.js';
import type { TokenRefusal } from './token-refusal.js';
import type { UnverifiedToken } from './token-reader.js';

/** Longest value of a claim that names somebody or something. */
const MAX_NAME_CHARS = 256;
const MAX_SCOPES = 200;

/** What a token says, as far as the gateway asks. */
export interface TokenFacts {
  readonly issuer: string;
  readonly subject: string;
  /** Value of the claim that names the user. */
  readonly user: string;
  /** Whether the issuer vouches for an address in `user`. */
  readonly emailVerified: boolean;
  /** Value of the claim that names the project; null = it names none. */
  readonly project: string | null;
  readonly scopes: readonly string[];
  /** Epoch milliseconds, the tolerated skew included. */
  readonly expiresAt: number;
}

type Members = UnverifiedToken['claims'];

/**
 * Everything that must be right about a token beside its signature (RFC 9068 §4, RFC 8725 §3). Asked before the signature too: what
 * fails here costs no key and no fetch.
 * @param now epoch milliseconds
 */
export function factsOf(
  { header, claims }: UnverifiedToken,
  issuer: TokenIssuer,
  now: number,
): TokenFacts | TokenRefusal {
  const refusal = headerRefusal(header, issuer) ?? audienceRefusal(claims, issuer) ?? boundRefusal(claims, issuer);
  if (refusal !== null) return refusal;
  const expiresAt = timeOf(claims, 'exp');
  const notBefore = claims.has('nbf') ? timeOf(claims, 'nbf') : 0;
  if (expiresAt === null || notBefore === null) return 'token_claims';
  const skew = issuer.clockSkewSeconds * 1000;
  if (expiresAt + skew <= now) return 'token_expired';
  if (notBefore - skew > now) return 'token_not_yet';
  return namesOf(claims, issuer, expiresAt + skew);
}

function namesOf(claims: Members, issuer: TokenIssuer, expiresAt: number): TokenFacts | TokenRefusal {
  const subject = nameOf(claims, 'sub');
  const user = nameOf(claims, issuer.claims.user);
  const { project: projectClaim } = issuer.claims;
  const project = projectClaim !== null && claims.has(projectClaim) ? nameOf(claims, projectClaim) : null;
  const scopes = scopesOf(claims.get(issuer.claims.scopes));
  if (subject === null || user === null || scopes === null) return 'token_claims';
  if (project === null && projectClaim !== null && claims.has(projectClaim)) return 'token_claims';
  const emailVerified = claims.get('email_verified') === true;
  return { issuer: issuer.issuer, subject, user, emailVerified, project, scopes, expiresAt };
}

function headerRefusal(header: Members, issuer: TokenIssuer): TokenRefusal | null {
  const [alg, typ, kid] = [header.get('alg'), header.get('typ'), header.get('kid')];
  if (typeof alg !== 'string' || !issuer.algorithms.includes(alg)) return 'token_algorithm';
  if (!issuer.tokenTypes.has(typeName(typ))) return 'token_type';
  // Nothing that has to be understood (RFC 7515 §4.1.11) is; `jku`, `jwk`, `x5u` and `x5c` are not looked at (RFC 8725 §3.10).
  if (header.has('crit') || header.has('b64')) return 'token_malformed';
  return kid === undefined || (typeof kid === 'string' && kid.length <= MAX_NAME_CHARS) ? null : 'token_malformed';
}

/** `at+jwt` and `application/at+jwt` are one type (RFC 7515 §4.1.9); letter case does not matter. */
function typeName(typ: unknown): string {
  if (typ === undefined) return 'absent';
  if (typeof typ !== 'string') return '';
  const name = typ.toLowerCase().replace(/^application\//, '');
  return name === 'absent' ? '' : name;
}

function audienceRefusal(claims: Members, { audience }: TokenIssuer): TokenRefusal | null {
  const found = claims.get('aud');
  const isMeant = found === audience || (Array.isArray(found) && found.includes(audience));
  return isMeant ? null : 'token_audience';
}

/** A token that is bound to a key of its client proves nothing without that key's signature, which is not asked for here (RFC 7800, RFC 9449 §7.1). */
function boundRefusal(claims: Members, { allowedClients }: TokenIssuer): TokenRefusal | null {
  if (claims.has('cnf')) return 'token_claims';
  if (allowedClients === null) return null;
  const client = claims.get('client_id') ?? claims.get('azp');
  return typeof client === 'string' && allowedClients.has(client) ? null : 'token_client';
}

/** NumericDate (RFC 7519 §2) as epoch milliseconds. */
function timeOf(claims: Members, name: string): number | null {
  const value = claims.get(name);
  return typeof value === 'number' && value >= 0 && value < 1e11 ? value * 1000 : null;
}

function nameOf(claims: Members, name: string): string | null {
  const value = claims.get(name);
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_CHARS ? value : null;
}

/** A text with spaces (RFC 8693 §4.2) or, from some servers, a list. */
function scopesOf(value: unknown): readonly string[] | null {
  if (value === undefined) return [];
  const list: unknown[] = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [null];
  const scopes = list.filter((scope): scope is string => typeof scope === 'string');
  if (scopes.length !== list.length || scopes.length > MAX_SCOPES) return null;
  return Object.freeze(scopes.filter((scope) => scope !== ''));
}
