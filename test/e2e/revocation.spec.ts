import { afterEach, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { eventually, type TestConfig, TestGateway } from '../support/gateway.js';
import { describeWithRedis, RedisServer } from '../support/redis.js';
import { observe, replicaOf, worstStall } from '../support/revocation.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(90_000);

/** In force on every replica. */
const WITHIN_MS = 1_000;
const STREAM_WITHIN_MS = 5_000;
const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function gateways(redis: RedisServer): Promise<readonly TestGateway[]> {
  const common = {
    enkrypt_mcp_use_external_cache: true,
    enkrypt_cache_host: '127.0.0.1',
    enkrypt_cache_port: redis.port,
  };
  const first = await TestGateway.start({ projects: [{ servers: [echoServer('echo')], users: 2 }], common });
  open.push(first);
  const others = await Promise.all([first.replica(), first.replica()]);
  open.push(...others);
  return [first, ...others];
}

const idOf = (config: TestConfig): string => config.keys[0]?.[0]?.hash.slice('sha256:'.length).slice(0, 12) ?? '';

describeWithRedis('a key that is disabled under load', () => {
  it.each(['running', 'stopped'] as const)(
    'is refused by three replicas within a second, and its streams end, with Redis %s',
    async (state) => {
      const redis = await RedisServer.start();
      open.push({ stop: () => redis.kill() });
      const all = await gateways(redis);
      const replicas = await Promise.all(all.map(replicaOf));
      if (state === 'stopped') await redis.kill();
      let isOver = false;
      const observing = Promise.all(replicas.map((replica) => observe(replica, () => isOver)));
      const calls = (): number => all.reduce((sum, gateway) => sum + gateway.audit().length, 0);
      await eventually(calls, (count) => count > 300, 30_000);

      const stall = worstStall();
      const [first] = all;
      const admin = new AdminClient(first!);
      expect(await admin.status('POST', `/api-keys/${idOf(first!.config)}/disable`)).toBe(200);
      const disabledAt = performance.now();
      await Promise.all(replicas.map(({ stream }) => stream.closed));
      const streamsEnded = performance.now() - disabledAt;
      const before = calls();
      await eventually(calls, (count) => count > before + 300, 30_000);
      const allowance = 3 * stall.stop();
      isOver = true;

      expect(streamsEnded).toBeLessThan(STREAM_WITHIN_MS + allowance);
      for (const { lastServed, firstRefused, servedAfterRefusal, others } of await observing) {
        expect(firstRefused - disabledAt).toBeLessThan(WITHIN_MS + allowance);
        expect(lastServed - disabledAt).toBeLessThan(WITHIN_MS + allowance);
        expect(servedAfterRefusal).toBe(0);
        expect(others.length).toBeGreaterThan(10);
        expect(new Set(others)).toEqual(new Set([200]));
      }
    },
  );
});
