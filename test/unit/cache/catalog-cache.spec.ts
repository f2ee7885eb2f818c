import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CacheModule } from '../../../src/cache/cache.module.js';
import { CatalogCache, type CachedCatalog } from '../../../src/cache/catalog-cache.js';

const MAX_ENTRIES = 20;
const HASH = 'a'.repeat(64);
let module: TestingModule;
let cache: CatalogCache;

beforeEach(async () => {
  module = await Test.createTestingModule({
    imports: [CacheModule.register({ kind: 'memory', maxEntries: MAX_ENTRIES })],
  }).compile();
  cache = module.get(CatalogCache);
});
afterEach(() => module.close());

function catalog(name: string, ttlMs = 60_000): CachedCatalog {
  const discoveredAt = Date.now();
  return { tools: [{ name, inputSchema: { type: 'object' } }], discoveredAt, expiresAt: discoveredAt + ttlMs };
}

describe('CatalogCache', () => {
  it('gives back what was stored, and nothing for what was not', async () => {
    const entry = catalog('echo');
    await cache.set('t1', 's1', HASH, entry);
    expect(await cache.get('t1', 's1', HASH)).toMatchObject(entry);
    expect(await cache.get('t1', 's2', HASH)).toBeUndefined();
  });

  it.each([
    ['another tenant', 't2', 's1', HASH],
    ['a changed server config', 't1', 's1', 'b'.repeat(64)],
    ['names that would join to the same text', 't1:s1', '', HASH],
    ['a prefix of the tenant', 't', '1s1', HASH],
  ])('keeps entries apart from %s', async (_what, tenant, server, configHash) => {
    await cache.set('t1', 's1', HASH, catalog('echo'));
    expect(await cache.get(tenant, server, configHash)).toBeUndefined();
    expect(await cache.list('t2')).toEqual([]);
    expect(await cache.clear(tenant === 't1' ? 't2' : tenant)).toBe(0);
    expect(await cache.list('t1')).toHaveLength(1);
  });

  it('takes __proto__ as a name like any other', async () => {
    await cache.set('__proto__', '__proto__', HASH, catalog('__proto__'));
    expect(await cache.get('__proto__', '__proto__', HASH)).toBeDefined();
    expect(await cache.get('x', '__proto__', HASH)).toBeUndefined();
  });

  it('forgets an entry when its time is over', async () => {
    await cache.set('t1', 'short', HASH, catalog('echo', 30));
    await cache.set('t1', 'long', HASH, catalog('echo'));
    await cache.set('t1', 'past', HASH, catalog('echo', -1));
    expect(await cache.get('t1', 'past', HASH)).toBeUndefined();
    const deadline = Date.now() + 5_000;
    while ((await cache.get('t1', 'short', HASH)) !== undefined && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await cache.list('t1')).map((line) => line.server)).toEqual(['long']);
  });

  it('lists servers with tool count and expiry', async () => {
    const entry = catalog('echo');
    await cache.set('t1', 's1', HASH, entry);
    expect(await cache.list('t1')).toEqual([
      { server: 's1', toolCount: 1, discoveredAt: entry.discoveredAt, expiresAt: entry.expiresAt },
    ]);
  });

  it('deletes one entry, and all of one tenant', async () => {
    for (const server of ['s1', 's2', 's3']) await cache.set('t1', server, HASH, catalog(server));
    await cache.set('t2', 's1', HASH, catalog('other'));
    expect(await cache.delete('t1', 's1', HASH)).toBe(true);
    expect(await cache.delete('t1', 's1', HASH)).toBe(false);
    expect(await cache.clear('t1')).toBe(2);
    expect(await cache.list('t1')).toEqual([]);
    expect(await cache.list('t2')).toHaveLength(1);
  });

  it('holds no more entries than allowed and keeps those in use', async () => {
    await cache.set('t1', 'used', HASH, catalog('used'));
    for (let i = 0; i < 3 * MAX_ENTRIES; i++) {
      await cache.set('t1', `s${String(i)}`, HASH, catalog('x'));
      await cache.get('t1', 'used', HASH);
    }
    expect(await cache.list('t1')).toHaveLength(MAX_ENTRIES);
    expect(await cache.get('t1', 'used', HASH)).toBeDefined();
    expect(await cache.get('t1', 's0', HASH)).toBeUndefined();
  });
});
