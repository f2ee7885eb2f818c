import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { callModern, sendModern, textOf } from '../support/answers.js';
import { type EventStream, listenModern } from '../support/event-stream.js';
import { buildConfig, eventually, ROOT, sha256, TestGateway } from '../support/gateway.js';
import { Processes } from '../support/mcp-clients.js';
import { send } from '../support/raw-http.js';
import { join } from 'node:path';

jest.setTimeout(60_000);
type Json = Record<string, unknown>;

const CHANGING = join(ROOT, 'test', 'support', 'changing-server.mjs');
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const UPDATED = 'notifications/resources/updated';
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';
const REFUSED = 'secure-mcp-gateway/refused';
const REDACTING = { enabled: true, policy_name: 'p', block: [], additional_config: { pii_redaction: true } };
const LISTS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
/** A key that may listen, and not subscribe. */
const LIMITED = 'a-key-that-may-not-subscribe';

const processes = new Processes();
let gateway: TestGateway;
let web: string;
const opened: EventStream[] = [];

async function start(): Promise<TestGateway> {
  const config = buildConfig({
    projects: [
      {
        users: 2,
        exposure: 'direct',
        servers: [
          { name: 'web', config: { url: web } },
          { name: 'child', config: { command: process.execPath, args: [CHANGING] } },
          { name: 'strict', config: { url: web }, extra: { input_guardrails_policy: REDACTING } },
        ],
      },
    ],
    policies: { p: { detectors: { pii: {} } } },
  });
  const { apikeys } = config.json as { apikeys: Record<string, Json> };
  const [owner] = config.keys[0] ?? [];
  apikeys[sha256(LIMITED)] = {
    project_id: owner?.projectId,
    user_id: owner?.userId,
    access: { methods: ['subscriptions/listen', 'tools/*'] },
  };
  return TestGateway.startWith(config);
}

beforeAll(async () => {
  web = await processes.listen(CHANGING);
  gateway = await start();
});
afterEach(() => {
  for (const stream of opened.splice(0)) stream.close();
});
afterAll(async () => {
  await gateway.stop();
  await processes.close();
});

interface Asked {
  readonly filter: unknown;
  readonly server?: string;
  readonly user?: number;
  readonly id?: string | number;
}

/** A stream that has been acknowledged. */
async function listening({ filter, server = 'web', user = 0, id = 1 }: Asked): Promise<EventStream> {
  const stream = await listenModern(`${gateway.origin}/mcp/servers/${server}`, gateway.key(0, user), filter, id);
  opened.push(stream);
  await eventually(
    () => stream.events,
    (events) => events.length > 0,
  );
  return stream;
}

const call = (name: string, args: Json = {}, server = 'web', user = 0): Promise<Json> =>
  callModern(`${gateway.origin}/mcp/servers/${server}`, gateway.key(0, user), name, args);
const touch = (uri: string, server = 'web'): Promise<Json> => call('touch', { uri, as: uri }, server);
const told = (stream: EventStream, method: string): Json[] => stream.events.filter((event) => event.method === method);
async function subscribed(uri: string): Promise<number> {
  return (JSON.parse(textOf(await call('subscribed'))) as string[][]).filter((held) => held.includes(uri)).length;
}

