import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../src/contracts/principal.js';
import type { UpstreamOAuth } from '../../../src/contracts/upstream-oauth.js';
import { GatewayError } from '../../../src/errors.js';
import { TokenEndpoint } from '../../../src/oauth/upstream/token-endpoint.js';
import { tokenKey } from '../../../src/oauth/upstream/token-key.js';
import { MemoryVault } from '../../../src/oauth/upstream/token-vault.js';
import { type TokenUse, UpstreamTokens } from '../../../src/oauth/upstream/upstream-tokens.js';
import { OAuthTotals } from '../../../src/telemetry/oauth-totals.js';
import { answerJson, issuing, ScriptedAuthorizationServer } from '../../support/scripted-authorization-server.js';
import { eventually } from '../../support/gateway.js';
import { oauthFor } from './oauth-settings.js';

const HOUR_MS = 3_600_000;

function principal(user: string): Principal {
  const tenant = `${user}_p_c`;
  return { keyId: 'k', userId: user, projectId: 'p', configId: 'c', tenant, scopes: [], expiresAt: null };
}

let server: ScriptedAuthorizationServer;
let clock: { now: number; skew: number };
let tokens: UpstreamTokens;
let totals: OAuthTotals;
let vault: MemoryVault;

beforeEach(async () => {
  server = await ScriptedAuthorizationServer.start();
  clock = { now: 1_000_000, skew: 0 };
  vault = new MemoryVault();
  totals = new OAuthTotals();
  tokens = newTokens();
});
afterEach(async () => {
  tokens.close();
  await server.close();
});

function wall(): number {
  return 1_790_000_000_000 + clock.now + clock.skew;
}

/** One replica. */
function newTokens(): UpstreamTokens {
  return new UpstreamTokens({
    endpoint: new TokenEndpoint(() => 5_000, wall),
    vault,
    totals,
    loginNeeded: ({ server: name }) => new GatewayError('login_required', `log in at ${name}`),
    clock: { monotonic: () => clock.now, wall },
  });
}

function useOf(more: Partial<UpstreamOAuth> = {}, user = 'ann'): TokenUse {
  const oauth = oauthFor(server.tokenUrl, more);
  const who = principal(user);
  return { key: tokenKey(oauth, who), server: 'crm', oauth, principal: who };
}

async function authorization(use: TokenUse): Promise<string> {
  return (await tokens.token(use)).authorization;
}

describe('a token', () => {
  it('is asked for once by a crowd, and then at hand without waiting', async () => {
    const use = useOf();
    const all = await Promise.all(Array.from({ length: 200 }, () => authorization(use)));
    expect(new Set(all)).toEqual(new Set(['Bearer token-1']));
    expect(server.seen).toHaveLength(1);
    expect(tokens.token(use)).not.toBeInstanceOf(Promise);
  });

  it('belongs to the gateway for client credentials, and to one person for a login', () => {
    const shared = { tokenScope: 'one' };
    expect(useOf(shared, 'ann').key).toBe(useOf(shared, 'bob').key);
    const login = { tokenScope: 'one', grant: 'authorization_code' } as const;
    expect(useOf(login, 'ann').key).not.toBe(useOf(login, 'bob').key);
    expect(useOf(login, 'ann').key).not.toBe(useOf(shared, 'ann').key);
  });

  it('is renewed beside the calls once it is due, and nobody waits for that', async () => {
    const use = useOf();
    await authorization(use);
    clock.now += HOUR_MS - 300_000 + 1;
    const found = Array.from({ length: 200 }, () => tokens.token(use));
    expect(found.every((one) => !(one instanceof Promise))).toBe(true);
    await eventually(
      () => authorization(use),
      (value) => value === 'Bearer token-2',
    );
    expect(server.seen).toHaveLength(2);
  });

  it('that has ended is never used, and a crowd waits for one renewal', async () => {
    const use = useOf();
    await authorization(use);
    clock.now += HOUR_MS + 1;
    const all = await Promise.all(Array.from({ length: 200 }, () => authorization(use)));
    expect(new Set(all)).toEqual(new Set(['Bearer token-2']));
    expect(server.seen).toHaveLength(2);
    expect(totals.expirations).toBeGreaterThan(0);
  });

  it('of a short life is not renewed all the time', async () => {
    server.behaviour = issuing({ expires_in: 60 });
    const use = useOf();
    await authorization(use);
    clock.now += 29_000;
    await authorization(use);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['an hour forwards', HOUR_MS],
    ['an hour back', -HOUR_MS],
    ['a year back', -365 * 24 * HOUR_MS],
  ])('is neither renewed early nor kept too long when the clock jumps %s', async (_what, skew) => {
    const use = useOf();
    await authorization(use);
    clock.skew = skew;
    await Promise.all(Array.from({ length: 50 }, () => authorization(use)));
    expect(server.seen).toHaveLength(1);
    clock.now += HOUR_MS + 1;
    expect(await authorization(use)).toBe('Bearer token-2');
    expect(server.seen).toHaveLength(2);
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'of another replica whose clock is %d ms off is asked for at most once more',
    async (skew) => {
      const use = useOf();
      await authorization(use);
      clock.skew = skew;
      tokens = newTokens();
      await Promise.all(Array.from({ length: 50 }, () => authorization(use)));
      expect(server.seen.length).toBeLessThanOrEqual(2);
      // Not for longer than its whole life, whatever the other clock says.
      clock.now += HOUR_MS + 1;
      const before = server.seen.length;
      await authorization(use);
      expect(server.seen.length).toBe(before + 1);
    },
  );
});

describe('a token that cannot be had', () => {
  it('is an error for everybody, and asked for again only after a pause that grows', async () => {
    server.behaviour = (_request, response) => {
      answerJson(response, 400, { error: 'invalid_client' });
    };
    const use = useOf();
    const crowd = async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => authorization(use)));
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    };
    await crowd();
    await crowd();
    expect(server.seen).toHaveLength(1);
    clock.now += 1_001;
    await crowd();
    expect(server.seen).toHaveLength(2);
    clock.now += 1_001;
    await crowd();
    expect(server.seen).toHaveLength(2);
  });

  it('is asked for three times while the authorization server is not well', async () => {
    let count = 0;
    server.behaviour = (request, response) => {
      if (++count < 3) response.writeHead(503).end();
      else issuing()(request, response);
    };
    expect(await authorization(useOf())).toBe('Bearer token-1');
    expect(server.seen).toHaveLength(3);
  });

  it('does not end the one that is still valid', async () => {
    const use = useOf();
    await authorization(use);
    server.behaviour = (_request, response) => {
      answerJson(response, 400, { error: 'invalid_client' });
    };
    clock.now += HOUR_MS - 1_000;
    expect(await authorization(use)).toBe('Bearer token-1');
    await eventually(
      () => server.seen.length,
      (seen) => seen === 2,
    );
    expect(await authorization(use)).toBe('Bearer token-1');
    clock.now += 2_000;
    await expect(authorization(use)).rejects.toMatchObject({ code: 'upstream_token' });
  });
});

