import { createHash } from 'node:crypto';
import type { InboundOAuth, TokenIssuer } from '../../config/inbound-oauth.js';
import { tenantOf } from '../../config/key-resolution.js';
import { AuthenticationError, type Caller } from './api-key.authenticator.js';
import type { TokenFacts } from './token-facts.js';
import { InsufficientScopeError } from './token-refusal.js';

/** Starts the key id of every principal with a token. Ids of keys are hexadecimal. */
export const TOKEN_KEY_ID = 'oauth-';

/**
 * Who holds a token, by the users and projects of the config, and what is left of the project's config under the token's scopes.
 * @returns why nobody or nothing, instead of throwing: it is kept with the token
 */
export function callerOf(
  facts: TokenFacts,
  issuer: TokenIssuer,
  { directory }: InboundOAuth,
): Caller | AuthenticationError | InsufficientScopeError {
  const userId = userOf(facts, issuer, directory);
  if (userId === null) return new AuthenticationError('token_user');
  const projectId = facts.project ?? issuer.project ?? directory.onlyProjectOf(userId);
  if (projectId === null) return new AuthenticationError('no_project');
  const access = issuer.accessOf(facts.scopes);
  const keyId = keyIdOf(facts);
  const membership = directory.membership(userId, projectId, { keyId, access: access ?? undefined });
  if (typeof membership === 'string') return new AuthenticationError(membership);
  const lacks = issuer.requiredScopes.some((scope) => !facts.scopes.includes(scope));
  if (lacks || access === null) return new InsufficientScopeError(issuer.scopesSupported);
  const { config, limits } = membership;
  const configId = config?.id ?? '';
  const principal = Object.freeze({
    keyId,
    userId,
    projectId,
    configId,
    // With the key id: two subjects that the operator maps to one user share no upstream session.
    tenant: tenantOf([userId, projectId, configId, keyId]),
    scopes: facts.scopes,
    expiresAt: facts.expiresAt,
    ...(limits === undefined ? {} : { limits }),
  });
  const { requiredScopes, scopesSupported } = issuer;
  const own = [...requiredScopes, ...facts.scopes].filter((scope) => scopesSupported.includes(scope));
  return Object.freeze({ principal, config, scopesFor: (method: string) => issuer.scopesFor(method, own) });
}

function userOf(facts: TokenFacts, issuer: TokenIssuer, directory: InboundOAuth['directory']): string | null {
  const mapped = issuer.users.get(facts.user);
  if (mapped !== undefined) return mapped;
  if (issuer.claims.user !== 'email') return directory.hasUser(facts.user) ? facts.user : null;
  // Some servers let people write any address into their profile.
  return facts.emailVerified || issuer.unverifiedEmail ? directory.userWithEmail(facts.user) : null;
}

/** A subject is unique within its issuer only (RFC 7519 §4.1.2); no issuer has a line break in its name. */
function keyIdOf({ issuer, subject }: TokenFacts): string {
  return TOKEN_KEY_ID + createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 16);
}
