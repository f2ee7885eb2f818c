import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CacheModule } from '../../../src/cache/cache.module.js';
import { CatalogCache, type CachedCatalog } from '../../../src/cache/catalog-cache.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { memoryStream } from '../telemetry/harness.js';

const MAX_ENTRIES = 20;
const HASH = 'a'.repeat(64);
let module: TestingModule;
let cache: CatalogCache;

beforeEach(async () => {
  const log = createLogger({ level: 'info', destination: memoryStream() }).logger;
  module = await Test.createTestingModule({
    imports: [CacheModule.register({ maxEntries: MAX_ENTRIES, external: null, log, metrics: new Metrics() })],
  }).compile();
  cache = module.get(CatalogCache);
});
afterEach(() => module.close());

function catalog(name: string, ttlMs = 60_000): CachedCatalog {
  const discoveredAt = Date.now();
  return { tools: [{ name, inputSchema: { type: 'object' } }], discoveredAt, expiresAt: discoveredAt + ttlMs };
}

function store(tenant: string, server: string, entry: CachedCatalog): Promise<void> {
  return cache.set({ tenant, server, configHash: HASH }, entry, cache.mark(tenant, server));
}

describe('CatalogCache', () => {
  it('gives back what was stored, and nothing for what was not', async () => {
    const entry = catalog('echo');
    await store('t1', 's1', entry);
    expect(await cache.get('t1', 's1', HASH)).toMatchObject(entry);
    expect(await cache.get('t1', 's2', HASH)).toBeUndefined();
    expect(cache.external).toBeNull();
  });

  it.each([
    ['another tenant', 't2', 's1', HASH],
    ['a changed server config', 't1', 's1', 'b'.repeat(64)],
    ['names that would join to the same text', 't1:s1', '', HASH],
    ['a prefix of the tenant', 't', '1s1', HASH],
  ])('keeps entries apart from %s', async (_what, tenant, server, configHash) => {
    await store('t1', 's1', catalog('echo'));
    expect(await cache.get(tenant, server, configHash)).toBeUndefined();
    expect(await cache.clear(tenant, server, configHash)).toBe(false);
    await cache.sweep(tenant === 't1' ? 't2' : tenant);
    expect(await cache.get('t1', 's1', HASH)).toBeDefined();
  });

  it('takes __proto__ as a name like any other', async () => {
    await store('__proto__', '__proto__', catalog('__proto__'));
    expect(await cache.get('__proto__', '__proto__', HASH)).toBeDefined();
    expect(await cache.get('x', '__proto__', HASH)).toBeUndefined();
  });

  it('forgets an entry when its time is over', async () => {
    await store('t1', 'short', catalog('echo', 30));
    await store('t1', 'long', catalog('echo'));
    await store('t1', 'past', catalog('echo', -1));
    expect(await cache.get('t1', 'past', HASH)).toBeUndefined();
    const deadline = Date.now() + 5_000;
    while ((await cache.get('t1', 'short', HASH)) !== undefined && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await cache.get('t1', 'short', HASH)).toBeUndefined();
    expect(await cache.get('t1', 'long', HASH)).toBeDefined();
  });

  it('forgets or clears one entry, and sweeps all of one tenant', async () => {
    for (const server of ['s1', 's2', 's3', 's4']) await store('t1', server, catalog(server));
    await store('t2', 's1', catalog('other'));
    expect(await cache.clear('t1', 's1', HASH)).toBe(true);
    expect(await cache.clear('t1', 's1', HASH)).toBe(false);
    await cache.forget('t1', 's2', HASH);
    expect(await cache.get('t1', 's2', HASH)).toBeUndefined();
    expect(await cache.get('t1', 's3', HASH)).toBeDefined();
    await cache.sweep('t1');
    for (const server of ['s3', 's4']) expect(await cache.get('t1', server, HASH)).toBeUndefined();
    expect(await cache.get('t2', 's1', HASH)).toBeDefined();
  });

  it('holds no more entries than allowed and keeps those in use', async () => {
    await store('t1', 'used', catalog('used'));
    for (let i = 0; i < 3 * MAX_ENTRIES; i++) {
      await store('t1', `s${String(i)}`, catalog('x'));
      await cache.get('t1', 'used', HASH);
    }
    let kept = 0;
    for (let i = 0; i < 3 * MAX_ENTRIES; i++) {
      if ((await cache.get('t1', `s${String(i)}`, HASH)) !== undefined) kept++;
    }
    expect(kept).toBe(MAX_ENTRIES - 1);
    expect(await cache.get('t1', 'used', HASH)).toBeDefined();
  });
});
