import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { VaultKey } from '../../../src/config/vault-keys.js';
import { RedisVault } from '../../../src/oauth/upstream/redis-vault.js';
import { VaultSeal } from '../../../src/oauth/upstream/vault-seal.js';
import { describeWithRedis, RedisServer } from '../../support/redis.js';
import { answerJson } from '../../support/scripted-authorization-server.js';
import { discoveryWith, Neighbours, PATH_OF_ISSUER } from './discovery-kit.js';

const OLD: VaultKey = { id: 'old', key: randomBytes(32) };
const NEW: VaultKey = { id: 'new', key: randomBytes(32) };
const SECRET = 'client-secret-of-the-registration';

describeWithRedis('a registration', () => {
  let redis: RedisServer;
  let at: Neighbours;
  const vaults: RedisVault[] = [];

  beforeEach(async () => {
    [redis, at] = await Promise.all([RedisServer.start(), Neighbours.start()]);
    at.asPages.set(PATH_OF_ISSUER, at.issuer({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }));
    let clients = 0;
    at.asPages.set('/register', (response) => {
      answerJson(response, 201, {
        client_id: `client-${String(++clients)}`,
        client_secret: SECRET,
        client_secret_expires_at: 0,
      });
    });
  });
  afterEach(async () => {
    for (const vault of vaults.splice(0)) vault.close();
    await Promise.all([redis.close(), at.close()]);
  });

  function vaultWith(...keys: [VaultKey, ...VaultKey[]]): RedisVault {
    const settings = {
      ...{ host: '127.0.0.1', port: redis.port, db: 0, password: null, tls: false },
      // The machine of the tests may be busy.
      ...{ prefix: 'smg', secret: null, commandMs: 5_000 },
    };
    const vault = new RedisVault(settings, new VaultSeal(keys));
    vaults.push(vault);
    return vault;
  }

  it('is one for all replicas, and cannot be read where it is kept', async () => {
    const replicas = [1, 2, 3].map(() => discoveryWith({ vault: vaultWith(OLD) }));
    const found = await Promise.all(replicas.map((replica) => replica.learn(at.entry(), 'Bearer')));
    expect(new Set(found.map(({ clientId }) => clientId))).toEqual(new Set(['client-1']));
    expect(new Set(found.map(({ tokenScope }) => tokenScope)).size).toBe(1);
    const [name = ''] = await redis.keys('smg:token:*');
    expect(`${name} ${String(await redis.command('GET', name))}`).not.toMatch(/client-|127\.0\.0\.1/);
  }, 30_000);

  it('outlives the key of the vault that it was sealed with, once it was used with the next', async () => {
    await discoveryWith({ vault: vaultWith(OLD) }).learn(at.entry(), 'Bearer');
    await discoveryWith({ vault: vaultWith(NEW, OLD) }).learn(at.entry(), 'Bearer');
    const { clientId } = await discoveryWith({ vault: vaultWith(NEW) }).learn(at.entry(), 'Bearer');
    expect(clientId).toBe('client-1');
  }, 30_000);

  it('is another one when no key opens it any more', async () => {
    await discoveryWith({ vault: vaultWith(OLD) }).learn(at.entry(), 'Bearer');
    const { clientId } = await discoveryWith({ vault: vaultWith(NEW) }).learn(at.entry(), 'Bearer');
    expect(clientId).toBe('client-2');
  }, 30_000);

  it('is not replaced by another while the vault is away', async () => {
    await redis.kill();
    const learning = discoveryWith({ vault: vaultWith(OLD) }).learn(at.entry(), 'Bearer');
    await expect(learning).rejects.toMatchObject({ reason: 'vault' });
    expect(at.paths(at.as)).not.toContain('/register');
  }, 30_000);
});
