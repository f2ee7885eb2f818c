import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { callModern, resultOf, sendModern, textOf } from '../support/answers.js';
import { buildConfig, eventually, type TestConfig, TestGateway } from '../support/gateway.js';
import { LeakyServer } from '../support/leaky-server.js';
import { RawSession, type RawResponse, send } from '../support/raw-http.js';
import { describeWithRedis, RedisServer } from '../support/redis.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { HttpUpstreams } from '../support/upstreams.js';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;

let mail: LeakyServer;
const upstreams = new HttpUpstreams();
const gateways: TestGateway[] = [];

beforeAll(async () => {
  mail = await LeakyServer.start();
  mail.toolNames.splice(0, Infinity, 'get_mail', 'send_mail');
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.stop();
});
afterAll(async () => {
  await Promise.all([mail.close(), upstreams.close()]);
});

interface Limited {
  readonly key?: Json;
  readonly server?: Json;
  readonly common?: Json;
  readonly members?: number;
}

function configWith({ key, server, common, members = 1 }: Limited): TestConfig {
  const servers = [{ name: 'mail', config: { url: mail.url }, ...(server && { extra: server }) }];
  const config = buildConfig({ projects: [{ servers, users: members }], ...(common && { common }) });
  const { apikeys } = config.json as { apikeys: Record<string, Json> };
  const first = apikeys[config.keys[0]?.[0]?.hash ?? ''];
  if (first !== undefined && key !== undefined) first.limits = key;
  return config;
}

async function start(config: TestConfig): Promise<TestGateway> {
  const gateway = await TestGateway.startWith(config);
  gateways.push(gateway);
  return gateway;
}

const HELLO = { text: 'hello' };
const callOf = (id: number, name = 'mail__get_mail'): Json => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: HELLO },
});

async function metrics(gateway: TestGateway): Promise<string> {
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  return (await send(`${gateway.origin}/metrics`, { method: 'GET', headers })).text;
}

async function healthOfLimits(gateway: TestGateway): Promise<Json> {
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  const answer = (await send(`${gateway.origin}/health`, { method: 'GET', headers })).json();
  return (answer.detail as Json).limits as Json;
}

function expectRefused(response: RawResponse, limit: Json): void {
  expect(response.status).toBe(429);
  const seconds = Number(response.headers['retry-after']);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(response.json().error).toMatchObject({
    code: -32013,
    data: { code: 'rate_limited', retry_after_seconds: seconds, ...limit },
  });
}

