import { hashOf } from '../../../config/connection.js';
import { pathOfCallback } from '../../../config/oauth-urls.js';
import type { OAuthDiscovery, UpstreamOAuth } from '../../../contracts/upstream-oauth.js';
import { redirectUriFor } from './client-metadata.js';
import type { RegisteredClient } from './client-registrations.js';
import { type DiscoveryStep, unusable } from './discovery-error.js';
import type { UsableServer } from './issuer-metadata.js';
import type { Reach } from './reach.js';
import type { ResourceMetadata } from './resource-metadata.js';

/** Lets a client renew its tokens; not the server's affair, so that it stands in no challenge (SEP-2207). */
const OFFLINE = 'offline_access';

/** What was found out. */
interface Findings {
  readonly url: string;
  readonly resource: ResourceMetadata;
  readonly as: UsableServer;
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  /** Of the challenge. */
  readonly scopes: readonly string[];
}

/** The same as a config written by hand would give. */
export function discoveredOAuth(
  discovery: OAuthDiscovery,
  { url, resource: { resource, scopes: listed }, as, client, redirectUri, scopes }: Findings,
  reach: Reach,
): UpstreamOAuth {
  const { issuer, token_endpoint: tokenUrl, authorization_endpoint: authorizationUrl } = as;
  const revocationUrl = as.revocation_endpoint ?? null;
  const { audience, organization, additionalParams, customHeaders, expiryBufferMs, tls, validatesScopes } = discovery;
  const { clientId } = client;
  const urls = [tokenUrl, revocationUrl ?? tokenUrl];
  // The scopes that a server names are not part of it: it may name others tomorrow, and to another replica.
  const belongs = {
    issuer,
    clientId,
    resource,
    scopes: discovery.scopes,
    audience,
    organization,
    additionalParams,
    url,
  };
  return Object.freeze({
    grant: 'authorization_code',
    tokenScope: hashOf({ discovered: belongs }),
    issuer,
    issuerSendsIss: as.authorization_response_iss_parameter_supported === true,
    clientId,
    authentication: client.authentication,
    tokenUrl,
    authorizationUrl,
    redirectUri,
    revocationUrl,
    ownEndpoints: Object.freeze(reach.ownOf(urls)),
    scopes: scopesOf(discovery, scopes.length > 0 ? scopes : listed, as),
    audience,
    organization,
    resource,
    validatesScopes,
    enforcesHttps: [...urls, authorizationUrl].every((text) => new URL(text).protocol === 'https:'),
    expiryBufferMs,
    tls,
    additionalParams,
    customHeaders,
  });
}

/** MCP 2025-11-25, "Scope Selection Strategy": the challenge, else what the metadata list; before both, what the operator says. */
function scopesOf({ scopes: own }: OAuthDiscovery, asked: readonly string[], as: UsableServer): readonly string[] {
  if (own.length > 0) return own;
  const canRenew = Array.isArray(as.scopes_supported) && as.scopes_supported.includes(OFFLINE);
  return Object.freeze([...new Set([...asked, ...(canRenew ? [OFFLINE] : [])])].sort());
}

/**
 * Where people come back to. A client that was registered by hand has the one address that it was registered with.
 * @param publicUrl origin of the gateway; null = not known
 * @throws TokenError
 */
export function redirectUriOf(
  { redirectUri, clientId }: OAuthDiscovery,
  issuer: string,
  publicUrl: string | null,
  at: DiscoveryStep,
): string {
  const own = redirectUri === null ? null : new URL(redirectUri);
  if (redirectUri !== null && (clientId !== null || own?.pathname !== pathOfCallback)) return redirectUri;
  const origin = own?.origin ?? publicUrl;
  if (origin === null) {
    throw unusable(at, 'the gateway does not know under which address browsers reach it', 'Set public_url');
  }
  return clientId === null ? redirectUriFor(origin, issuer) : `${origin}${pathOfCallback}`;
}
