import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ExternalCacheSettings } from '../../../src/config/cache-settings.js';
import type { VaultKey } from '../../../src/config/vault-keys.js';
import type { Principal } from '../../../src/contracts/principal.js';
import type { UpstreamOAuth } from '../../../src/contracts/upstream-oauth.js';
import { GatewayError } from '../../../src/errors.js';
import { RedisVault } from '../../../src/oauth/upstream/redis-vault.js';
import { TokenEndpoint } from '../../../src/oauth/upstream/token-endpoint.js';
import { tokenKey } from '../../../src/oauth/upstream/token-key.js';
import { type TokenUse, UpstreamTokens } from '../../../src/oauth/upstream/upstream-tokens.js';
import { VaultSeal } from '../../../src/oauth/upstream/vault-seal.js';
import { OAuthTotals } from '../../../src/telemetry/oauth-totals.js';
import { describeWithRedis, RedisServer } from '../../support/redis.js';
import { issuing, ScriptedAuthorizationServer } from '../../support/scripted-authorization-server.js';
import { oauthFor } from './oauth-settings.js';

const OLD: VaultKey = { id: 'old', key: randomBytes(32) };
const NEW: VaultKey = { id: 'new', key: randomBytes(32) };
const HOUR_MS = 3_600_000;
const EXPIRED = {
  accessToken: 'access-before',
  refreshToken: 'refresh-before',
  scopes: [],
  lifeMs: HOUR_MS,
  expiresAt: Date.now() - 1,
};

describeWithRedis('the token vault in Redis', () => {
  let redis: RedisServer;
  let server: ScriptedAuthorizationServer;
  const replicas: UpstreamTokens[] = [];

  beforeEach(async () => {
    [redis, server] = await Promise.all([RedisServer.start(), ScriptedAuthorizationServer.start()]);
  });
  afterEach(async () => {
    for (const tokens of replicas.splice(0)) tokens.close();
    await Promise.all([redis.close(), server.close()]);
  });

  function vaultWith(...keys: [VaultKey, ...VaultKey[]]): RedisVault {
    const settings: ExternalCacheSettings = {
      host: '127.0.0.1',
      port: redis.port,
      db: 0,
      password: null,
      tls: false,
      prefix: 'smg',
      secret: null,
      // The machine of the tests may be busy.
      commandMs: 5_000,
    };
    return new RedisVault(settings, new VaultSeal(keys));
  }

  function replica(...keys: [VaultKey, ...VaultKey[]]): UpstreamTokens {
    const tokens = new UpstreamTokens({
      endpoint: new TokenEndpoint(() => 10_000),
      vault: vaultWith(...keys),
      totals: new OAuthTotals(),
      loginNeeded: () => new GatewayError('login_required', 'log in'),
    });
    replicas.push(tokens);
    return tokens;
  }

  function useOf(grant: UpstreamOAuth['grant'], user = 'ann'): TokenUse {
    const oauth = oauthFor(server.tokenUrl, { grant, tokenScope: 'one' });
    const tenant = `${user}_p_c`;
    const principal: Principal = {
      ...{ keyId: 'k', userId: user, projectId: 'p', configId: 'c', tenant },
      ...{ scopes: [], expiresAt: null },
    };
    return { key: tokenKey(oauth, principal), server: 'crm', oauth, principal };
  }

  it('lets 200 calls on two replicas refresh a token once', async () => {
    const use = useOf('authorization_code');
    const [one, two] = [replica(OLD), replica(OLD)];
    const vault = vaultWith(OLD);
    await vault.write(use.key, EXPIRED);
    server.behaviour = issuing({ refresh_token: 'refresh-after' });
    const calls = Array.from({ length: 200 }, async (_none, i) => (i % 2 === 0 ? one : two).token(use));
    const found = await Promise.all(calls);
    expect(new Set(found.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer token-1']));
    expect(server.seen).toHaveLength(1);
    expect((await vault.read(use.key))?.refreshToken).toBe('refresh-after');
    vault.close();
  }, 30_000);

  it('holds nothing that could be read', async () => {
    const use = useOf('authorization_code');
    const vault = vaultWith(OLD);
    await vault.write(use.key, EXPIRED);
    const [name = ''] = await redis.keys('smg:token:*');
    const entry = String(await redis.command('GET', name));
    expect(entry).toMatch(/^v1\.old\./);
    expect(`${name} ${entry}`).not.toMatch(/before|ann_p_c/);
    vault.close();
  });

  it('opens what an older key has sealed, and seals with the new one', async () => {
    const use = useOf('authorization_code');
    const [before, during, after] = [vaultWith(OLD), vaultWith(NEW, OLD), vaultWith(NEW)];
    await before.write(use.key, EXPIRED);
    const token = await during.read(use.key);
    expect(token).toEqual(EXPIRED);
    await expect(after.read(use.key)).rejects.toThrow('ENKRYPT_VAULT_KEY');
    await during.write(use.key, EXPIRED);
    expect(await after.read(use.key)).toEqual(EXPIRED);
    for (const vault of [before, during, after]) vault.close();
  });

  it('opens nothing that was changed, or moved to another person', async () => {
    const [ann, bob] = [useOf('authorization_code', 'ann'), useOf('authorization_code', 'bob')];
    const vault = vaultWith(OLD);
    await vault.write(ann.key, EXPIRED);
    const seal = new VaultSeal([OLD]);
    const nameOf = (use: TokenUse) => `smg:token:${seal.name(use.key)}`;
    const entry = String(await redis.command('GET', nameOf(ann)));
    await redis.command('SET', nameOf(bob), entry);
    await expect(vault.read(bob.key)).rejects.toThrow('not sealed');
    await redis.command('SET', nameOf(ann), `${entry.slice(0, -2)}${entry.endsWith('AA') ? 'BB' : 'AA'}`);
    await expect(vault.read(ann.key)).rejects.toThrow('not sealed');
    vault.close();
  });

  it('that is away stops logins, and not tokens of the gateway itself', async () => {
    await redis.kill();
    const tokens = replica(OLD);
    await expect(tokens.token(useOf('authorization_code'))).rejects.toMatchObject({
      code: 'upstream_token',
      reason: 'vault',
    });
    expect((await tokens.token(useOf('client_credentials'))).authorization).toBe('Bearer token-1');
  });
});
