import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { InboundOAuth } from '../../../src/config/inbound-oauth.js';
import { changed, type Json, problemsOf, sampleConfig, snapshotOf } from './sample-config.js';

const PATH = ['common_mcp_gateway_config', 'inbound_oauth'];
const ISSUER = 'https://idp.example.com/realms/acme';

function section(issuer: Record<string, Json> = {}, more: Record<string, Json> = {}): Json {
  return { resource: 'https://gateway.example.com/mcp', issuers: [{ issuer: ISSUER, ...issuer }], ...more };
}

function resolved(issuer: Record<string, Json> = {}): InboundOAuth {
  const found = snapshotOf(changed(PATH, section(issuer))).inboundOAuth;
  if (found === null) throw new Error('it is off');
  return found;
}

function faults(value: Json): string[] {
  return problemsOf(changed(PATH, value)).map(({ path, message }) => `${path}: ${message}`);
}

describe('inbound_oauth', () => {
  it('is off unless the config has it', () => {
    expect(snapshotOf(sampleConfig()).inboundOAuth).toBeNull();
  });

  it('takes asymmetric signatures for its own resource by default', () => {
    const issuer = resolved().issuers.get(ISSUER);
    expect(issuer).toMatchObject({
      audience: 'https://gateway.example.com/mcp',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      tokenTypes: new Set(['at+jwt', 'jwt']),
      allowedClients: null,
      unverifiedEmail: false,
      clockSkewSeconds: 30,
    });
  });

  it.each<[string, Record<string, Json>]>([
    ['alg none', { algorithms: ['none'] }],
    ['HS256', { algorithms: ['RS256', 'HS256'] }],
    ['no algorithm', { algorithms: [] }],
    ['an issuer over http', { issuer: 'http://idp.example.com' }],
    ['an issuer with a query', { issuer: 'https://idp.example.com/?a=b' }],
    ['an issuer with an empty fragment', { issuer: 'https://idp.example.com/#' }],
    ['an issuer with a password', { issuer: 'https://a:b@idp.example.com/' }],
    ['an issuer with a line break', { issuer: 'https://idp.example.com/\r\nX: y' }],
    ['an issuer with a quote', { issuer: 'https://idp.example.com/"' }],
    ['keys over http', { jwks_uri: 'http://idp.example.com/jwks' }],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['a scope with a space', { required_scopes: ['a b'] }],
    ['a scope with a line break', { required_scopes: ['a\r\nX: y'] }],
    ['a scope with a quote', { scopes: { 'a"b': {} } }],
    ['a misspelt key', { audiences: ['x'] }],
    ['a skew of an hour', { clock_skew: 3600 }],
  ])('refuses %s', (_what, issuer) => {
    expect(faults(section(issuer))).not.toEqual([]);
  });

  it.each<[string, Json]>([
    ['no issuers', { resource: 'https://g.example.com/mcp', issuers: [] }],
    ['no resource', { issuers: [{ issuer: ISSUER }] }],
    ['an issuer twice', section({}, { issuers: [{ issuer: ISSUER }, { issuer: ISSUER }] })],
    ['a resource with a fragment', section({}, { resource: 'https://g.example.com/mcp#x' })],
    ['a resource over http', section({}, { resource: 'http://g.example.com/mcp' })],
  ])('refuses %s as a whole', (_what, value) => {
    expect(faults(value)).not.toEqual([]);
  });

  it('takes an issuer on this machine over http', () => {
    expect(faults(section({ issuer: 'http://127.0.0.1:8080/realms/acme' }))).toEqual([]);
  });

  it('warns of users and projects that do not exist, and loads', () => {
    const { warnings } = snapshotOf(changed(PATH, section({ users: { sub: 'gone' }, project: 'gone' })));
    expect(warnings.map(({ path }) => path)).toEqual([
      'common_mcp_gateway_config.inbound_oauth.issuers[0].project',
      'common_mcp_gateway_config.inbound_oauth.issuers[0].users.sub',
    ]);
  });

  it('adds up what scopes open, tools and methods each for themselves', () => {
    const { accessOf } = resolved({
      scopes: {
        read: { methods: ['tools/list'] },
        call: { methods: ['tools/call'] },
        mail: { allow: [{ server: 'mail', tool: 'read_*' }] },
        files: { allow: [{ server: 'files' }] },
      },
    }).issuers.get(ISSUER)!;
    expect(accessOf([])).toBeNull();
    expect(accessOf(['other'])).toBeNull();
    expect(accessOf(['read'])).toEqual({ allow: [], methods: ['tools/list'], deny: [] });
    expect(accessOf(['read', 'call', 'mail', 'files'])).toEqual({
      allow: [
        { server: 'mail', tool: 'read_*' },
        { server: 'files', tool: '*' },
      ],
      methods: ['tools/list', 'tools/call'],
      deny: [],
    });
    expect(resolved().issuers.get(ISSUER)!.accessOf([])).toBeUndefined();
  });

  it('restricts only what a scope speaks of', () => {
    const { accessOf } = resolved({ scopes: { call: { methods: ['tools/*'] } } }).issuers.get(ISSUER)!;
    expect(accessOf(['call'])).toEqual({ methods: ['tools/*'], deny: [] });
  });

  it('has another fingerprint when anything of an issuer changes', () => {
    const prints = [{}, { clock_skew: 0 }, { audience: 'x' }, { users: { a: 'u1' } }, { required_scopes: ['a'] }].map(
      (issuer) => resolved(issuer).issuers.get(ISSUER)?.fingerprint,
    );
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe('docs/oauth.md', () => {
  const text = readFileSync(new URL('../../../docs/oauth.md', import.meta.url), 'utf8');
  const samples = [...text.matchAll(/<!-- config inbound_oauth -->\s+```json\n([\s\S]*?)```/g)].map(
    ([, json = '']) => json,
  );

  it('shows configs that load', () => {
    expect(samples.length).toBeGreaterThan(3);
    for (const sample of samples) expect(faults(JSON.parse(sample) as Json)).toEqual([]);
  });

  it('explains every reason of a refusal', () => {
    const source = readFileSync(new URL('../../../src/oauth/inbound/token-refusal.ts', import.meta.url), 'utf8');
    const reasons = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, reason = '']) => reason);
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => !text.includes(`\`${reason}\``))).toEqual([]);
  });
});

