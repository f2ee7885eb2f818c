import type { Principal } from '../../contracts/principal.js';
import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';

/** Cannot occur in names and ids, which are checked at load. */
const SEPARATOR = '\u0000';

/** Whose token it is: the gateway's for client credentials, else one tenant's (user, project and config): never a project's. */
export function tokenKey(oauth: UpstreamOAuth, principal: Principal): string {
  const owner = oauth.grant === 'client_credentials' ? 'gateway' : `tenant${SEPARATOR}${principal.tenant}`;
  return `${owner}${SEPARATOR}${oauth.tokenScope}`;
}

/** One person's token, or the gateway's, for one server: a TokenUse. */
export function useFor(
  server: string,
  oauth: UpstreamOAuth,
  principal: Principal,
): Readonly<{ key: string; server: string; oauth: UpstreamOAuth; principal: Principal }> {
  return { key: tokenKey(oauth, principal), server, oauth, principal };
}
