import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { CacheModule } from '../../src/cache/cache.module.js';
import { CatalogCache, type CachedCatalog } from '../../src/cache/catalog-cache.js';
import type { ExternalCacheSettings } from '../../src/config/cache-settings.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { eventually } from '../support/gateway.js';
import { describeWithRedis, freePort, RedisServer, SlowProxy } from '../support/redis.js';

// Some wait for Redis to be missed and found again.
jest.setTimeout(30_000);

const HASH = 'a'.repeat(64);
const SECRET = 'a secret of at least thirty-two characters';
/** The gateway's own deadline of a command, and what a call may lose to a cache that is away. */
const PROMPT = { commandMs: 200 };
const DEGRADE_MS = 250;
const RECOVER_MS = 5000;

interface LogLine {
  readonly event?: string;
  readonly reason?: string;
  readonly code?: string;
}

/** A gateway's cache without the gateway. */
class TestCache {
  private constructor(
    private readonly module: TestingModule,
    readonly cache: CatalogCache,
    readonly metrics: Metrics,
    private readonly text: { value: string },
  ) {}

  static async open(port: number, more: Partial<ExternalCacheSettings> = {}): Promise<TestCache> {
    const text = { value: '' };
    const destination = {
      write: (line: string): void => {
        text.value += line;
      },
    };
    const metrics = new Metrics();
    const external = { ...DEFAULTS, port, ...more };
    const log = createLogger({ level: 'info', destination }).logger;
    const imports = [CacheModule.register({ maxEntries: 100, external, log, metrics })];
    const module = await Test.createTestingModule({ imports }).compile();
    return new TestCache(module, module.get(CatalogCache), metrics, text);
  }

  get state(): string {
    return this.cache.external?.state ?? 'none';
  }

