import { canonicalHost } from '../safe-fetch.js';
import type { OAuthScope } from './oauth-scope.js';

/** Where the gateway takes the answers of logins. */
export const pathOfCallback = '/oauth/callback';

type Endpoint = 'OAUTH_ISSUER' | 'OAUTH_TOKEN_URL' | 'OAUTH_AUTHORIZATION_URL' | 'OAUTH_REVOCATION_URL';

/**
 * A URL of the authorization server; null = left out, or wrong.
 * @param needed what it is, when it must be there
 */
export function resolveEndpoint(
  field: Endpoint,
  enforcesHttps: boolean,
  scope: OAuthScope,
  needed?: string,
): string | null {
  const text = needed === undefined ? scope.text(field) : scope.required(field, needed);
  if (text === null || text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    scope.report(field, 'must be an http or https URL');
    return null;
  }
  checkParts(field, url, scope);
  if (url.protocol === 'http:') refuseClearText(field, url, enforcesHttps, scope);
  return text;
}

function checkParts(field: Endpoint, url: URL, scope: OAuthScope): void {
  if (url.username !== '' || url.password !== '') scope.report(field, 'must not hold a user name or password');
  if (url.hash !== '') scope.report(field, 'must not have a fragment (RFC 6749 3.1)');
}

/** Secrets and codes go there. */
function refuseClearText(field: Endpoint, url: URL, enforcesHttps: boolean, scope: OAuthScope): void {
  if (enforcesHttps) {
    scope.report(field, 'must be an https URL (OAUTH_ENFORCE_HTTPS, which is on in version 2.1 unless set to false)');
  } else if (!isLoopbackHost(url.hostname)) scope.warn(field, 'secrets and tokens travel in clear; use https');
}

/** http only to this machine (RFC 8252 7.3; OAuth 2.1 2.3). */
export function resolveRedirectUri(scope: OAuthScope, needed = true): string | null {
  const field = 'OAUTH_REDIRECT_URI';
  const what = `the address of this gateway as registered for the client, with ${pathOfCallback}`;
  const text = needed ? scope.required(field, what) : scope.text(field);
  if (text === null || text === '') return null;
  checkRedirect(field, text, scope);
  return text;
}

function checkRedirect(field: 'OAUTH_REDIRECT_URI', text: string, scope: OAuthScope): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isSafe) scope.report(field, 'must be an https URL, or http on localhost');
  if (url !== undefined && url.hash !== '') scope.report(field, 'must not have a fragment (RFC 6749 3.1.2)');
}

/** An absolute URI without fragment (RFC 8707 2). */
export function resolveResource(scope: OAuthScope): string | null {
  const text = scope.text('OAUTH_RESOURCE');
  if (text === null) return null;
  if (!URL.canParse(text) || text.includes('#')) {
    scope.report('OAUTH_RESOURCE', 'must be an absolute URI without fragment (RFC 8707)');
  }
  return text;
}

/** True for names and addresses of this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** `host:port` as the guarded connector compares it. */
export function endpointOf({ protocol, hostname, port }: URL): string {
  return `${canonicalHost(hostname)}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
