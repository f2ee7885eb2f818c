import type { AuthorizationServer } from 'oauth4webapi';
import type { OAuthTls } from '../../../contracts/upstream-oauth.js';
import { type DiscoveryStep, undiscovered, unusable } from './discovery-error.js';
import type { Outside } from './outside.js';
import type { Reach } from './reach.js';

const WHAT = 'the metadata of the authorization server';

/** Metadata of an authorization server that a login can be made with. */
export type UsableServer = AuthorizationServer & {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
};

/**
 * RFC 8414 with the well-known part before the path, OpenID Connect with it before and behind (MCP 2025-11-25, "Authorization Server
 * Metadata Discovery").
 * @throws TokenError
 */
export async function readIssuer(
  out: Outside,
  issuer: string,
  tls: OAuthTls | null,
  server: string,
): Promise<UsableServer> {
  const at = { server, step: 'discovering the authorization server' } as const;
  const fault = out.reach.fault(issuer) ?? (issuer.includes('?') ? 'with a query' : undefined);
  if (fault !== undefined) throw unusable(at, `the server names an authorization server ${fault}`);
  const { lib } = out;
  const url = new URL(issuer);
  const found = await out.first(
    placesOf(url),
    { at, what: WHAT, tls },
    (options) => lib.discoveryRequest(url, { ...options, algorithm: 'oauth2' }),
    async (response) => {
      const metadata = await lib.processDiscoveryResponse(url, response);
      // The library compares URLs; to the letter they are what `iss` is compared with (RFC 8414 3.3, RFC 9207 2.4).
      if (metadata.issuer !== issuer) {
        const remedy = 'Set OAUTH_ISSUER to the issuer exactly as the authorization server writes it';
        throw unusable(at, `${WHAT} are of an issuer that is written in another way`, remedy);
      }
      return usable(metadata, out.reach, at);
    },
  );
  if (found === undefined) throw undiscovered(at, `${WHAT} are at none of the well-known places`);
  return found;
}

function placesOf({ origin, pathname }: URL): readonly string[] {
  const path = pathname.replace(/\/$/, '');
  return [
    ...new Set([
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
      `${origin}${path}/.well-known/openid-configuration`,
    ]),
  ];
}

const ENDPOINTS = [
  ['authorization_endpoint', true],
  ['token_endpoint', true],
  ['registration_endpoint', false],
  ['revocation_endpoint', false],
] as const;

function usable(metadata: AuthorizationServer, reach: Reach, at: DiscoveryStep): UsableServer {
  for (const [name, isNeeded] of ENDPOINTS) {
    const endpoint: unknown = metadata[name];
    if (endpoint === undefined && !isNeeded) continue;
    const fault = typeof endpoint === 'string' ? reach.fault(endpoint) : 'that is no URL';
    if (fault !== undefined) throw unusable(at, `${WHAT} name a ${name} ${fault}`);
  }
  // OAuth 2.1 7.5.2 and MCP: without this a stolen code is a login.
  if (!lists(metadata.code_challenge_methods_supported, 'S256')) {
    throw unusable(at, 'the authorization server does not say that it knows PKCE with S256');
  }
  const { grant_types_supported: grants, response_types_supported: types } = metadata;
  if (grants !== undefined && !lists(grants, 'authorization_code')) {
    throw unusable(at, 'the authorization server does not know the grant authorization_code');
  }
  if (types !== undefined && !lists(types, 'code')) {
    throw unusable(at, 'the authorization server does not know the response type code');
  }
  return metadata as UsableServer;
}

function lists(value: unknown, member: string): boolean {
  return Array.isArray(value) && value.includes(member);
}