  get log(): LogLine[] {
    const lines = this.text.value.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  forgetLog(): void {
    this.text.value = '';
  }

  get events(): (string | undefined)[] {
    return this.log.map(({ event }) => event);
  }

  errors(reason: string): number {
    return this.metrics.cacheErrors.samples().find(({ labels }) => labels[0] === reason)?.value ?? 0;
  }

  store(server: string, entry = catalog(server), tenant = 't1'): Promise<void> {
    return this.cache.set({ tenant, server, configHash: HASH }, entry, this.cache.mark(tenant, server));
  }

  async toolOf(server: string, tenant = 't1'): Promise<unknown> {
    return (await this.cache.get(tenant, server, HASH))?.tools[0]?.name;
  }

  becomes(state: 'up' | 'degraded'): Promise<string> {
    return eventually(
      () => this.state,
      (now) => now === state,
      RECOVER_MS,
    );
  }

  close(): Promise<void> {
    return this.module.close();
  }
}

const DEFAULTS: ExternalCacheSettings = {
  host: '127.0.0.1',
  port: 0,
  db: 0,
  password: null,
  tls: false,
  prefix: 'smg',
  secret: null,
  // Tests of the deadline set the real one, 200.
  commandMs: 2000,
};

function catalog(name: string, ttlMs = 60_000): CachedCatalog {
  const discoveredAt = Date.now();
  return { tools: [{ name, inputSchema: { type: 'object' } }], discoveredAt, expiresAt: discoveredAt + ttlMs };
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

const open: TestCache[] = [];
async function openCache(port: number, more: Partial<ExternalCacheSettings> = {}): Promise<TestCache> {
  const cache = await TestCache.open(port, more);
  open.push(cache);
  return cache;
}
/** One that is in use: a machine under load may take longer to connect than a start waits. */
async function openUp(port: number, more: Partial<ExternalCacheSettings> = {}): Promise<TestCache> {
  const cache = await openCache(port, more);
  await cache.becomes('up');
  cache.forgetLog();
  return cache;
}
afterEach(async () => {
  for (const cache of open.splice(0)) await cache.close();
});

describeWithRedis('the cache in Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.close());
  beforeEach(() => redis.command('FLUSHALL'));

  it.each([
    ['in clear', null],
    ['sealed', SECRET],
  ])('is shared by gateways, %s, and outlives them', async (_how, secret) => {
    const first = await openUp(redis.port, { secret });
    const entry = catalog('echo');
    await first.store('s1', entry);
    const second = await openUp(redis.port, { secret });
    expect(await second.cache.get('t1', 's1', HASH)).toMatchObject(entry);
    await first.close();
    expect(await second.toolOf('s1')).toBe('echo');
    expect(second.log).toEqual([]);
  });

  it('names keys by prefix, tenant, server and config hash, each with an end', async () => {
    const { cache } = await openUp(redis.port, { prefix: 'team-a' });
    await cache.set({ tenant: 't1:x', server: 's1', configHash: HASH }, catalog('echo'), '');
    const [key = '', ...more] = await redis.keys();
    expect(more).toEqual([]);
    expect(key).toMatch(new RegExp(`^team-a:catalog:[0-9a-f]{64}:[0-9a-f]{64}:${HASH}$`));
    expect(await redis.command('PTTL', key)).toBeGreaterThan(50_000);
    expect(await redis.command('PTTL', key)).toBeLessThanOrEqual(60_000);
  });

  it('keeps tenants, servers and configs apart', async () => {
    const { cache } = await openUp(redis.port);
    await cache.set({ tenant: 't1', server: 's1', configHash: HASH }, catalog('echo'), '');
    expect(await cache.get('t2', 's1', HASH)).toBeUndefined();
    expect(await cache.get('t1', 's2', HASH)).toBeUndefined();
    expect(await cache.get('t1', 's1', 'b'.repeat(64))).toBeUndefined();
  });

  it('takes another database when told so', async () => {
    const first = await openUp(redis.port, { db: 3 });
    await first.store('s1');
    expect(await redis.keys()).toEqual([]);
    expect((await redis.commands([['SELECT', '3'], ['DBSIZE']]))[1]).toBe(1);
  });

  it('clears one tenant for all gateways, and leaves others and other applications alone', async () => {
    const one = await openUp(redis.port);
    const two = await openUp(redis.port);
    await redis.command('SET', 'smg-other:catalog:x', 'theirs');
    await redis.command('SET', 'session:1', 'theirs');
    for (const server of ['s1', 's2']) await one.store(server);
    await one.cache.set({ tenant: 't1', server: 's1', configHash: 'old' }, catalog('old'), '');
    await one.store('s1', catalog('other'), 't2');
    expect(await two.toolOf('s1')).toBe('s1');
    const seen = two.cache.mark('t1', 's1');
    expect(await one.cache.clear('t1', 's1', HASH)).toBe(true);
    expect(await two.toolOf('s1')).toBeUndefined();
    expect(await two.cache.clearedSince('t1', 's1', seen)).toBe(true);
    expect(await two.cache.clearedSince('t1', 's2', two.cache.mark('t1', 's2'))).toBe(false);
    expect(await two.toolOf('s2')).toBe('s2');
    await one.cache.sweep('t1');
    expect(await two.toolOf('s2')).toBeUndefined();
    expect(await two.toolOf('s1', 't2')).toBe('other');
    const left = await redis.keys();
    expect(left.filter((key) => key.startsWith('smg:catalog:'))).toHaveLength(1);
    expect(left).toEqual(expect.arrayContaining(['session:1', 'smg-other:catalog:x']));
  });

  it('does not take what a discovery from before a clear writes after it', async () => {
    const one = await openUp(redis.port);
    const two = await openUp(redis.port);
    await two.toolOf('s1');
    const began = two.cache.mark('t1', 's1');
    await one.cache.clear('t1', 's1', HASH);
    await two.cache.set({ tenant: 't1', server: 's1', configHash: HASH }, catalog('stale'), began);
    expect(await one.toolOf('s1')).toBeUndefined();
    expect(await two.toolOf('s1')).toBeUndefined();
    await two.store('s1', catalog('fresh'));
    expect(await one.toolOf('s1')).toBe('fresh');
  });

  it('goes on when somebody empties the database', async () => {
    const one = await openUp(redis.port);
    await one.store('s1');
    await redis.command('FLUSHALL');
    // Its own memory still has it.
    expect(await one.toolOf('s1')).toBe('s1');
    const two = await openUp(redis.port);
    expect(await two.toolOf('s1')).toBeUndefined();
    await two.store('s1', catalog('again'));
    expect(await one.toolOf('s1')).toBe('again');
    expect([one.state, two.state]).toEqual(['up', 'up']);
  });

  it.each<[string, (good: Record<string, unknown>) => string | Buffer]>([
    ['no JSON', () => 'hello'],
    ['a part of JSON', (good) => JSON.stringify(good).slice(0, -5)],
    ['a number', () => '7'],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['a member too few', (good) => JSON.stringify({ ...good, mark: undefined })],
    ['a member too many', (good) => JSON.stringify({ ...good, more: 1 })],
    ['a prototype', (good) => JSON.stringify(good).replace('{', '{"__proto__":{"polluted":true},')],
    ['a member twice', (good) => JSON.stringify(good).replace('{', '{"server":"s1",')],
    ['another tenant', (good) => JSON.stringify({ ...good, tenant: 't2' })],
    ['another server', (good) => JSON.stringify({ ...good, server: 's2' })],
    ['another config', (good) => JSON.stringify({ ...good, configHash: 'b'.repeat(64) })],
    ['a tool without a name', (good) => JSON.stringify({ ...good, tools: [{ inputSchema: {} }] })],
    ['a tool without a schema', (good) => JSON.stringify({ ...good, tools: [{ name: 'x' }] })],
    ['tools that are no list', (good) => JSON.stringify({ ...good, tools: { length: 1 } })],
    ['too many tools', (good) => JSON.stringify({ ...good, tools: Array(10_001).fill(tools(good)[0]) })],
    ['a time in the future', (good) => JSON.stringify({ ...good, discoveredAt: Date.now() + 600_000 })],
    ['an end that never comes', (good) => JSON.stringify({ ...good, expiresAt: Date.now() + 1e11 })],
    ['nesting without end', (good) => JSON.stringify(good).replace('"inputSchema":', `"x":${'['.repeat(9999)}`)],
    ['bytes that are not UTF-8', (good) => Buffer.from(JSON.stringify(good).replace('echo', '\xff'), 'latin1')],
    ['more than 4 MiB', (good) => JSON.stringify({ ...good, server: 'x'.repeat(5 * 1024 * 1024) })],
  ])('reads an entry with %s as a miss, removes and counts it', async (_what, tampered) => {
    const one = await openUp(redis.port);
    await one.store('s1', catalog('echo'));
    const [key = ''] = await redis.keys();
    const good = JSON.parse((await redis.command('GET', key)) as string) as Record<string, unknown>;
    const two = await openUp(redis.port);
    await redis.command('SET', key, tampered(good));
    expect(await two.cache.get('t1', 's1', HASH)).toBeUndefined();
    expect(await redis.keys()).toEqual([]);
    expect(two.errors('invalid')).toBe(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(two.state).toBe('up');
    // The entry as it was is a hit: nothing but the change made it a miss.
    await redis.command('SET', key, JSON.stringify(good));
    expect(await two.toolOf('s1')).toBe('echo');
  });

  it('reads a key of another type as a miss and removes it', async () => {
    const one = await openUp(redis.port);
    await one.store('s1');
    const [key = ''] = await redis.keys();
    const two = await openUp(redis.port);
    await redis.commands([
      ['DEL', key],
      ['LPUSH', key, 'x'],
    ]);
    expect(await two.toolOf('s1')).toBeUndefined();
    expect(await redis.keys()).toEqual([]);
    expect([two.state, two.errors('invalid'), two.errors('refused')]).toEqual(['up', 1, 0]);
  });

  it('does not store what is too large to be read in time, nor leave the one before it', async () => {
    const one = await openUp(redis.port);
    await one.store('s1');
    const { tools: small, ...times } = catalog('large');
    await one.store('s1', { ...times, tools: [{ ...small[0], description: 'x'.repeat(5 * 1024 * 1024) }] });
    expect(await redis.keys()).toEqual([]);
    expect(await one.toolOf('s1')).toBe('large');
    expect([one.state, one.errors('too_large')]).toEqual(['up', 1]);
  });

  it('waits for no answer longer than its deadline, then for none until Redis is back', async () => {
    const one = await openUp(redis.port, PROMPT);
    await one.store('s1');
    redis.freeze();
    try {
      const first = await timed(() => one.toolOf('s1'));
      expect(first.value).toBe('s1');
      expect(first.ms).toBeLessThan(DEGRADE_MS);
      expect(one.state).toBe('degraded');
      const more = await timed(async () => {
        for (let i = 0; i < 200; i++) await one.toolOf('s1');
        await one.store('s2');
        await one.cache.clear('t1', 's3', HASH);
        await one.cache.sweep('t2');
      });
      expect(more.ms).toBeLessThan(DEGRADE_MS);
      expect(one.events).toEqual(['cache_degraded']);
      expect(one.log[0]).toMatchObject({ reason: 'timeout' });
      expect(one.cache.external).toMatchObject({ state: 'degraded', reason: 'timeout' });
      expect(one.metrics.cacheDegraded.source()).toBe(1);
    } finally {
      redis.thaw();
    }
    await one.becomes('up');
    expect(one.events).toEqual(['cache_degraded', 'cache_recovered']);
    expect(one.metrics.cacheDegraded.source()).toBe(0);
    // What was stored meanwhile has been made up for.
    const two = await openUp(redis.port);
    expect(await two.toolOf('s2')).toBe('s2');
  });

  it('notices a frozen Redis without being asked', async () => {
    const one = await openUp(redis.port, PROMPT);
    redis.freeze();
    try {
      await one.becomes('degraded');
    } finally {
      redis.thaw();
    }
    await one.becomes('up');
  });

  it('starts in time with a frozen Redis', async () => {
    redis.freeze();
    try {
      const { ms, value } = await timed(() => openCache(redis.port, PROMPT));
      expect(value.state).toBe('degraded');
      expect(ms).toBeLessThan(2000);
      await value.store('s1');
      expect(await value.toolOf('s1')).toBe('s1');
    } finally {
      redis.thaw();
    }
    await open[0]?.becomes('up');
    expect(await redis.keys()).toHaveLength(1);
  });
});

function flood(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  socket.write('$999999999\r\n');
  const pour = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', pour);
  pour();
}

function tools(good: Record<string, unknown>): unknown[] {
  return good.tools as unknown[];
}

describeWithRedis('a sealed cache', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.close());
  beforeEach(() => redis.command('FLUSHALL'));

  it('shows neither names nor definitions nor config hashes', async () => {
    const one = await openUp(redis.port, { secret: SECRET });
    await one.store('internal-payroll', catalog('list_salaries'), 'user_project_config');
    await one.cache.clear('user_project_config', 'other', HASH);
    const keys = await redis.keys();
    expect(keys).toHaveLength(2);
    const values = await Promise.all(keys.map((key) => redis.command('GET', key)));
    for (const text of [...keys, ...(values as string[])]) {
      expect(text).not.toMatch(/payroll|salaries|user_project|inputSchema/);
      expect(text).not.toContain(HASH);
    }
  });

  it('does not open what was changed, moved, or sealed with another secret', async () => {
    const one = await openUp(redis.port, { secret: SECRET });
    await one.store('s1', catalog('first'));
    const [first = ''] = await redis.keys();
    const text = (await redis.command('GET', first)) as string;
    await one.store('s2', catalog('second'));
    const second = (await redis.keys()).find((key) => key !== first) ?? '';
    const reader = await openUp(redis.port, { secret: SECRET });

    const middle = Math.floor(text.length / 2);
    const flipped = text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1);
    await redis.command('SET', first, flipped);
    expect(await reader.toolOf('s1')).toBeUndefined();
    await redis.command('SET', second, text);
    expect(await reader.toolOf('s2')).toBeUndefined();
    expect(reader.errors('invalid')).toBe(2);
    expect(await redis.keys()).toEqual([]);

    await redis.command('SET', first, text);
    expect(await reader.toolOf('s1')).toBe('first');
    const stranger = await openUp(redis.port, { secret: `another ${SECRET}` });
    expect(await stranger.toolOf('s1')).toBeUndefined();
    expect(await redis.keys()).toEqual([first]);
  });