describe('a key that may call twice a minute', () => {
  it('is refused the third time, with no effect, an audit line and a count; another key is not', async () => {
    const gateway = await start(configWith({ key: { calls_per_minute: 2 }, members: 2 }));
    const session = await RawSession.open(gateway.url, gateway.key());
    const before = mail.calls().length;
    for (let n = 0; n < 2; n++) expect(textOf(await session.call('mail__get_mail', HELLO))).toBe('hello');
    const refused = await session.post(callOf(9));
    expectRefused(refused, { scope: 'key', limit: 'calls_per_minute', max: 2 });
    expect(refused.json().id).toBe(9);
    expectRefused(
      await sendModern(gateway.url, gateway.key(), {
        method: 'tools/call',
        params: { name: 'mail__get_mail', arguments: HELLO },
      }),
      { scope: 'key' },
    );
    expect(mail.calls()).toHaveLength(before + 2);
    expect(textOf(await callModern(gateway.url, gateway.key(0, 1), 'mail__get_mail', HELLO))).toBe('hello');

    const lines = await eventually(
      () => gateway.audit().filter(({ decision }) => decision === 'refused'),
      ({ length }) => length === 2,
    );
    expect(lines[0]).toMatchObject({
      server: 'mail',
      tool: 'get_mail',
      reasons: ['rate_limited', 'key.calls_per_minute'],
    });
    expect(await metrics(gateway)).toContain('gateway_rate_limited_total{scope="key",limit="calls_per_minute"} 2');
    // What is no call of a tool goes on.
    expect((await session.request('tools/list')).result).toBeDefined();
  });

  it('is told so in the element of the meta tool, and in each answer of a batch', async () => {
    const gateway = await start(configWith({ key: { calls_per_minute: 2 } }));
    const session = await RawSession.open(gateway.url, gateway.key(), '2025-03-26');
    const tool_calls = [1, 2, 3, 4].map(() => ({ name: 'get_mail', args: HELLO }));
    const answer = await session.call('enkrypt_secure_call_tools', { server_name: 'mail', tool_calls });
    const { results, summary } = resultOf(answer)?.structuredContent as { results: Json[]; summary: Json };
    expect(summary).toMatchObject({ total_calls: 4, successful_calls: 2, failed_calls: 1 });
    expect(results[2]).toMatchObject({ status: 'error', error: { code: 'TOOL_006' } });
    const { details } = results[2]?.error as { details: Json };
    expect(details).toMatchObject({ technical_details: 'key.calls_per_minute' });
    expect(Number(details.retry_after)).toBeGreaterThanOrEqual(1);

    const all = await session.post([callOf(1), callOf(2)]);
    expect(all.status).toBe(429);
    expect(Number(all.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const some = await session.post([callOf(1), { jsonrpc: '2.0', id: 2, method: 'ping' }]);
    expect(some.status).toBe(200);
    expect(JSON.parse(some.text)).toEqual([
      expect.objectContaining({ id: 1, error: expect.objectContaining({ code: -32013 }) as Json }),
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
  });

  it('may call more often as soon as the file says so, and what was counted stays', async () => {
    const gateway = await start(configWith({ key: { calls_per_minute: 1 } }));
    const session = await RawSession.open(gateway.url, gateway.key());
    await session.call('mail__get_mail', HELLO);
    expect((await session.post(callOf(2))).status).toBe(429);
    gateway.edit((json) => {
      const { apikeys } = json as { apikeys: Record<string, Json> };
      for (const key of Object.values(apikeys)) key.limits = { calls_per_minute: 3 };
    });
    await eventually(
      async () => (await session.post(callOf(3))).status,
      (status) => status === 200,
    );
    expect((await session.post(callOf(4))).status).toBe(200);
    expect((await session.post(callOf(5))).status).toBe(429);
  });
});

describe('limits of servers and tools', () => {
  it('are of all callers together, and those of a tool leave the other tools alone', async () => {
    const server = { limits: { calls_per_minute: 4 }, tool_limits: [{ tools: ['send_*'], calls_per_day: 1 }] };
    const gateway = await start(configWith({ server, members: 2 }));
    const call = (member: number, name: string): Promise<RawResponse> =>
      sendModern(gateway.url, gateway.key(0, member), { method: 'tools/call', params: { name, arguments: HELLO } });
    expect((await call(0, 'mail__send_mail')).status).toBe(200);
    expectRefused(await call(1, 'mail__send_mail'), { scope: 'tool', limit: 'calls_per_day', max: 1 });
    for (const member of [0, 1, 1]) expect((await call(member, 'mail__get_mail')).status).toBe(200);
    expectRefused(await call(0, 'mail__get_mail'), { scope: 'server', limit: 'calls_per_minute', max: 4 });
  });

  it('come by default for each of a kind, and 0 takes the default away', async () => {
    const common = { limits: { key: { calls_per_minute: 1 } } };
    const gateway = await start(configWith({ common, key: { calls_per_minute: 0 }, members: 3 }));
    const call = async (member: number): Promise<number> =>
      (
        await sendModern(gateway.url, gateway.key(0, member), {
          method: 'tools/call',
          params: { name: 'mail__get_mail', arguments: HELLO },
        })
      ).status;
    for (let n = 0; n < 3; n++) expect(await call(0)).toBe(200);
    for (const member of [1, 2]) expect([await call(member), await call(member)]).toEqual([200, 429]);
  });

  it('count the bytes of answers', async () => {
    const gateway = await start(configWith({ key: { bytes_per_minute: 1000 } }));
    const session = await RawSession.open(gateway.url, gateway.key());
    const text = 'x'.repeat(600);
    expect((await session.call('mail__get_mail', { text })).result).toBeDefined();
    const more = await session.post(callOf(2));
    expectRefused(more, { limit: 'bytes_per_minute', max: 1000 });
  });
});

describe('a limit of calls under way', () => {
  it.each([
    ['does not answer', ['--mode', 'hang']],
    ['dies', ['--mode', 'die']],
  ])('has its place back after a call of a server that %s', async (_how, args) => {
    const bad = await upstreams.start('bad', args, {
      limits: { concurrent: 1 },
      timeout_settings: { tool_execution_timeout: 1 },
    });
    const config = buildConfig({ projects: [{ servers: [bad] }] });
    const gateway = await start(config);
    const session = await RawSession.open(gateway.url, gateway.key());
    await session.request('tools/list');
    for (let n = 0; n < 2; n++) {
      expect(resultOf(await session.call('bad__echo', { message: 'a' }))?.isError).toBe(true);
    }
  });

  it('refuses the second of two calls at once, and lets it in after a cancel of the first', async () => {
    const slow = await upstreams.start('slow', ['--mode', 'hang'], { limits: { concurrent: 1 } });
    const gateway = await start(buildConfig({ projects: [{ servers: [slow] }] }));
    const session = await RawSession.open(gateway.url, gateway.key());
    await session.request('tools/list');
    const message = (id: number): Json => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'slow__echo', arguments: { message: 'a' } },
    });
    const underWay = async (): Promise<unknown> => {
      const answer = await session.call('enkrypt_get_timeout_metrics');
      const { timeout_metrics: totals } = resultOf(answer)?.structuredContent as { timeout_metrics: Json };
      return totals.active_operations;
    };
    const first = session.post(message(1));
    await eventually(underWay, (count) => count === 1);
    const refused = await session.post(message(2));
    expectRefused(refused, { scope: 'server', limit: 'concurrent', max: 1, retry_after_seconds: 1 });
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    await first;
    const third = session.post(message(3));
    await eventually(underWay, (count) => count === 1);
    expect((await session.post(message(4))).status).toBe(429);
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } });
    expect((await third).status).toBe(202);
  });
});

