import { createHash } from 'node:crypto';
import type { UpstreamOAuth } from '../../../contracts/upstream-oauth.js';

/**
 * Where a browser is sent (RFC 6749 4.1.1) with PKCE S256 (RFC 7636 4.3), whatever the config says: servers that do not know it ignore it.
 * Parameters that stand in the configured address stay.
 */
export function authorizationRequest(
  oauth: UpstreamOAuth & { readonly authorizationUrl: string },
  {
    state,
    verifier,
    scopes,
  }: { readonly state: string; readonly verifier: string; readonly scopes: readonly string[] },
): string {
  const url = new URL(oauth.authorizationUrl);
  const parameters = new Map([
    ['response_type', 'code'],
    ['client_id', oauth.clientId],
    ['redirect_uri', oauth.redirectUri],
    ['state', state],
    ['code_challenge', createHash('sha256').update(verifier).digest('base64url')],
    ['code_challenge_method', 'S256'],
    ['scope', scopes.length === 0 ? null : scopes.join(' ')],
    ['audience', oauth.audience],
    ['organization', oauth.organization],
    ['resource', oauth.resource],
  ]);
  for (const [name, value] of parameters) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}
