import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { maskedOAuth } from '../../../src/config/administration/oauth-secrets.js';
import { refuseForbiddenOAuth } from '../../../src/config/administration/oauth-permission.js';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { TestAuthority } from '../../support/certificates.js';
import { changed, type Json, load } from './sample-config.js';

const folder = mkdtempSync(join(tmpdir(), 'oauth-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SECRET = 'the-secret-of-the-client';
const MACHINE = {
  enabled: true,
  OAUTH_CLIENT_ID: 'gateway',
  OAUTH_CLIENT_SECRET: SECRET,
  OAUTH_TOKEN_URL: 'https://auth.example.com/token',
};
const PERSON = {
  ...MACHINE,
  OAUTH_VERSION: '2.1',
  OAUTH_GRANT_TYPE: 'authorization_code',
  OAUTH_AUTHORIZATION_URL: 'https://auth.example.com/authorize',
  OAUTH_REDIRECT_URI: 'http://localhost:8000/oauth/callback',
};
const REMOTE = { server_name: 'remote', config: { url: 'https://mcp.example.com/mcp' } };

function withOAuth(oauth: Json, server: Record<string, Json> = REMOTE): Json {
  return changed(['mcp_configs', 'c1', 'mcp_config', 1], { ...server, oauth_config: oauth });
}

function serverOf(oauth: Json, server?: Record<string, Json>): ServerEntry {
  const result = load(withOAuth(oauth, server));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const entry = result.snapshot.configs.get('c1')?.servers.get('remote');
  if (entry === undefined) throw new Error('no such server');
  return entry;
}

function problemsOf(oauth: Json, server?: Record<string, Json>): { path: string; message: string }[] {
  const result = load(withOAuth(oauth, server));
  return result.ok ? [] : [...result.problems];
}

const AT = 'mcp_configs.c1.mcp_config[1].oauth_config';

describe('oauth_config that is on', () => {
  it('has the defaults of version 2.0, and asks for the secret in the header of a client', () => {
    expect(serverOf(MACHINE).oauth).toMatchObject({
      grant: 'client_credentials',
      authentication: { method: 'client_secret_basic', secret: SECRET },
      expiryBufferMs: 300_000,
      validatesScopes: true,
      enforcesHttps: false,
      scopes: [],
      tls: null,
    });
  });

  it('enforces https in version 2.1 unless it is told not to', () => {
    expect(serverOf({ ...MACHINE, OAUTH_VERSION: '2.1' }).oauth?.enforcesHttps).toBe(true);
    expect(serverOf({ ...MACHINE, OAUTH_VERSION: '2.1', OAUTH_ENFORCE_HTTPS: false }).oauth?.enforcesHttps).toBe(false);
  });

  it('resolves references to its secrets', () => {
    const config = withOAuth({ ...MACHINE, OAUTH_CLIENT_SECRET: '${env:CLIENT_SECRET}' });
    const result = load(config, { CLIENT_SECRET: SECRET });
    const server = result.ok ? result.snapshot.configs.get('c1')?.servers.get('remote') : undefined;
    expect(server?.oauth?.authentication).toEqual({ method: 'client_secret_basic', secret: SECRET });
    expect(load(config)).toMatchObject({ ok: false, problems: [{ path: `${AT}.OAUTH_CLIENT_SECRET` }] });
  });

  it('is a login without a secret for a public client', () => {
    expect(serverOf({ ...PERSON, OAUTH_CLIENT_SECRET: null, OAUTH_SCOPE: 'b a  a' }).oauth).toMatchObject({
      grant: 'authorization_code',
      authentication: { method: 'none' },
      scopes: ['a', 'b'],
    });
  });

  it.each<[string, Json, string, RegExp]>([
    ['no token URL', { ...MACHINE, OAUTH_TOKEN_URL: '' }, 'OAUTH_TOKEN_URL', /is needed/],
    ['a token URL of another kind', { ...MACHINE, OAUTH_TOKEN_URL: 'ftp://x/' }, 'OAUTH_TOKEN_URL', /http or https/],
    [
      'credentials in a URL',
      { ...MACHINE, OAUTH_TOKEN_URL: 'https://a:b@auth.example.com/' },
      'OAUTH_TOKEN_URL',
      /user name/,
    ],
    ['a fragment', { ...MACHINE, OAUTH_TOKEN_URL: 'https://auth.example.com/#a' }, 'OAUTH_TOKEN_URL', /fragment/],
    ['no client id', { ...MACHINE, OAUTH_CLIENT_ID: null }, 'OAUTH_CLIENT_ID', /is needed/],
    ['no secret', { ...MACHINE, OAUTH_CLIENT_SECRET: null }, 'OAUTH_CLIENT_SECRET', /is needed/],
    [
      'http in version 2.1',
      { ...MACHINE, OAUTH_VERSION: '2.1', OAUTH_TOKEN_URL: 'http://auth.example.com/token' },
      'OAUTH_TOKEN_URL',
      /https/,
    ],
    ['no authorization URL', { ...PERSON, OAUTH_AUTHORIZATION_URL: null }, 'OAUTH_AUTHORIZATION_URL', /is needed/],
    ['no redirect URI', { ...PERSON, OAUTH_REDIRECT_URI: null }, 'OAUTH_REDIRECT_URI', /is needed/],
    [
      'a redirect in clear to another machine',
      { ...PERSON, OAUTH_REDIRECT_URI: 'http://gw.example.com/oauth/callback' },
      'OAUTH_REDIRECT_URI',
      /https/,
    ],
    ['2.1 without PKCE', { ...PERSON, OAUTH_USE_PKCE: false }, 'OAUTH_USE_PKCE', /PKCE/],
    ['plain PKCE', { ...PERSON, OAUTH_CODE_CHALLENGE_METHOD: 'plain' }, 'OAUTH_CODE_CHALLENGE_METHOD', /S256/],
    ['a fixed state', { ...PERSON, OAUTH_STATE: 'x' }, 'OAUTH_STATE', /anew/],
    ['a fixed verifier', { ...PERSON, OAUTH_CODE_VERIFIER: 'x' }, 'OAUTH_CODE_VERIFIER', /anew/],
    ['a fixed challenge', { ...PERSON, OAUTH_CODE_CHALLENGE: 'x' }, 'OAUTH_CODE_CHALLENGE', /anew/],
    ['a scope in quotes', { ...MACHINE, OAUTH_SCOPE: 'a "b"' }, 'OAUTH_SCOPE', /RFC 6749/],
    ['a resource with a fragment', { ...MACHINE, OAUTH_RESOURCE: 'https://a/#b' }, 'OAUTH_RESOURCE', /RFC 8707/],
    ['a relative resource', { ...MACHINE, OAUTH_RESOURCE: 'api' }, 'OAUTH_RESOURCE', /RFC 8707/],
    ['mTLS without a certificate', { ...MACHINE, OAUTH_USE_MTLS: true }, 'OAUTH_CLIENT_CERT_PATH', /is needed/],
    ['a certificate nobody can read', { ...MACHINE, OAUTH_CA_BUNDLE_PATH: '/nowhere' }, 'OAUTH_CA_BUNDLE_PATH', /read/],
    [
      'a parameter of ours',
      { ...MACHINE, OAUTH_ADDITIONAL_PARAMS: { scope: 'a' } },
      'OAUTH_ADDITIONAL_PARAMS.scope',
      /./,
    ],
    ['a header of ours', { ...MACHINE, OAUTH_CUSTOM_HEADERS: { Host: 'a' } }, 'OAUTH_CUSTOM_HEADERS.Host', /itself/],
    ['a broken header', { ...MACHINE, OAUTH_CUSTOM_HEADERS: { 'X-A': 'a\r\nb' } }, 'OAUTH_CUSTOM_HEADERS.X-A', /HTTP/],
    ['a negative buffer', { ...MACHINE, OAUTH_TOKEN_EXPIRY_BUFFER: -1 }, 'OAUTH_TOKEN_EXPIRY_BUFFER', /at least/],
    ['an unknown version', { ...MACHINE, OAUTH_VERSION: '1.0' }, 'OAUTH_VERSION', /must be one of/],
    ['an unknown grant', { ...MACHINE, OAUTH_GRANT_TYPE: 'password' }, 'OAUTH_GRANT_TYPE', /must be one of/],
    ['an unknown field', { ...MACHINE, OAUTH_TOKENURL: 'x' }, 'OAUTH_TOKENURL', /unknown/],
  ])('with %s is refused by the name of the field', (_what, oauth, field, message) => {
    const problems = problemsOf(oauth);
    expect(problems.map(({ path }) => path)).toContain(`${AT}.${field}`);
    expect(problems.find(({ path }) => path === `${AT}.${field}`)?.message).toMatch(message);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });

  it('does not go with a token that is configured, nor with a session for all and a login for each', () => {
    const headers = { authorization: 'Bearer x' };
    const server = { ...REMOTE, config: { url: 'https://mcp.example.com/mcp', headers } };
    expect(problemsOf(MACHINE, server)).toMatchObject([{ path: `${AT}.enabled` }]);
    expect(problemsOf(PERSON, { ...REMOTE, affinity: 'shared' })).toMatchObject([{ path: `${AT}.OAUTH_GRANT_TYPE` }]);
  });

  it('reads keys and certificates, and refuses those that do not fit', () => {
    const authority = TestAuthority.create();
    const { cert, key } = authority.issue('gateway');
    const other = join(folder, 'other.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const mtls = { ...MACHINE, OAUTH_CLIENT_SECRET: null, OAUTH_USE_MTLS: true, OAUTH_CLIENT_CERT_PATH: cert };
    expect(serverOf({ ...mtls, OAUTH_CLIENT_KEY_PATH: key }).oauth).toMatchObject({
      authentication: { method: 'tls_client_auth' },
      tls: { cert: readFileSync(cert, 'utf8').trimEnd() },
    });
    expect(problemsOf({ ...mtls, OAUTH_CLIENT_KEY_PATH: other })).toMatchObject([
      { path: `${AT}.OAUTH_CLIENT_KEY_PATH` },
    ]);
    expect(serverOf({ ...MACHINE, OAUTH_PRIVATE_KEY_PATH: other }).oauth?.authentication.method).toBe(
      'private_key_jwt',
    );
    expect(problemsOf({ ...MACHINE, OAUTH_PRIVATE_KEY_PATH: cert })).toMatchObject([
      { path: `${AT}.OAUTH_PRIVATE_KEY_PATH` },
    ]);
    authority.close();
  });
});

describe('the authorization server of a server that was made over the API', () => {
  it('is reached on the public internet alone', () => {
    const own = serverOf(MACHINE).oauth?.ownEndpoints;
    expect(own).toEqual(['auth.example.com:443', 'auth.example.com:443']);
    expect(serverOf(MACHINE, { ...REMOTE, managed_by: 'api' }).oauth?.ownEndpoints).toEqual([]);
  });
});

describe('oauth_config that is off', () => {
  it('loads with whatever it holds, and gives the server no tokens', () => {
    expect(serverOf({ ...PERSON, enabled: false, OAUTH_TOKEN_URL: '', OAUTH_STATE: 'x' }).oauth).toBeUndefined();
  });
});

describe('what a token belongs to', () => {
  const scopeOf = (oauth: Json, url = 'https://mcp.example.com/mcp') =>
    serverOf(oauth, { ...REMOTE, config: { url } }).oauth?.tokenScope;

  it.each<[string, Json]>([
    ['client', { ...MACHINE, OAUTH_CLIENT_ID: 'other' }],
    ['secret', { ...MACHINE, OAUTH_CLIENT_SECRET: 'other' }],
    ['authorization server', { ...MACHINE, OAUTH_TOKEN_URL: 'https://other.example.com/token' }],
    ['resource', { ...MACHINE, OAUTH_RESOURCE: 'https://mcp.example.com' }],
    ['audience', { ...MACHINE, OAUTH_AUDIENCE: 'a' }],
    ['scope', { ...MACHINE, OAUTH_SCOPE: 'a' }],
    ['parameters', { ...MACHINE, OAUTH_ADDITIONAL_PARAMS: { tenant: 'a' } }],
  ])('is another with another %s', (_what, oauth) => {
    expect(scopeOf(oauth)).not.toBe(scopeOf(MACHINE));
  });

  it('is another for another server, and the same for another buffer', () => {
    expect(scopeOf(MACHINE, 'https://evil.example.com/mcp')).not.toBe(scopeOf(MACHINE));
    expect(scopeOf({ ...MACHINE, OAUTH_TOKEN_EXPIRY_BUFFER: 10 })).toBe(scopeOf(MACHINE));
  });

  it('survives another secret when people have logged in, and another secret opens another session all the same', () => {
    const renewed = { ...PERSON, OAUTH_CLIENT_SECRET: 'other' };
    expect(scopeOf(renewed)).toBe(scopeOf(PERSON));
    expect(serverOf(renewed).configHash).not.toBe(serverOf(PERSON).configHash);
  });

  it('changes nothing for a server without oauth_config', () => {
    expect(serverOf({ enabled: false }).configHash).toBe(serverOf({ enabled: false, OAUTH_CLIENT_ID: 'x' }).configHash);
  });
});

describe('the admin API', () => {
  it('shows no secret of oauth_config', () => {
    const shown = maskedOAuth({
      ...MACHINE,
      OAUTH_ADDITIONAL_PARAMS: { password: SECRET },
      OAUTH_CUSTOM_HEADERS: { 'X-Key': SECRET, 'X-Ref': '${env:A}' },
      OAUTH_TOKEN_URL: `https://auth.example.com/token?key=${SECRET}`,
    });
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(shown).toMatchObject({ OAUTH_CLIENT_ID: 'gateway', OAUTH_CUSTOM_HEADERS: { 'X-Ref': '${env:A}' } });
  });

  const documentOf = (url: string, oauth: Json) => ({
    mcp_configs: { c: { mcp_config: [{ server_name: 'remote', config: { url }, oauth_config: oauth }] } },
  });
  const change = (url: string, oauth: Json) => () => {
    refuseForbiddenOAuth(documentOf('https://mcp.example.com/', MACHINE), documentOf(url, oauth), new Set());
  };

  it('moves no server that has tokens, and points none at the own network or at files', () => {
    expect(change('https://mcp.example.com/', MACHINE)).not.toThrow();
    expect(change('https://evil.example.com/', MACHINE)).toThrow('its tokens go to no other');
    const inside = { ...MACHINE, OAUTH_TOKEN_URL: 'http://169.254.169.254/token' };
    expect(change('https://mcp.example.com/', inside)).toThrow('outside the public internet');
    expect(change('https://mcp.example.com/', { ...MACHINE, OAUTH_CA_BUNDLE_PATH: '/etc/shadow' })).toThrow(
      'file alone',
    );
    expect(change('https://mcp.example.com/', { ...MACHINE, OAUTH_SCOPE: 'a' })).not.toThrow();
  });

  it.each([true, false])('takes references to no other authorization server, turned on: %s', (enabled) => {
    const own = { ...MACHINE, OAUTH_CLIENT_SECRET: '${env:CLIENT_SECRET}' };
    const from = documentOf('https://mcp.example.com/', own);
    const changed = (oauth: Record<string, Json>) => () => {
      refuseForbiddenOAuth(from, documentOf('https://mcp.example.com/', { ...own, enabled, ...oauth }), new Set());
    };
    expect(changed({ OAUTH_SCOPE: 'a' })).not.toThrow();
    expect(changed({ OAUTH_TOKEN_URL: 'https://evil.example.com/' })).toThrow('references');
    expect(changed({ OAUTH_SCOPE: '${env:CLIENT_SECRET}' })).toThrow('references');
    const off = { ...own, enabled: false };
    const moved = documentOf('https://evil.example.com/', off);
    expect(() => {
      refuseForbiddenOAuth(documentOf('https://mcp.example.com/', off), moved, new Set());
    }).toThrow('references');
  });
});