describeWithRedis('limits over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.close());

  const shared = (limits: Json): TestConfig =>
    configWith({
      key: limits,
      common: {
        enkrypt_mcp_use_external_cache: true,
        enkrypt_cache_host: '127.0.0.1',
        enkrypt_cache_port: redis.port,
      },
    });
  const call = async (gateway: TestGateway): Promise<number> =>
    (
      await sendModern(gateway.url, gateway.key(), {
        method: 'tools/call',
        params: { name: 'mail__get_mail', arguments: HELLO },
      })
    ).status;

  it('are of all gateways together, hold in each while Redis is away, and are together again afterwards', async () => {
    const config = shared({ calls_per_minute: 4 });
    const one = await start(config);
    const two = await start(config);
    expect([await call(one), await call(two), await call(one), await call(two)]).toEqual([200, 200, 200, 200]);
    expect([await call(one), await call(two)]).toEqual([429, 429]);
    expect(await healthOfLimits(one)).toMatchObject({ type: 'external', state: 'up' });

    await redis.kill();
    const away: number[] = [];
    for (let n = 0; n < 6; n++) away.push(await call(one));
    expect(away).toEqual([200, 200, 200, 200, 429, 429]);
    expect(await healthOfLimits(one)).toMatchObject({ type: 'external', state: 'degraded' });
    expect(await metrics(one)).toContain('gateway_limits_degraded 1');
    await eventually(
      () => one.stderr,
      (text) => text.includes('limits_degraded'),
    );

    await redis.run();
    await eventually(
      () => healthOfLimits(one),
      ({ state }) => state === 'up',
      10_000,
    );
    expect(await metrics(one)).toContain('gateway_limits_degraded 0');
  });
});

it('the stdio door tells of a limit in a JSON-RPC error', async () => {
  const gateway = await start(configWith({ key: { calls_per_minute: 1 } }));
  const door = await StdioDoorClient.open(gateway);
  const call = (): Promise<Json> => door.request('tools/call', { name: 'mail__get_mail', arguments: HELLO });
  try {
    expect(textOf(await call())).toBe('hello');
    expect((await call()).error).toMatchObject({
      code: -32013,
      data: { code: 'rate_limited', scope: 'key', limit: 'calls_per_minute', max: 1 },
    });
  } finally {
    await door.close();
  }
});
