import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../src/contracts/principal.js';
import { GatewayError } from '../../../src/errors.js';
import { readChallenge } from '../../../src/oauth/upstream/discovery/challenge.js';
import { TokenEndpoint } from '../../../src/oauth/upstream/token-endpoint.js';
import { useFor } from '../../../src/oauth/upstream/token-key.js';
import { MemoryVault } from '../../../src/oauth/upstream/token-vault.js';
import { type TokenUse, UpstreamTokens } from '../../../src/oauth/upstream/upstream-tokens.js';
import { OAuthTotals } from '../../../src/telemetry/oauth-totals.js';
import { issuing, ScriptedAuthorizationServer } from '../../support/scripted-authorization-server.js';
import { oauthFor } from './oauth-settings.js';

const ANN: Principal = {
  keyId: 'k',
  userId: 'ann',
  projectId: 'p',
  configId: 'c',
  tenant: 'ann_p_c',
  scopes: [],
  expiresAt: null,
};

let server: ScriptedAuthorizationServer;
/** Scopes of each login that was asked for. */
let logins: (readonly string[])[];
let tokens: UpstreamTokens;
beforeEach(async () => {
  server = await ScriptedAuthorizationServer.start();
  logins = [];
  tokens = new UpstreamTokens({
    endpoint: new TokenEndpoint(() => 10_000),
    vault: new MemoryVault(),
    totals: new OAuthTotals(),
    loginNeeded: ({ oauth }) => {
      logins.push(oauth.scopes);
      return new GatewayError('login_required', 'log in');
    },
  });
});
afterEach(async () => {
  tokens.close();
  await server.close();
});

describe('a server that asks for more scopes', () => {
  const login = (): TokenUse =>
    useFor(
      'crm',
      oauthFor(server.tokenUrl, { grant: 'authorization_code', scopes: ['read'], validatesScopes: false }),
      ANN,
    );
  /** What a login has brought. */
  const brought = (
    use: TokenUse,
    scopes: readonly string[],
    asked: readonly string[],
    leftMs = 3_600_000,
  ): Promise<void> =>
    tokens.adopt(use, {
      accessToken: `for-${asked.join('-')}`,
      refreshToken: 'refresh',
      scopes,
      asked,
      lifeMs: 3_600_000,
      expiresAt: Date.now() + leftMs,
    });

  it('gets them by a login for all scopes together, once', async () => {
    const use = login();
    await brought(use, ['read'], ['read']);
    const held = await tokens.token(use);
    await expect(tokens.wider(use, held.authorization, ['write'])).rejects.toMatchObject({ code: 'login_required' });
    expect(logins).toEqual([['read', 'write']]);
    await brought(use, ['read'], ['read', 'write']);
    const second = await tokens.token(use);
    await expect(tokens.wider(use, second.authorization, ['write'])).rejects.toThrow(/asks again .*already: write/);
    expect(logins).toHaveLength(1);
  });

  it('is sent the token that somebody else has got meanwhile', async () => {
    const use = login();
    await brought(use, ['read', 'write'], ['read', 'write']);
    const found = await tokens.wider(use, 'Bearer older', ['write']);
    expect(found.authorization).toBe('Bearer for-read-write');
  });

  it('has them after a renewal as well, which does not begin to ask again', async () => {
    const use = login();
    server.behaviour = issuing();
    await brought(use, ['read', 'more'], ['read', 'write', 'more'], -1);
    const held = await tokens.token(use);
    expect(held.authorization).toBe('Bearer token-1');
    expect(held.scopes).toEqual(['read', 'more']);
    await expect(tokens.wider(use, held.authorization, ['write'])).rejects.toThrow(/asks again/);
  });

  it('gets another token with client credentials when the config names no scopes', async () => {
    const use = useFor('crm', oauthFor(server.tokenUrl), ANN);
    const held = await tokens.token(use);
    const wider = await tokens.wider(use, held.authorization, ['write']);
    expect(server.seen.map(({ form }) => form.get('scope'))).toEqual([null, 'write']);
    expect(wider.authorization).not.toBe(held.authorization);
    await expect(tokens.wider(use, wider.authorization, ['write'])).rejects.toThrow(/asks again/);
    expect(server.seen).toHaveLength(2);
  });

  it('is an error with client credentials and scopes in the config', async () => {
    const use = useFor('crm', oauthFor(server.tokenUrl, { scopes: ['read'] }), ANN);
    const held = await tokens.token(use);
    await expect(tokens.wider(use, held.authorization, ['write'])).rejects.toThrow(/more scopes: write\. Add them to/);
    expect(server.seen).toHaveLength(1);
  });
});

describe('a challenge', () => {
  it.each([
    ['Bearer', { isBearer: true, error: null, scopes: [] }],
    [
      'bearer error=insufficient_scope, scope="b  a b"',
      { isBearer: true, error: 'insufficient_scope', scopes: ['a', 'b'] },
    ],
    ['Basic realm="a, Bearer b", Bearer scope="x"', { isBearer: true, scopes: ['x'] }],
    ['Bearer resource_metadata="https://a.example/x?y=\\"z"', { resourceMetadata: 'https://a.example/x?y="z' }],
    ['Basic realm="Bearer"', { isBearer: false }],
    ['Bearer scope="a\u007f b"', { isBearer: true, scopes: ['b'] }],
    ['', { isBearer: false }],
    ['"', { isBearer: false }],
    [`Bearer scope="${'x'.repeat(9_000)}"`, { isBearer: false }],
  ])('is read: %s', async (header, expected) => {
    expect(await readChallenge(header)).toMatchObject(expected);
  });

  it('takes no time, whatever it holds', async () => {
    const started = performance.now();
    for (const part of ['a=b,', 'a="', '\\"', 'Bearer ', ','])
      await readChallenge(`Bearer ${part.repeat(8_000 / part.length)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
