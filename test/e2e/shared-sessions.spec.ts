import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { openStream } from '../support/event-stream.js';
import { buildConfig, eventually, type TestConfig, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { describeWithRedis, RedisServer } from '../support/redis.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(60_000);

const JSON_HEADERS = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];

function configFor(redis: RedisServer): TestConfig {
  return buildConfig({
    projects: [{ servers: [echoServer('echo')], users: 2 }],
    common: {
      enkrypt_mcp_use_external_cache: true,
      enkrypt_cache_host: '127.0.0.1',
      enkrypt_cache_port: redis.port,
    },
  });
}

/** The same session by way of another replica. */
function at(gateway: TestGateway, session: RawSession, key = session.key): RawSession {
  return Object.assign(Object.create(RawSession.prototype) as RawSession, {
    id: 100_000 * (1 + Math.floor(Math.random() * 1000)),
    url: gateway.url,
    key,
    sessionId: session.sessionId,
  });
}

function pingStatus(gateway: TestGateway, key: string, sessionId: string): Promise<number> {
  const headers = ['apikey', key, 'Mcp-Session-Id', sessionId, ...JSON_HEADERS];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  return send(gateway.url, { headers, body }).then(({ status }) => status);
}

describeWithRedis('sessions on two replicas that share a Redis', () => {
  let redis: RedisServer;
  let config: TestConfig;
  let one: TestGateway;
  let two: TestGateway;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    await redis.command('FLUSHALL');
    config = configFor(redis);
    [one, two] = await Promise.all([TestGateway.startWith(config), TestGateway.startWith(config)]);
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all([one.stop(), two.stop()]);
  });

  it('go on at the other one, also when the first is killed', async () => {
    const session = await RawSession.open(one.url, one.key());
    expect(textOf(await at(two, session).call('echo__echo', { message: 'there' }))).toBe('there');
    one.child.kill('SIGKILL');
    expect(textOf(await at(two, session).call('echo__echo', { message: 'still' }))).toBe('still');
  });

  it('are of their key on every replica, and a made-up record opens nothing', async () => {
    const session = await RawSession.open(one.url, one.key(0, 0));
    expect(await pingStatus(two, two.key(0, 1), session.sessionId)).toBe(404);
    expect(await pingStatus(two, two.key(0, 0), 'made-up')).toBe(404);
    const [name = ''] = await redis.keys('smg:session:*');
    expect(name).not.toContain(session.sessionId);
    await redis.command('SET', name, '{"keyId":1}');
    expect(await pingStatus(two, two.key(0, 0), session.sessionId)).toBe(404);
    await redis.command('SET', name, 'x');
    expect(await pingStatus(two, two.key(0, 0), session.sessionId)).toBe(404);
    expect(await pingStatus(one, one.key(0, 0), session.sessionId)).toBe(200);
  });

  it('are of the endpoint that they were opened at on every replica', async () => {
    const session = await RawSession.open(`${one.url}/servers/echo`, one.key());
    expect(await pingStatus(two, two.key(), session.sessionId)).toBe(404);
    const there = Object.assign(at(two, session), { url: `${two.url}/servers/echo` });
    expect(textOf(await there.call('echo', { message: 'plain' }))).toBe('plain');
  });

  it('end everywhere', async () => {
    const session = await RawSession.open(one.url, one.key());
    await at(two, session).request('ping');
    expect((await at(two, session).end()).status).toBe(200);
    await eventually(
      () => pingStatus(one, one.key(), session.sessionId),
      (status) => status === 404,
    );
    expect(await redis.keys('smg:session:*')).toEqual([]);
    expect(await pingStatus(two, two.key(), session.sessionId)).toBe(404);
  });

  it('have their requests cancelled from the other one', async () => {
    const session = await RawSession.open(one.url, one.key());
    const other = at(two, session);
    await other.request('ping');
    const startedAt = Date.now();
    const slow = session.post({
      jsonrpc: '2.0',
      id: 'slow',
      method: 'tools/call',
      params: { name: 'echo__sleep', arguments: { ms: 25_000 } },
    });
    const state = { done: false };
    void slow.then(() => (state.done = true));
    await eventually(
      async () => {
        await other.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } });
        return state.done;
      },
      (ended) => ended,
      15_000,
    );
    expect((await slow).text).not.toContain('slept');
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  it('lose no call and get no other answer on random replicas, one of which is killed', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const gateway = index % 2 === 0 ? one : two;
        return RawSession.open(gateway.url, gateway.key(0, index % 2));
      }),
    );
    const wrong: string[] = [];
    for (let round = 0; round < 10; round++) {
      if (round === 5) one.child.kill('SIGKILL');
      await Promise.all(
        sessions.map(async (session, index) => {
          const gateway = round >= 5 || Math.random() < 0.5 ? two : one;
          const message = `${String(index)}-${String(round)}`;
          const answer = await at(gateway, session).call('echo__echo', { message });
          if (textOf(answer) !== message) wrong.push(JSON.stringify(answer));
        }),
      );
    }
    expect(wrong).toEqual([]);
  });

  it('go on where they are known while Redis hangs, and elsewhere the client is told to try again', async () => {
    const session = await RawSession.open(one.url, one.key());
    const stream = await openStream(one.url, one.key(), session.sessionId);
    expect(stream.status).toBe(200);
    redis.freeze();
    expect(await session.request('ping')).toMatchObject({ result: {} });
    expect(await pingStatus(two, two.key(), session.sessionId)).toBe(503);
    redis.thaw();
    await eventually(
      () => pingStatus(two, two.key(), session.sessionId),
      (status) => status === 200,
      15_000,
    );
    stream.close();
  });
});
