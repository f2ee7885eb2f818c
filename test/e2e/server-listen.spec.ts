import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { type EventStream, listenModern } from '../support/event-stream.js';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';
import { Listener } from '../support/listener.js';
import { Processes } from '../support/mcp-clients.js';

jest.setTimeout(60_000);
type Json = Record<string, unknown>;

const ANNOUNCING = join(ROOT, 'test', 'support', 'announcing-server.mjs');
const UPDATED = 'notifications/resources/updated';
const LISTS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

const processes = new Processes();
let gateway: TestGateway;
const opened: Listener[] = [];

beforeAll(async () => {
  const [web, shaky, silent] = await Promise.all([
    processes.listen(ANNOUNCING, '--http'),
    processes.listen(ANNOUNCING, '--http'),
    processes.listen(ANNOUNCING, '--http', '--silent'),
  ]);
  gateway = await TestGateway.start({
    projects: [
      {
        users: 2,
        exposure: 'direct',
        servers: [
          { name: 'web', config: { url: web } },
          { name: 'shaky', config: { url: shaky } },
          { name: 'silent', config: { url: silent } },
          { name: 'child', config: { command: process.execPath, args: [ANNOUNCING] } },
        ],
      },
    ],
    policies: {},
  });
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  await gateway.stop();
  await processes.close();
});

async function listener(server: string, user = 0): Promise<Listener> {
  const made = await Listener.open(gateway, server, user);
  opened.push(made);
  return made;
}

const touch = ({ session }: Listener, uri: string): Promise<Json> => session.call('touch', { uri });
const methods = ({ events }: EventStream): string[] => events.map(({ method }) => String(method));
/** The filters of the streams that the server has open. */
const listens = async ({ session }: Listener): Promise<Json[]> =>
  JSON.parse(textOf(await session.call('listens'))) as Json[];
const names = async ({ session }: Listener, method: string, member: string): Promise<unknown[]> =>
  ((await session.request(method)).result as Record<string, Json[]>)[member]!.map(({ name }) => name);

describe.each(['web', 'child'])('a server of 2026-07-28 that announces changes (%s)', (server) => {
  it('is heard by who subscribed to its resources, and by nobody else', async () => {
    const [one, other, stranger] = await Promise.all([listener(server), listener(server), listener(server, 1)]);
    expect(await one.subscribe('note://first')).toMatchObject({ result: {} });
    expect(await other.subscribe('note://other')).toMatchObject({ result: {} });
    await touch(one, 'note://unwanted');
    await touch(stranger, 'note://first');
    await touch(one, 'note://first');
    await touch(one, 'note://other');
    await eventually(
      () => other.uris(),
      (uris) => uris.length > 0,
    );
    await eventually(
      () => one.uris(),
      (uris) => uris.length > 0,
    );
    expect(new Set(one.uris())).toEqual(new Set(['note://first']));
    expect(new Set(other.uris())).toEqual(new Set(['note://other']));
    expect(stranger.uris()).toEqual([]);
    expect(await one.unsubscribe('note://first')).toMatchObject({ result: {} });
    const before = one.uris().length;
    await touch(one, 'note://first');
    await touch(one, 'note://other');
    await eventually(
      () => other.uris().length,
      (count) => count > 1,
    );
    expect(one.uris()).toHaveLength(before);
  });

  it('is listed anew when its lists change', async () => {
    const one = await listener(server);
    const name = `new_${server}`;
    const lists = [
      ['tools/list', 'tools'],
      ['prompts/list', 'prompts'],
      ['resources/list', 'resources'],
    ] as const;
    for (const [method, member] of lists) expect(await names(one, method, member)).not.toContain(name);
    await one.session.call('offer', { name });
    const changed = lists.map(([, member]) => `notifications/${member}/list_changed`);
    await eventually(
      () => methods(one.stream),
      (told) => changed.every((method) => told.includes(method)),
    );
    // Tools are read at most once a second; what is shown meanwhile is announced once more.
    await eventually(
      () => names(one, 'tools/list', 'tools'),
      (tools) => tools.includes(`tool_${name}`),
    );
    expect(await names(one, 'prompts/list', 'prompts')).toContain(name);
    expect(await names(one, 'resources/list', 'resources')).toContain(name);
  });

  it('is heard by listening clients of its own era', async () => {
    const one = await listener(server);
    const filter = { ...LISTS, resourceSubscriptions: ['note://first'] };
    const stream = await listenModern(`${gateway.origin}/mcp/servers/${server}`, gateway.key(0, 1), filter, 1);
    try {
      await eventually(
        () => methods(stream),
        (told) => told.includes('notifications/subscriptions/acknowledged'),
      );
      expect(stream.events[0]?.params).toMatchObject({ notifications: filter });
      // On stdio each key has a process of its own.
      const two = await listener(server, 1);
      await touch(two, 'note://first');
      await two.session.call('offer', { name: `other_${server}` });
      await eventually(
        () => new Set(methods(stream)).size,
        (kinds) => kinds === 5,
      );
      expect(
        new Set(stream.events.filter(({ method }) => method === UPDATED).map(({ params }) => (params as Json).uri)),
      ).toEqual(new Set(['note://first']));
      expect(one.uris()).toEqual([]);
    } finally {
      stream.close();
    }
  });
});

