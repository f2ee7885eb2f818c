import type { UpstreamOAuth } from '../../../src/contracts/upstream-oauth.js';

let scopes = 0;

/** Client credentials at this token endpoint; each call is a token of its own unless `more` names one. */
export function oauthFor(tokenUrl: string, more: Partial<UpstreamOAuth> = {}): UpstreamOAuth {
  return {
    grant: 'client_credentials',
    tokenScope: `token-${String(++scopes)}`,
    issuer: null,
    clientId: 'gateway',
    authentication: { method: 'client_secret_basic', secret: 'client-secret-of-the-test' },
    tokenUrl,
    authorizationUrl: null,
    redirectUri: null,
    revocationUrl: null,
    ownEndpoints: [new URL(tokenUrl).host],
    scopes: [],
    audience: null,
    organization: null,
    resource: null,
    validatesScopes: true,
    enforcesHttps: false,
    expiryBufferMs: 300_000,
    tls: null,
    additionalParams: [],
    customHeaders: [],
    ...more,
  };
}
