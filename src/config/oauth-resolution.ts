import type { ServerConnection } from '../contracts/server-entry.js';
import type { NamedValues, UpstreamOAuth } from '../contracts/upstream-oauth.js';
import { hashOf } from './connection.js';
import { clientAuthentication, clientTls } from './oauth-client.js';
import { OAuthScope } from './oauth-scope.js';
import {
  endpointOf,
  isLoopbackHost,
  pathOfCallback,
  resolveEndpoint,
  resolveRedirectUri,
  resolveResource,
} from './oauth-urls.js';
import type { ConfigPath, RawProblem } from './problem.js';
import type { OAuthSection } from './schema-upstream-oauth.js';
import type { SecretSources } from './secret-reference.js';

/** The server that the tokens are for. */
export interface OAuthTarget {
  readonly connection: ServerConnection;
  readonly affinity: 'principal' | 'session' | 'shared';
  /** Whether the operator has named this address: of a server that was made over the API, only hosts that may be private. */
  readonly isOwn: (url: URL) => boolean;
}

/** Where a section is read. */
export interface Surroundings {
  /** Of the section. */
  readonly path: ConfigPath;
  readonly sources: SecretSources;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

/** Scope tokens of RFC 6749 3.3, with single spaces between. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: +[\x21\x23-\x5b\x5d-\x7e]+)*$/;
/** Parameters that the gateway sets itself. */
const OWN_PARAMS = new Set([
  'audience',
  'client_assertion',
  'client_assertion_type',
  'client_id',
  'client_secret',
  'code',
  'code_verifier',
  'grant_type',
  'organization',
  'redirect_uri',
  'refresh_token',
  'resource',
  'scope',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\u0020-\u007e]*$/;
/** Headers that frame the request or prove the client. */
const OWN_HEADERS = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'transfer-encoding',
]);
/** Values that the reference took from the config for its tests. A fixed one is known to whoever reads the file. */
const MADE_ANEW = ['OAUTH_STATE', 'OAUTH_CODE_VERIFIER', 'OAUTH_CODE_CHALLENGE'] as const;

/**
 * How tokens for a server are got, with every reference resolved; undefined = the server needs none.
 * @returns null when something is wrong; each fault is then in `problems` under the name of its field, and holds no value
 */
export function resolveOAuth(
  section: OAuthSection | undefined,
  target: OAuthTarget,
  surroundings: Surroundings,
): UpstreamOAuth | null | undefined {
  if (section?.enabled !== true) return undefined;
  const before = surroundings.problems.length;
  const scope = new OAuthScope(section, surroundings);
  checkTarget(target, scope);
  checkLogin(scope);
  const enforcesHttps = section.OAUTH_ENFORCE_HTTPS ?? section.OAUTH_VERSION === '2.1';
  const isLogin = section.OAUTH_GRANT_TYPE === 'authorization_code';
  const tls = clientTls(scope);
  const settings = {
    grant: section.OAUTH_GRANT_TYPE,
    issuer: resolveEndpoint('OAUTH_ISSUER', enforcesHttps, scope),
    clientId: scope.required('OAUTH_CLIENT_ID', 'the id of the gateway at the authorization server'),
    authentication: clientAuthentication(scope),
    tokenUrl: resolveEndpoint('OAUTH_TOKEN_URL', enforcesHttps, scope, 'the token endpoint') ?? '',
    authorizationUrl: resolveEndpoint(
      'OAUTH_AUTHORIZATION_URL',
      enforcesHttps,
      scope,
      isLogin ? 'the authorization endpoint, for authorization_code' : undefined,
    ),
    redirectUri: isLogin ? resolveRedirectUri(scope) : null,
    revocationUrl: resolveEndpoint('OAUTH_REVOCATION_URL', enforcesHttps, scope),
    scopes: scopesOf(scope),
    audience: scope.text('OAUTH_AUDIENCE'),
    organization: scope.text('OAUTH_ORGANIZATION'),
    resource: resolveResource(scope),
    validatesScopes: section.OAUTH_VALIDATE_SCOPES ?? true,
    enforcesHttps,
    expiryBufferMs: section.OAUTH_TOKEN_EXPIRY_BUFFER * 1000,
    tls,
    additionalParams: additionalParams(scope),
    customHeaders: customHeaders(scope),
  };
  if (surroundings.problems.length > before) return null;
  const urls = [settings.tokenUrl, settings.revocationUrl ?? settings.tokenUrl].map((text) => new URL(text));
  const ownEndpoints = urls.filter((url) => target.isOwn(url)).map(endpointOf);
  return Object.freeze({ ...settings, ownEndpoints, tokenScope: tokenScopeOf(settings, target) });
}