describe('listening to a server of 2026-07-28', () => {
  it('is one stream for each link, with what its sessions want at that time', async () => {
    const [one, two] = await Promise.all([listener('shaky'), listener('shaky')]);
    await one.session.request('resources/list');
    await eventually(
      () => listens(one),
      (open) => open.length === 1,
    );
    expect(await listens(one)).toEqual([LISTS]);
    await Promise.all([
      ...['a', 'b', 'c'].map((name) => one.subscribe(`note://${name}`)),
      two.subscribe('note://a'),
      two.subscribe('note://d'),
    ]);
    const uris = ['a', 'b', 'c', 'd'].map((name) => `note://${name}`);
    await eventually(
      () => listens(one),
      (open) => open.length === 1,
    );
    const [filter] = await listens(one);
    expect(new Set(filter!.resourceSubscriptions as string[])).toEqual(new Set(uris));
    await two.session.end();
    await eventually(
      () => listens(one),
      ([open, ...more]) => more.length === 0 && (open?.resourceSubscriptions as string[]).length === 3,
    );
    for (const name of ['a', 'b', 'c']) await one.unsubscribe(`note://${name}`);
    await eventually(
      () => listens(one),
      (open) => open.length === 1,
    );
    expect(await listens(one)).toEqual([LISTS]);
  });

  it('goes on after the stream broke off, and says that something may have been missed', async () => {
    const one = await listener('shaky');
    await one.session.request('tools/list');
    expect(await one.subscribe('note://first')).toMatchObject({ result: {} });
    await one.session.call('mute', { on: true });
    await one.session.call('cut');
    await eventually(
      () => listens(one),
      (open) => open.length === 0,
    );
    // What happens now is not heard.
    await touch(one, 'note://first');
    expect(one.uris()).toEqual([]);
    await one.session.call('mute', { on: false });
    await eventually(
      () => one.uris(),
      (uris) => uris.length > 0,
    );
    await eventually(
      () => methods(one.stream),
      (told) => told.includes('notifications/tools/list_changed'),
    );
    expect(await listens(one)).toEqual([{ ...LISTS, resourceSubscriptions: ['note://first'] }]);
    const before = one.uris().length;
    await touch(one, 'note://first');
    await eventually(
      () => one.uris().length,
      (count) => count > before,
    );
  });

  it('refuses a subscription whose stream the server does not give, and keeps those there are', async () => {
    const one = await listener('shaky');
    expect(await one.subscribe('note://first')).toMatchObject({ result: {} });
    await one.session.call('mute', { on: true });
    expect(await one.subscribe('note://second')).toMatchObject({ error: { code: expect.any(Number) as unknown } });
    await touch(one, 'note://first');
    await eventually(
      () => one.uris(),
      (uris) => uris.length > 0,
    );
    await one.session.call('mute', { on: false });
    expect(await one.subscribe('note://second')).toMatchObject({ result: {} });
    await touch(one, 'note://second');
    await eventually(
      () => one.uris(),
      (uris) => uris.includes('note://second'),
    );
  });

  it('is refused of resources where the server does not announce their updates', async () => {
    const one = await listener('silent');
    await one.session.request('tools/list');
    const refused = await one.subscribe('note://first');
    expect(refused).toMatchObject({
      error: { code: -32601, message: 'The server does not announce updates of its resources.' },
    });
    expect(await listens(one)).toEqual([LISTS]);
  });
});
