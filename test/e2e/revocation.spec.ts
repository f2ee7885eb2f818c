import { afterEach, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { type TestConfig, TestGateway } from '../support/gateway.js';
import { describeWithRedis, RedisServer } from '../support/redis.js';
import { expectRevoked } from '../support/revocation.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(90_000);

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
      const [first] = all;
      await expectRevoked(all, async () => {
        if (state === 'stopped') await redis.kill();
        const path = `/api-keys/${idOf(first!.config)}/disable`;
        expect(await new AdminClient(first!).status('POST', path)).toBe(200);
      });
    },
  );
});