/** A token of one server must never go to another one, and who cannot prove to be the client gets none that was given to it. */
function tokenScopeOf(
  settings: Omit<UpstreamOAuth, 'tokenScope' | 'ownEndpoints'>,
  { connection }: OAuthTarget,
): string {
  const { grant, issuer, clientId, tokenUrl, authorizationUrl, scopes, audience, organization, resource } = settings;
  const { additionalParams: params, customHeaders: headers, authentication, tls } = settings;
  const rest = {
    grant,
    issuer,
    clientId,
    tokenUrl,
    authorizationUrl,
    scopes,
    audience,
    organization,
    resource,
    params,
  };
  const proof = grant === 'client_credentials' ? { headers, authentication, tls } : {};
  const to =
    connection.kind === 'http'
      ? { url: connection.url }
      : connection.kind === 'stdio'
        ? { command: connection.command, args: connection.args, env: connection.env }
        : {};
  return hashOf({ ...rest, validatesScopes: settings.validatesScopes, proof, to });
}

/** What goes for every server that tokens are sent to. */
export function checkTarget({ connection, affinity }: OAuthTarget, scope: OAuthScope): void {
  const { section } = scope;
  if (affinity === 'shared' && section.OAUTH_GRANT_TYPE === 'authorization_code') {
    scope.report('OAUTH_GRANT_TYPE', 'authorization_code gives each person a token; affinity "shared" has one for all');
  }
  if (connection.kind === 'http') {
    const own = Object.keys(connection.headers).find((name) => name.toLowerCase() === 'authorization');
    if (own !== undefined)
      scope.report('enabled', 'the server has an Authorization header already; remove one of them');
    noteClearText(connection.url, scope);
  }
  const isRemote = connection.kind === 'http';
  if (section.is_remote != null && section.is_remote !== isRemote) {
    const how = isRemote
      ? 'a remote server, which gets the token in a header'
      : 'a process, which gets it as variables';
    scope.warn('is_remote', `has no effect: this is ${how}`);
  }
  if (section.OAUTH_TOKEN_IN_HEADER_ONLY === false) {
    scope.warn(
      'OAUTH_TOKEN_IN_HEADER_ONLY',
      'has no effect: a token is sent to a remote server in a header, never in a URL',
    );
  }
}

function noteClearText(url: string, scope: OAuthScope): void {
  if (!URL.canParse(url)) return;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || isLoopbackHost(hostname)) return;
  if (scope.section.OAUTH_ENFORCE_HTTPS ?? scope.section.OAUTH_VERSION === '2.1') {
    scope.report('OAUTH_ENFORCE_HTTPS', 'the server has an http URL, and the token would travel in clear; use https');
  } else scope.warn('enabled', 'the server has an http URL: its token travels in clear');
}

/** What decides whether a login can be stolen is not left to the file. */
export function checkLogin(scope: OAuthScope): void {
  const { section } = scope;
  for (const field of MADE_ANEW) {
    if (scope.text(field) !== null) scope.report(field, 'is made anew for every login; remove it');
  }
  if (section.OAUTH_CODE_CHALLENGE_METHOD === 'plain') {
    scope.report('OAUTH_CODE_CHALLENGE_METHOD', 'plain protects nothing; use S256');
  }
  if (section.OAUTH_GRANT_TYPE !== 'authorization_code') return;
  if (section.OAUTH_USE_PKCE === false) {
    if (section.OAUTH_VERSION === '2.1') scope.report('OAUTH_USE_PKCE', 'OAuth 2.1 has no code flow without PKCE');
    else scope.warn('OAUTH_USE_PKCE', 'has no effect: PKCE is always used; servers that do not know it ignore it');
  }
  const redirect = scope.text('OAUTH_REDIRECT_URI');
  if (redirect !== null && URL.canParse(redirect) && new URL(redirect).pathname !== pathOfCallback) {
    scope.warn(
      'OAUTH_REDIRECT_URI',
      `the gateway's own path is ${pathOfCallback}: at another one on this machine it listens while somebody logs in, from elsewhere the code has to be carried over by hand (secure-mcp-gateway oauth login)`,
    );
  }
}

export function scopesOf(scope: OAuthScope): readonly string[] {
  const text = scope.text('OAUTH_SCOPE')?.trim() ?? '';
  if (text === '') return Object.freeze([]);
  if (!SCOPE.test(text)) {
    scope.report('OAUTH_SCOPE', 'must be scopes with spaces between (RFC 6749 3.3)');
    return [];
  }
  return Object.freeze([...new Set(text.split(/ +/))].sort());
}

export function additionalParams(scope: OAuthScope): NamedValues {
  const params = scope.pairs('OAUTH_ADDITIONAL_PARAMS');
  for (const [name] of params) {
    if (!OWN_PARAMS.has(name)) continue;
    scope.report(['OAUTH_ADDITIONAL_PARAMS', name], 'is set by the gateway itself; use the field for it');
  }
  return params;
}

export function customHeaders(scope: OAuthScope): NamedValues {
  const headers = scope.pairs('OAUTH_CUSTOM_HEADERS');
  for (const [name, value] of headers) {
    const at = ['OAUTH_CUSTOM_HEADERS', name];
    if (!HEADER_NAME.test(name)) scope.report(at, 'is not a usable HTTP header name');
    else if (OWN_HEADERS.has(name.toLowerCase())) scope.report(at, 'is set by the gateway itself; remove it');
    if (!HEADER_VALUE.test(value)) scope.report(at, 'the header value holds characters that HTTP does not allow');
  }
  return headers;
}