describe('a token that the server refuses', () => {
  it('is replaced once for a crowd', async () => {
    const use = useOf();
    const refused = await authorization(use);
    clock.now += 60_000;
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.another(use, refused)));
    expect(new Set(all.map((held) => held.authorization))).toEqual(new Set(['Bearer token-2']));
    expect(server.seen).toHaveLength(2);
  });

  it('is not replaced again at once when the new one is refused as well', async () => {
    const use = useOf();
    const { authorization: second } = await tokens.another(use, 'Bearer other');
    await expect(tokens.another(use, second)).rejects.toMatchObject({ reason: 'token_rejected' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('the token of a login', () => {
  const login = { grant: 'authorization_code', tokenScope: 'login' } as const;
  const stored = (refreshToken: string | null) => ({
    accessToken: 'first',
    refreshToken,
    scopes: [],
    lifeMs: HOUR_MS,
    expiresAt: wall() + HOUR_MS,
  });

  it('is never got without one', async () => {
    await expect(authorization(useOf(login))).rejects.toMatchObject({ code: 'login_required' });
    expect(server.seen).toHaveLength(0);
  });

  it('is of nobody else', async () => {
    await tokens.adopt(useOf(login, 'ann'), stored(null));
    expect(await authorization(useOf(login, 'ann'))).toBe('Bearer first');
    await expect(authorization(useOf(login, 'bob'))).rejects.toMatchObject({ code: 'login_required' });
  });

  it('is refreshed, and the rotated refresh token is kept before the new token is used', async () => {
    const use = useOf(login);
    await tokens.adopt(use, stored('refresh-1'));
    server.behaviour = issuing({ refresh_token: 'refresh-2' });
    clock.now += HOUR_MS + 1;
    const order: string[] = [];
    const write = vault.write.bind(vault);
    vault.write = async (key, token) => {
      await write(key, token);
      order.push(`kept ${String(token.refreshToken)}`);
    };
    await tokens.token(use);
    order.push('used');
    expect(order).toEqual(['kept refresh-2', 'used']);
    expect(server.seen[0]?.form.get('refresh_token')).toBe('refresh-1');
    clock.now += HOUR_MS + 1;
    await tokens.token(use);
    expect(server.seen[1]?.form.get('refresh_token')).toBe('refresh-2');
  });

  it('keeps its refresh token when the authorization server does not rotate', async () => {
    const use = useOf(login);
    await tokens.adopt(use, stored('refresh-1'));
    clock.now += HOUR_MS + 1;
    await tokens.token(use);
    expect((await vault.read(use.key))?.refreshToken).toBe('refresh-1');
  });

  it('is gone when the authorization server does not know its refresh token any more, and is not asked for in a loop', async () => {
    const use = useOf(login);
    await tokens.adopt(use, stored('refresh-1'));
    server.behaviour = (_request, response) => {
      answerJson(response, 400, { error: 'invalid_grant' });
    };
    clock.now += HOUR_MS + 1;
    for (let i = 0; i < 20; i++) {
      await expect(authorization(use)).rejects.toMatchObject({ code: 'login_required' });
    }
    expect(server.seen).toHaveLength(1);
    expect(await vault.read(use.key)).toBeNull();
  });

  it('survives a refresh that was not answered', async () => {
    const use = useOf(login);
    await tokens.adopt(use, stored('refresh-1'));
    server.behaviour = (_request, response) => {
      response.destroy();
    };
    clock.now += HOUR_MS + 1;
    await expect(authorization(use)).rejects.toMatchObject({ reason: 'unreachable' });
    expect(server.seen).toHaveLength(1);
    server.behaviour = issuing();
    clock.now += 2_000;
    expect(await authorization(use)).toBe('Bearer token-1');
  });
});
