import { afterEach, expect, it, jest } from '@jest/globals';
import { secureCall } from '../support/answers.js';
import { AdminClient } from '../support/admin-client.js';
import { EventStream } from '../support/event-stream.js';
import { eventually, type TestConfig, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { describeWithRedis, RedisServer } from '../support/redis.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(90_000);

/** In force on every replica. */
const WITHIN_MS = 1_000;
const STREAM_WITHIN_MS = 5_000;
/** Callers with the key, at each replica. */
const CALLERS = 4;
const TICK_MS = 10;

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

/** One replica with sessions of the key that is going to be disabled, and of another. */
interface Replica {
  readonly revoked: readonly RawSession[];
  readonly other: RawSession;
  readonly stream: EventStream;
}

/** When the key was let in last and refused first, and what happened to the other. */
interface Observed {
  lastServed: number;
  firstRefused: number;
  servedAfterRefusal: number;
  readonly others: number[];
}

async function replicaOf(gateway: TestGateway): Promise<Replica> {
  const { url } = gateway;
  const revoked = await Promise.all(Array.from({ length: CALLERS }, () => RawSession.open(url, gateway.key())));
  const [first] = revoked;
  const headers = ['apikey', gateway.key(), 'Mcp-Session-Id', first?.sessionId ?? '', 'Accept', 'text/event-stream'];
  const stream = await EventStream.open(url, { headers });
  expect(stream.status).toBe(200);
  return { revoked, other: await RawSession.open(url, gateway.key(0, 1)), stream };
}

const call = (session: RawSession): Promise<number> =>
  session
    .post({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'enkrypt_secure_call_tools', arguments: secureCall('echo', 'echo', { message: 'hello' }) },
    })
    .then(({ status }) => status);

/** Calls in loops, with both keys, until told to stop. */
async function observe(replica: Replica, isOver: () => boolean): Promise<Observed> {
  const seen: Observed = { lastServed: 0, firstRefused: Infinity, servedAfterRefusal: 0, others: [] };
  const caller = async (session: RawSession): Promise<void> => {
    let refused = false;
    while (!isOver()) {
      const status = await call(session);
      const now = performance.now();
      if (status === 200) {
        seen.lastServed = Math.max(seen.lastServed, now);
        if (refused) seen.servedAfterRefusal++;
      } else {
        refused = true;
        expect(status).toBe(401);
        seen.firstRefused = Math.min(seen.firstRefused, now);
      }
    }
  };
  const good = async (): Promise<void> => {
    while (!isOver()) seen.others.push(await call(replica.other));
  };
  await Promise.all([...replica.revoked.map(caller), good()]);
  return seen;
}

/** How long this machine did nothing for this process at a stretch, at worst: nobody can be told sooner than that. */
function worstStall(): { readonly stop: () => number } {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return worst;
    },
  };
}

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
