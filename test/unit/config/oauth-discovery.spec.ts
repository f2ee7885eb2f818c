import { describe, expect, it } from '@jest/globals';
import type { LoadResult } from '../../../src/config/loader.js';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { changed, type Json, load } from './sample-config.js';

const SECRET = 'the-secret-of-the-client';
const ADDRESSES = {
  enabled: true,
  OAUTH_GRANT_TYPE: 'authorization_code',
  OAUTH_CLIENT_ID: 'gateway',
  OAUTH_TOKEN_URL: 'https://auth.example.com/token',
  OAUTH_AUTHORIZATION_URL: 'https://auth.example.com/authorize',
  OAUTH_REDIRECT_URI: 'http://localhost:8000/oauth/callback',
};
const REMOTE = { server_name: 'remote', config: { url: 'https://mcp.example.com/mcp' } };
const AT = 'mcp_configs.c1.mcp_config[1].oauth_config';

function loaded(server: Record<string, Json>, common: Record<string, Json> = {}): LoadResult {
  const config = changed(['mcp_configs', 'c1', 'mcp_config', 1], { server_name: 'remote', ...server });
  Object.assign((config as { common_mcp_gateway_config: object }).common_mcp_gateway_config, common);
  return load(config);
}

function entryOf(server: Record<string, Json>, common?: Record<string, Json>): ServerEntry | undefined {
  const result = loaded(server, common);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.snapshot.configs.get('c1')?.servers.get('remote');
}

function problemsOf(oauth: Json): { path: string; message: string }[] {
  const result = loaded({ ...REMOTE, oauth_config: oauth });
  return result.ok ? [] : [...result.problems];
}

describe('a remote server whose authorization server is found out', () => {
  const ASKED = { enabled: true, OAUTH_GRANT_TYPE: 'authorization_code' };
  const serverOf = (oauth: Json): ServerEntry | undefined => entryOf({ ...REMOTE, oauth_config: oauth });

  it('is one that asks for logins and names no addresses, or that says nothing of tokens', () => {
    const declared = serverOf(ASKED);
    expect(declared?.oauth).toBeUndefined();
    expect(declared?.discovery).toMatchObject({
      isDeclared: true,
      clientId: null,
      issuer: null,
      authentication: { method: 'none' },
      ownEndpoints: ['mcp.example.com:443'],
    });
    expect(entryOf({ config: REMOTE.config })?.discovery).toMatchObject({ isDeclared: false });
  });

  it.each<[string, Record<string, Json>, Record<string, Json>]>([
    ['has oauth_config that is off', { ...REMOTE, oauth_config: { enabled: false } }, {}],
    ['has an empty oauth_config', { ...REMOTE, oauth_config: {} }, {}],
    ['has its own Authorization', { config: { url: 'https://mcp.example.com', headers: { authorization: 'x' } } }, {}],
    ['is shared by all', { ...REMOTE, affinity: 'shared' }, {}],
    ['was made over the API', { ...REMOTE, managed_by: 'api' }, {}],
    ['is a process', { config: { command: 'node' } }, {}],
    ['is one of all, when that is off', { ...REMOTE }, { oauth_discovery: false }],
    ['names the addresses', { ...REMOTE, oauth_config: ADDRESSES }, {}],
  ])('is not one that %s', (_what, server, common) => {
    expect(entryOf(server, common)?.discovery).toBeUndefined();
  });

  it('shares the sessions of before when it says nothing of tokens, and none with another oauth_config', () => {
    const hashes = [
      entryOf({ ...REMOTE })?.configHash,
      entryOf({ ...REMOTE }, { oauth_discovery: false })?.configHash,
      serverOf(ASKED)?.configHash,
      serverOf({ ...ASKED, OAUTH_SCOPE: 'a' })?.configHash,
    ];
    expect(hashes[0]).toBe(hashes[1]);
    expect(new Set(hashes).size).toBe(3);
  });

  it.each<[Json, string, RegExp]>([
    [{ OAUTH_CLIENT_ID: 'c', OAUTH_CLIENT_SECRET: SECRET }, 'OAUTH_ISSUER', /needed with OAUTH_CLIENT_SECRET/],
    [{ OAUTH_ADDITIONAL_PARAMS: { key: SECRET } }, 'OAUTH_ISSUER', /needed with OAUTH_ADDITIONAL_PARAMS/],
    [{ OAUTH_CUSTOM_HEADERS: { 'x-key': SECRET } }, 'OAUTH_ISSUER', /needed with OAUTH_CUSTOM_HEADERS/],
    [{ OAUTH_ISSUER: 'https://a.example', OAUTH_CLIENT_SECRET: SECRET }, 'OAUTH_CLIENT_ID', /id that the secret/],
    [{ OAUTH_REVOCATION_URL: 'https://a.example/revoke' }, 'OAUTH_REVOCATION_URL', /comes from the metadata/],
    [{ OAUTH_TOKEN_URL: 'https://a.example/token' }, 'OAUTH_AUTHORIZATION_URL', /is needed/],
    [{ OAUTH_REDIRECT_URI: 'http://gateway.example.com/x' }, 'OAUTH_REDIRECT_URI', /https/],
  ])('with %j is refused at %s', (more, field, message) => {
    const problems = problemsOf({ ...ASKED, ...(more as Record<string, Json>) });
    expect(problems.find(({ path }) => path === `${AT}.${field}`)?.message).toMatch(message);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });

  it('may have an authorization server of the own network, when the operator names it', () => {
    const discovery = serverOf({ ...ASKED, OAUTH_ISSUER: 'https://login.corp/tenant' })?.discovery;
    expect(discovery?.ownEndpoints).toEqual(['mcp.example.com:443', 'login.corp:443']);
  });
});