describe('a client of the 2026 era that listens', () => {
  it('is told first what it will hear, under the id of its request', async () => {
    const filter = {
      toolsListChanged: true,
      promptsListChanged: false,
      resourceSubscriptions: ['note://a', 'note://a'],
    };
    const stream = await listening({ filter, id: 'my-stream' });
    expect(stream.status).toBe(200);
    expect(stream.events).toEqual([
      {
        jsonrpc: '2.0',
        method: ACKNOWLEDGED,
        params: {
          notifications: { toolsListChanged: true, resourceSubscriptions: ['note://a'] },
          _meta: { [SUBSCRIPTION_ID]: 'my-stream' },
        },
      },
    ]);
  });

  it.each(['web', 'child'])('hears of the resources it asked for, and nobody else does (%s)', async (server) => {
    const one = await listening({ filter: { resourceSubscriptions: ['note://one'] }, server, id: 7 });
    const [lists, other] = [
      await listening({ filter: LISTS, server }),
      await listening({ filter: LISTS, server, user: 1 }),
    ];
    await touch('note://two', server);
    await touch('note://one', server);
    await eventually(
      () => told(one, UPDATED),
      (heard) => heard.length > 0,
    );
    expect(told(one, UPDATED)[0]).toEqual({
      jsonrpc: '2.0',
      method: UPDATED,
      params: { uri: 'note://one', _meta: { [SUBSCRIPTION_ID]: 7 } },
    });
    expect(told(one, UPDATED).map(({ params }) => (params as Json).uri)).not.toContain('note://two');
    for (const stream of [lists, other]) expect(told(stream, UPDATED)).toEqual([]);
  });

  it('ends its subscriptions at the server by closing the stream', async () => {
    const one = await listening({ filter: { resourceSubscriptions: ['note://closing'] } });
    expect(await subscribed('note://closing')).toBe(1);
    one.close();
    await eventually(
      () => subscribed('note://closing'),
      (held) => held === 0,
    );
  });

  it('hears of every change of the lists it asked for, without listing in between', async () => {
    const all = await listening({ filter: LISTS });
    const prompts = await listening({ filter: { promptsListChanged: true } });
    for (const count of [1, 2]) {
      await call('offer', { name: `again-${String(count)}` });
      for (const kind of ['prompts', 'resources']) {
        await eventually(
          () => told(all, `notifications/${kind}/list_changed`),
          (heard) => heard.length >= count,
        );
      }
    }
    expect(told(prompts, 'notifications/prompts/list_changed').length).toBeGreaterThanOrEqual(2);
    expect(told(prompts, 'notifications/resources/list_changed')).toEqual([]);
    expect(told(all, 'notifications/prompts/list_changed')[0]).toMatchObject({
      params: { _meta: { [SUBSCRIPTION_ID]: 1 } },
    });
  });

  it('hears of resources that could not be subscribed to, and why', async () => {
    const uris = ['note://ann.smith@example.com', 'note://fine'];
    const stream = await listening({ filter: { resourceSubscriptions: uris }, server: 'strict' });
    expect(stream.events[0]).toMatchObject({
      params: {
        notifications: { resourceSubscriptions: ['note://fine'] },
        _meta: { [REFUSED]: [{ uri: uris[0], reason: expect.stringMatching(/redacts/) }] },
      },
    });
  });

  it('is refused with a reason when it asks for nonsense', async () => {
    const url = gateway.url;
    const messages: string[] = [];
    for (const notifications of [undefined, [], { toolsListChanged: 'yes' }, { resourceSubscriptions: [1] }]) {
      const params = notifications === undefined ? {} : { notifications };
      const { error } = (await sendModern(url, gateway.key(), { method: 'subscriptions/listen', params })).json();
      expect(error).toMatchObject({ code: -32602 });
      messages.push((error as { message: string }).message);
    }
    expect(messages[0]).toMatch(/"notifications"/);
    expect(messages[2]).toMatch(/toolsListChanged/);
    expect(messages[3]).toMatch(/resourceSubscriptions/);
    const many = Array.from({ length: 257 }, (_, index) => `note://${String(index)}`);
    const params = { notifications: { resourceSubscriptions: many } };
    expect((await sendModern(url, gateway.key(), { method: 'subscriptions/listen', params })).json()).toMatchObject({
      error: { code: -32602, message: expect.stringMatching(/256/) },
    });
  });

  it('has to take a stream', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: {
        notifications: LISTS,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    });
    const headers = ['apikey', gateway.key(), 'Content-Type', 'application/json', 'Accept', 'application/json'];
    const modern = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'subscriptions/listen'];
    const answer = await send(gateway.url, { headers: [...headers, ...modern], body });
    expect(answer.json()).toMatchObject({ error: { message: expect.stringMatching(/text\/event-stream/) } });
  });

  it('cannot subscribe by it where its access leaves resources/subscribe out', async () => {
    const listen = (filter: Json): Promise<EventStream> => listenModern(gateway.url, LIMITED, filter);
    const [refused, open] = [await listen({ resourceSubscriptions: ['note://one'] }), await listen(LISTS)];
    opened.push(refused, open);
    await refused.closed;
    await eventually(
      () => open.events,
      (events) => events.length === 1,
    );
    expect(open.events[0]).toMatchObject({ method: ACKNOWLEDGED });
    expect(refused.events).toEqual([]);
  });

  it('is what the SDK of that era expects', async () => {
    const client = new Client({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const headers = { apikey: gateway.key() };
    const url = new URL(`${gateway.origin}/mcp/servers/web`);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    const heard: string[] = [];
    client.setNotificationHandler(UPDATED, ({ params }) => void heard.push(params.uri));
    const subscription = await client.listen({ resourceSubscriptions: ['note://sdk'] });
    expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: ['note://sdk'] });
    await touch('note://sdk');
    await eventually(
      () => heard,
      (uris) => uris.includes('note://sdk'),
    );
    await subscription.close();
    expect(await subscription.closed).toBe('local');
    await client.close();
  });
});

describe('a stream that listens', () => {
  it('ends with its key', async () => {
    const own = await start();
    try {
      const stream = await listenModern(own.url, own.key(0, 1), LISTS);
      await eventually(
        () => stream.events,
        (events) => events.length === 1,
      );
      const hash = sha256(own.key(0, 1));
      own.edit((json) => {
        (json.apikeys as Record<string, Json>)[hash]!.disabled = true;
      });
      await stream.closed;
      expect(stream.events.at(-1)).toMatchObject({ id: 1, error: { message: expect.any(String) } });
    } finally {
      await own.stop();
    }
  });

  it('hears of changes of tools, and is answered when the gateway shuts down', async () => {
    const own = await start();
    const stream = await listenModern(own.url, own.key(), LISTS, 'last');
    await eventually(
      () => stream.events,
      (events) => events.length === 1,
    );
    own.edit((json) => {
      for (const config of Object.values(json.mcp_configs as Record<string, { mcp_config: unknown[] }>))
        config.mcp_config.pop();
    });
    await eventually(
      () => told(stream, 'notifications/tools/list_changed'),
      (heard) => heard.length === 1,
    );
    expect(await own.stop()).toBe(0);
    await stream.closed;
    expect(stream.events.at(-1)).toEqual({
      jsonrpc: '2.0',
      id: 'last',
      result: { resultType: 'complete', _meta: { [SUBSCRIPTION_ID]: 'last' } },
    });
  });
});
