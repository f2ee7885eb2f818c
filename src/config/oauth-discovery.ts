import type { OAuthDiscovery } from '../contracts/upstream-oauth.js';
import { clientAuthentication, clientTls } from './oauth-client.js';
import {
  additionalParams,
  checkLogin,
  checkTarget,
  customHeaders,
  type OAuthTarget,
  scopesOf,
  type Surroundings,
} from './oauth-resolution.js';
import { OAuthScope } from './oauth-scope.js';
import { endpointOf, resolveEndpoint, resolveRedirectUri, resolveResource } from './oauth-urls.js';
import type { OAuthSection } from './schema-upstream-oauth.js';

/** What belongs to a client that is known to one authorization server: it is not shown to another one that an MCP server names. */
const NEED_ISSUER = [
  'OAUTH_CLIENT_SECRET',
  'OAUTH_PRIVATE_KEY_PATH',
  'OAUTH_CLIENT_CERT_PATH',
  'OAUTH_CA_BUNDLE_PATH',
] as const;
const MAPS_NEED_ISSUER = ['OAUTH_ADDITIONAL_PARAMS', 'OAUTH_CUSTOM_HEADERS'] as const;
const DEFAULT_BUFFER_MS = 300_000;

/**
 * What is known of a remote server whose authorization server the gateway has to find out: an `oauth_config` with authorization_code and
 * without its addresses, or none at all.
 * @param isFound whether a server without `oauth_config` may say that it needs tokens
 * @returns undefined = it is not discovered; null when something is wrong, as in resolveOAuth
 */
export function resolveDiscovery(
  section: OAuthSection | undefined,
  target: OAuthTarget,
  isFound: boolean,
  surroundings: Surroundings,
): OAuthDiscovery | null | undefined {
  const { connection } = target;
  if (connection.kind !== 'http') return undefined;
  if (section === undefined) return isFound && !hasAuthorization(connection) ? found(target) : undefined;
  if (!section.enabled || section.OAUTH_GRANT_TYPE !== 'authorization_code') return undefined;
  const scope = new OAuthScope(section, surroundings);
  const isNamed = section.OAUTH_TOKEN_URL != null || section.OAUTH_AUTHORIZATION_URL != null;
  return isNamed ? undefined : declared(target, scope, surroundings);
}

function declared(target: OAuthTarget, scope: OAuthScope, { problems }: Surroundings): OAuthDiscovery | null {
  const before = problems.length;
  checkTarget(target, scope);
  checkLogin(scope);
  const enforcesHttps = scope.section.OAUTH_ENFORCE_HTTPS ?? scope.section.OAUTH_VERSION === '2.1';
  const issuer = resolveEndpoint('OAUTH_ISSUER', enforcesHttps, scope);
  checkClient(issuer, scope);
  const settings = {
    issuer,
    clientId: scope.text('OAUTH_CLIENT_ID'),
    authentication: clientAuthentication(scope),
    redirectUri: resolveRedirectUri(scope, false),
    scopes: scopesOf(scope),
    audience: scope.text('OAUTH_AUDIENCE'),
    organization: scope.text('OAUTH_ORGANIZATION'),
    resource: resolveResource(scope),
    // What a server lists is more than a person may have; what the operator lists is needed.
    validatesScopes: (scope.section.OAUTH_VALIDATE_SCOPES ?? true) && scope.text('OAUTH_SCOPE') !== null,
    expiryBufferMs: scope.section.OAUTH_TOKEN_EXPIRY_BUFFER * 1000,
    tls: clientTls(scope),
    additionalParams: additionalParams(scope),
    customHeaders: customHeaders(scope),
  };
  if (problems.length > before) return null;
  return Object.freeze({ ...settings, isDeclared: true, ownEndpoints: ownEndpoints(target, issuer) });
}

function checkClient(issuer: string | null, scope: OAuthScope): void {
  const { section } = scope;
  if (section.OAUTH_REVOCATION_URL != null) {
    scope.report('OAUTH_REVOCATION_URL', 'comes from the metadata of the authorization server; remove it');
  }
  if (section.OAUTH_CLIENT_SECRET != null || section.OAUTH_PRIVATE_KEY_PATH != null) {
    scope.required('OAUTH_CLIENT_ID', 'the id that the secret or key belongs to');
  }
  if (issuer !== null) return;
  const filled = MAPS_NEED_ISSUER.filter((field) => scope.pairs(field).length > 0);
  const field = [...NEED_ISSUER.filter((name) => scope.text(name) !== null), ...filled][0];
  if (field === undefined) return;
  scope.report(
    'OAUTH_ISSUER',
    `is needed with ${field}: it goes to no authorization server that only the server names`,
  );
}

function found(target: OAuthTarget): OAuthDiscovery | undefined {
  // One session for all cannot have the token of one.
  if (target.affinity === 'shared') return undefined;
  return Object.freeze({
    isDeclared: false,
    issuer: null,
    clientId: null,
    authentication: Object.freeze({ method: 'none' }),
    redirectUri: null,
    ownEndpoints: ownEndpoints(target, null),
    scopes: Object.freeze([]),
    audience: null,
    organization: null,
    resource: null,
    validatesScopes: false,
    expiryBufferMs: DEFAULT_BUFFER_MS,
    tls: null,
    additionalParams: Object.freeze([]),
    customHeaders: Object.freeze([]),
  });
}

function ownEndpoints({ connection, isOwn }: OAuthTarget, issuer: string | null): readonly string[] {
  const named = [connection.kind === 'http' ? connection.url : null, issuer];
  const urls = named.flatMap((text) => (text !== null && URL.canParse(text) ? [new URL(text)] : []));
  return Object.freeze(urls.filter(isOwn).map(endpointOf));
}

function hasAuthorization({ headers }: { readonly headers: Readonly<Record<string, string>> }): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}
