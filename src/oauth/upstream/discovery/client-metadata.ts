import { hash } from 'node:crypto';
import { isLoopbackHost, pathOfCallback } from '../../../config/oauth-urls.js';

/** Where the gateway says who it is as a client (draft-ietf-oauth-client-id-metadata-document). */
export const PATH_OF_METADATA = '/oauth/client-metadata/';
const ID_LENGTH = 32;
const PLACE = new RegExp(`^${PATH_OF_METADATA}([0-9a-f]{${String(ID_LENGTH)}})\\.json$`);

const GRANTS = ['authorization_code', 'refresh_token'];

/** The name of an authorization server in the gateway's addresses. */
function idOf(issuer: string): string {
  return hash('sha256', issuer, 'hex').slice(0, ID_LENGTH);
}

/**
 * Each discovered authorization server sends people back to an address of its own, so that none can pass an answer off as another's (RFC
 * 9700 4.4.2).
 */
export function redirectUriFor(origin: string, issuer: string): string {
  return `${origin}${pathOfCallback}/${idOf(issuer)}`;
}

/** The id of the gateway as a client with this redirect URI; null = authorization servers could not read what is behind it. */
export function clientIdFor(redirectUri: string): string | null {
  const { protocol, hostname, origin, pathname } = new URL(redirectUri);
  const [, id] = new RegExp(`^${pathOfCallback}/([0-9a-f]{${String(ID_LENGTH)}})$`).exec(pathname) ?? [];
  if (protocol !== 'https:' || isLoopbackHost(hostname) || id === undefined) return null;
  return `${origin}${PATH_OF_METADATA}${id}.json`;
}

/** What a client says of itself (RFC 7591 2). */
export interface ClientMetadata {
  readonly client_name: string;
  readonly client_uri?: string;
  readonly redirect_uris: string[];
  readonly grant_types: string[];
  readonly response_types: string[];
  readonly application_type: 'web' | 'native';
  readonly token_endpoint_auth_method: string;
}

/** @param known grants of the authorization server, which may refuse whoever asks for others */
export function clientMetadata(
  redirectUri: string,
  method: string,
  known: readonly unknown[] = GRANTS,
): ClientMetadata {
  const { protocol, origin } = new URL(redirectUri);
  const isWeb = protocol === 'https:';
  return {
    client_name: 'Secure MCP Gateway',
    ...(isWeb && { client_uri: origin }),
    redirect_uris: [redirectUri],
    grant_types: GRANTS.filter((grant) => known.includes(grant)),
    response_types: ['code'],
    // OpenID Connect Registration 2: http on this machine is for native clients alone.
    application_type: isWeb ? 'web' : 'native',
    token_endpoint_auth_method: method,
  };
}

/** The document that is served at a path; undefined = none. @param origin of the gateway as the public sees it */
export function documentAt(
  path: string,
  origin: string,
): (ClientMetadata & { readonly client_id: string }) | undefined {
  const [, id] = PLACE.exec(path) ?? [];
  if (id === undefined) return undefined;
  const redirectUri = `${origin}${pathOfCallback}/${id}`;
  const clientId = clientIdFor(redirectUri);
  return clientId === null ? undefined : { client_id: clientId, ...clientMetadata(redirectUri, 'none') };
}
