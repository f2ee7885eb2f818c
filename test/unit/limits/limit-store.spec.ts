import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limitsOf, type Limit, type LimitValues } from '../../../src/contracts/limits.js';
import { LimitStore, type Taken } from '../../../src/limits/limit-store.js';
import type { LimitLink } from '../../../src/limits/redis/limit-link.js';
import { openLimitLink } from '../../../src/limits/redis/open-limit-link.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { describeWithRedis, RedisServer } from '../../support/redis.js';

let next = 0;
/** Limits of an entity that nobody has used yet. */
const fresh = (values: LimitValues): readonly Limit[] => limitsOf('key', [String(next++)], values);

async function letIn(store: LimitStore, limits: readonly Limit[], bytes = 0): Promise<Taken> {
  const taken = await store.take(limits, bytes);
  if (!('store' in taken)) throw new Error(`refused: ${taken.limit.counter}`);
  return taken;
}

async function used(store: LimitStore, limits: readonly Limit[]): Promise<number[]> {
  return Promise.all(limits.map(async (limit) => (await store.usage(limit)).used));
}

/** What every place for counters has to do. */
function contract(open: () => LimitStore): void {
  it('lets in as many calls as the limit says, and says when the window ends', async () => {
    const store = open();
    const limits = fresh({ calls_per_minute: 3 });
    for (let n = 0; n < 3; n++) await letIn(store, limits);
    const refused = await store.take(limits, 0);
    expect(refused).toMatchObject({ limit: { kind: 'calls_per_minute', max: 3 } });
    expect('retryAfterMs' in refused && refused.retryAfterMs).toBeGreaterThan(0);
    expect('retryAfterMs' in refused && refused.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(await used(store, limits)).toEqual([3]);
  });

  it('takes nothing from the other limits when one refuses, also from many calls at once', async () => {
    const store = open();
    const wide = fresh({ calls_per_minute: 1000, calls_per_day: 1000, bytes_per_minute: 1_000_000, concurrent: 500 });
    const narrow = fresh({ calls_per_minute: 5 });
    const all = [...wide, ...narrow];
    const answers = await Promise.all(Array.from({ length: 100 }, () => store.take(all, 10)));
    const taken = answers.filter((answer): answer is Taken => 'store' in answer);
    expect(taken.length).toBeLessThanOrEqual(5);
    for (const one of taken) await one.store.end(one, 0);
    // Those that met each other at the last places gave them back, so that the rest is still there.
    while (taken.length < 5) taken.push(await letIn(store, all, 10));
    expect(await store.take(all, 10)).toMatchObject({ limit: { max: 5 } });
    for (const one of taken) await one.store.end(one, 0);
    expect(await used(store, all)).toEqual([5, 5, 50, 0, 5]);
  });

  it('names the limit that takes longest', async () => {
    const store = open();
    const limits = fresh({ calls_per_minute: 1, calls_per_day: 1 });
    await letIn(store, limits);
    expect(await store.take(limits, 0)).toMatchObject({ limit: { kind: 'calls_per_day' } });
  });

  it('counts the bytes of the request before and those of the answer after the call', async () => {
    const store = open();
    const limits = fresh({ bytes_per_minute: 100 });
    expect(await store.take(limits, 101)).toMatchObject({ limit: { kind: 'bytes_per_minute' } });
    const first = await letIn(store, limits, 40);
    expect(await store.take(limits, 61)).toMatchObject({ limit: { kind: 'bytes_per_minute' } });
    await store.end(first, 55);
    expect(await used(store, limits)).toEqual([95]);
    expect(await store.take(limits, 6)).toMatchObject({ limit: { kind: 'bytes_per_minute' } });
    await letIn(store, limits, 5);
  });

  it('counts calls under way, and no more once they have ended', async () => {
    const store = open();
    const limits = fresh({ concurrent: 2 });
    const [one, two] = [await letIn(store, limits), await letIn(store, limits)];
    expect(await store.take(limits, 0)).toMatchObject({ limit: { kind: 'concurrent' }, retryAfterMs: 1000 });
    await store.end(one, 0);
    const three = await letIn(store, limits);
    expect(await used(store, limits)).toEqual([2]);
    for (const taken of [two, three]) await store.end(taken, 0);
    expect(await used(store, limits)).toEqual([0]);
  });

  it('gives the place of a call back that another limit refuses', async () => {
    const store = open();
    const limits = fresh({ concurrent: 1, calls_per_minute: 1 });
    const first = await letIn(store, limits);
    await store.end(first, 0);
    expect(await store.take(limits, 0)).toMatchObject({ limit: { kind: 'calls_per_minute' } });
    expect(await used(store, limits)).toEqual([1, 0]);
  });

  it('keeps what was counted when the number changes', async () => {
    const store = open();
    const [before] = fresh({ calls_per_minute: 2 });
    if (before === undefined) throw new Error('no limit');
    await letIn(store, [before]);
    await letIn(store, [{ ...before, max: 10 }]);
    expect(await store.take([before], 0)).toMatchObject({ limit: { max: 2 } });
    expect(await used(store, [before])).toEqual([2]);
  });
}

describe('counters in memory', () => {
  const store = LimitStore.inMemory();
  contract(() => store);
});

describeWithRedis('counters in Redis', () => {
  let redis: RedisServer;
  const links: LimitLink[] = [];
  const closers: (() => void)[] = [];

  async function replica(): Promise<LimitStore> {
    const log = createLogger({ level: 'info', destination: { write: () => undefined } });
    const settings = { host: '127.0.0.1', port: redis.port, db: 0, password: null, tls: false, prefix: 'smg' };
    const link = await openLimitLink({ ...settings, secret: null, commandMs: 2000 }, log.logger);
    const { store, leases } = LimitStore.inRedis(link);
    links.push(link);
    closers.push(() => {
      leases.close();
    });
    return store;
  }

  let store: LimitStore;
  beforeAll(async () => {
    redis = await RedisServer.start();
    store = await replica();
  });
  afterAll(async () => {
    for (const close of closers) close();
    for (const link of links) link.close();
    await redis.close();
  });

  contract(() => store);

  it('are those of all replicas together', async () => {
    const other = await replica();
    const limits = fresh({ calls_per_minute: 2, concurrent: 2 });
    const one = await letIn(store, limits);
    const two = await letIn(other, limits);
    expect(await store.take(limits, 0)).toHaveProperty('limit');
    expect(await other.take(limits, 0)).toHaveProperty('limit');
    await store.end(one, 0);
    await other.end(two, 0);
  });

  it('hold no names, and end by themselves', async () => {
    const limits = limitsOf('user', ['joe@example.com'], { calls_per_minute: 2, concurrent: 2 });
    const taken = await letIn(store, limits);
    const keys = await redis.keys();
    expect(keys.join(' ')).not.toContain('joe');
    for (const key of keys) expect(Number(await redis.command('PTTL', key))).toBeGreaterThan(0);
    await store.end(taken, 0);
  });

  it('lose the places of a replica that is gone when their leases end', async () => {
    const limits = fresh({ concurrent: 1 });
    await letIn(store, limits);
    const name = links[0]?.nameOf(limits[0]?.counter ?? '') ?? '';
    const [member] = (await redis.command('ZRANGE', name, '0', '-1')) as string[];
    expect(await store.take(limits, 0)).toHaveProperty('limit');
    // As if the lease of a killed replica had ended a moment ago.
    await redis.command('ZADD', name, '1', member ?? '');
    await letIn(store, limits);
  });
});