  it('takes the mark of one server for no other', async () => {
    const one = await openUp(redis.port, { secret: SECRET });
    for (const server of ['s1', 's2']) await one.cache.clear('t1', server, HASH);
    const [first = '', second = ''] = await redis.keys('smg:cleared:*');
    await redis.command('SET', second, (await redis.command('GET', first)) as string);
    const reader = await openUp(redis.port, { secret: SECRET });
    for (const server of ['s1', 's2']) await reader.toolOf(server);
    expect(reader.errors('invalid')).toBe(1);
    expect(await redis.keys()).toEqual([first]);
  });

  it('takes no entry in clear', async () => {
    const one = await openUp(redis.port, { secret: SECRET });
    await one.store('s1', catalog('sealed'));
    const [key = ''] = await redis.keys();
    const { tools: list, ...times } = catalog('forged');
    const forged = { tenant: 't1', server: 's1', configHash: HASH, mark: '', ...times, tools: list };
    await redis.command('SET', key, JSON.stringify(forged));
    const reader = await openUp(redis.port, { secret: SECRET });
    expect(await reader.toolOf('s1')).toBeUndefined();
    expect(reader.errors('invalid')).toBe(1);
  });
});

describeWithRedis('a Redis that fails', () => {
  const servers: RedisServer[] = [];
  async function server(make: Promise<RedisServer>): Promise<RedisServer> {
    const made = await make;
    servers.push(made);
    return made;
  }
  afterEach(async () => {
    for (const each of servers.splice(0)) await each.close();
  });

  it('may be absent at the start, and is used when it comes', async () => {
    const redis = await server(RedisServer.reserve());
    const one = await openCache(redis.port);
    expect(one.state).toBe('degraded');
    expect(one.log).toMatchObject([{ event: 'cache_degraded', reason: 'unreachable', code: 'ECONNREFUSED' }]);
    const { ms } = await timed(() => one.store('s1'));
    expect(ms).toBeLessThan(50);
    expect(await one.toolOf('s1')).toBe('s1');
    await redis.run();
    await one.becomes('up');
    expect(one.events).toEqual(['cache_degraded', 'cache_recovered']);
    expect(await redis.keys()).toHaveLength(1);
  });

  it('may be killed and come back', async () => {
    const redis = await server(RedisServer.start());
    const one = await openUp(redis.port, PROMPT);
    await one.store('s1');
    await redis.kill();
    const { ms, value } = await timed(() => one.toolOf('s1'));
    expect(value).toBe('s1');
    expect(ms).toBeLessThan(DEGRADE_MS);
    await one.becomes('degraded');
    // A clear of this time must hold in the Redis that comes back with the old entries.
    await one.store('s2');
    expect(await one.cache.clear('t1', 's1', HASH)).toBe(true);
    await redis.run();
    await one.becomes('up');
    const two = await openUp(redis.port);
    expect(await two.toolOf('s1')).toBeUndefined();
    expect(await two.toolOf('s2')).toBe('s2');
    expect(one.events).toEqual(['cache_degraded', 'cache_recovered']);
  });

  it('holds a clear against entries that it had when it went away', async () => {
    const redis = await server(RedisServer.start());
    const one = await openUp(redis.port, PROMPT);
    await one.store('s1');
    redis.freeze();
    await one.becomes('degraded');
    await one.cache.clear('t1', 's1', HASH);
    redis.thaw();
    await one.becomes('up');
    const two = await openUp(redis.port);
    expect(await two.toolOf('s1')).toBeUndefined();
  });

  it('may be too slow for calls to wait for it', async () => {
    const redis = await server(RedisServer.start());
    const proxy = await SlowProxy.start(redis.port, 0);
    try {
      const one = await openUp(proxy.port, PROMPT);
      expect(one.state).toBe('up');
      await one.store('s1');
      proxy.ms = 500;
      const { ms, value } = await timed(() => one.toolOf('s1'));
      expect(value).toBe('s1');
      expect(ms).toBeLessThan(DEGRADE_MS);
      const failures = one.errors('timeout');
      // It stays away as long as Redis is slow, and says so once.
      await eventually(
        () => one.errors('timeout'),
        (count) => count >= failures + 2,
        10_000,
      );
      expect(one.events).toEqual(['cache_degraded']);
      proxy.ms = 0;
      await one.becomes('up');
    } finally {
      await proxy.close();
    }
  });

  it('may be full: memory keeps what it refuses, and it is told when there is room', async () => {
    const redis = await server(RedisServer.start(['--maxmemory-policy', 'noeviction']));
    const one = await openUp(redis.port, PROMPT);
    await one.store('s1');
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const { ms } = await timed(() => one.store('s2'));
    expect(ms).toBeLessThan(DEGRADE_MS);
    expect(one.log).toMatchObject([{ event: 'cache_degraded', reason: 'refused', code: 'OOM' }]);
    expect([await one.toolOf('s1'), await one.toolOf('s2')]).toEqual(['s1', 's2']);
    expect(await redis.keys('*:catalog:*')).toHaveLength(1);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await one.becomes('up');
    expect(await redis.keys('*:catalog:*')).toHaveLength(2);
    expect(one.events).toEqual(['cache_degraded', 'cache_recovered']);
  });

  it('may refuse the password, until it is the right one', async () => {
    const redis = await server(RedisServer.start(['--requirepass', 'right']));
    const good = await openUp(redis.port, { password: 'right' });
    expect(good.events).toEqual([]);
    for (const [password, code] of [
      ['wrong', 'WRONGPASS'],
      [null, 'NOAUTH'],
    ] as const) {
      const one = await openCache(redis.port, { password });
      await one.store('s1');
      expect(one.log).toMatchObject([{ event: 'cache_degraded', reason: 'refused', code }]);
      expect(await one.toolOf('s1')).toBe('s1');
      expect(JSON.stringify(one.log)).not.toMatch(/wrong(?!pass)|right/);
    }
    const late = await openCache(redis.port, { password: 'late' });
    await redis.commands([
      ['AUTH', 'right'],
      ['CONFIG', 'SET', 'requirepass', 'late'],
    ]);
    await late.becomes('up');
  });

  it.each([
    ['hangs up during the handshake', 'close'],
    ['resets the connection during the handshake', 'reset'],
    ['never says anything', 'silence'],
    ['talks something else', 'noise'],
    ['answers what nobody asked', 'chatter'],
    ['answers with what is no RESP', 'garbage'],
    ['never ends its answer', 'flood'],
  ])('may be something that %s', async (_what, manner) => {
    const strange = createServer((socket) => {
      socket.on('error', () => undefined);
      if (manner === 'close') socket.end('-ERR max number of clients reached\r\n');
      if (manner === 'reset') setImmediate(() => socket.resetAndDestroy());
      if (manner === 'chatter') socket.write('+OK\r\n'.repeat(50));
      if (manner === 'garbage') socket.write(Buffer.from([0, 255, 13, 10, 36, 45, 57, 13, 10, 42, 45, 13, 10, 7]));
      if (manner === 'flood') flood(socket);
      if (manner === 'noise') socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
    const sockets: { destroy(): void }[] = [];
    strange.on('connection', (socket) => sockets.push(socket));
    const { port } = strange.address() as AddressInfo;
    try {
      const one = await openCache(port, { ...PROMPT, password: 'x' });
      expect(one.state).toBe('degraded');
      await one.store('s1');
      expect(await one.toolOf('s1')).toBe('s1');
      expect(one.events).toEqual(['cache_degraded']);
      const { ms } = await timed(() => one.close());
      expect(ms).toBeLessThan(2000);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => strange.close(resolve));
    }
  });

  it.each([
    ['nothing at all', '$-1\r\n'],
    ['a number', ':7\r\n'],
    ['a list', '*1\r\n$1\r\nx\r\n'],
    ['two lists', '*2\r\n*0\r\n*-1\r\n'],
  ])('may give %s for an answer', async (_what, reply) => {
    const strange = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (sent: Buffer) => {
        // One answer for each command, and each command is one list at the top.
        for (const line of sent.toString().split('\r\n')) if (line.startsWith('*')) socket.write(reply);
      });
    });
    await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
    const sockets: { destroy(): void }[] = [];
    strange.on('connection', (socket) => sockets.push(socket));
    const { port } = strange.address() as AddressInfo;
    try {
      const one = await openCache(port, PROMPT);
      await one.store('s1');
      expect(await one.toolOf('s1')).toBe('s1');
      expect(await one.cache.clearedSince('t1', 's1', '')).toBe(false);
      await one.cache.sweep('t1');
      expect(one.state).toBe('degraded');
      expect(one.log).toMatchObject([{ event: 'cache_degraded', reason: 'unreachable', code: 'EPROTO' }]);
      await one.close();
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => strange.close(resolve));
    }
  });

  it('is let go of at the end, whatever state it is in', async () => {
    const redis = await server(RedisServer.start());
    const one = await openUp(redis.port);
    expect((await redis.command('CLIENT', 'LIST')) as string).toMatch(/cmd=getrange/);
    await one.close();
    await eventually(
      async () => ((await redis.command('CLIENT', 'LIST')) as string).trim().split('\n').length,
      (clients) => clients === 1,
    );
    const absent = await openCache(await freePort());
    await absent.close();
    const events = absent.events.length;
    await one.store('s1');
    expect(await redis.keys()).toEqual([]);
    expect(absent.events).toHaveLength(events);
  });
});