describe('the directory behind it', () => {
  const withUsers = (users: Json): InboundOAuth['directory'] => {
    const json = changed(PATH, section());
    (json as Record<string, Json>).users = users;
    return snapshotOf(json).inboundOAuth!.directory;
  };

  it('finds a user by the address, whatever its letter case', () => {
    const directory = withUsers({ u1: { email: 'Ann@Example.com' } });
    expect(directory.userWithEmail('ann@example.COM')).toBe('u1');
    expect(directory.userWithEmail('ann@example.org')).toBeNull();
    expect(directory.userWithEmail('')).toBeNull();
  });

  it('finds nobody when two have the address', () => {
    const directory = withUsers({ u1: { email: 'a@example.com' }, u2: { email: 'A@example.com' } });
    expect(directory.userWithEmail('a@example.com')).toBeNull();
  });

  it('does not take letters of another script for ours', () => {
    const directory = withUsers({ u1: { email: 'kim@example.com' } });
    // KELVIN SIGN, which becomes a plain k in lower case.
    expect(directory.userWithEmail('\u212aim@example.com')).toBeNull();
  });

  it('knows the project of who has one alone', () => {
    const json = changed(PATH, section());
    const { directory } = snapshotOf(json).inboundOAuth!;
    expect(directory.onlyProjectOf('u1')).toBe('p1');
    expect(directory.onlyProjectOf('nobody')).toBeNull();
    (json as { projects: Record<string, Json> }).projects.p2 = { project_name: 'second', users: ['u1'] };
    expect(snapshotOf(json).inboundOAuth!.directory.onlyProjectOf('u1')).toBeNull();
  });
});
