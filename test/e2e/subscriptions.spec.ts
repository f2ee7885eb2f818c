import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';
import { Listener } from '../support/listener.js';
import { Processes } from '../support/mcp-clients.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(60_000);
type Json = Record<string, unknown>;

const CHANGING = join(ROOT, 'test', 'support', 'changing-server.mjs');
const REDACTING = { enabled: true, policy_name: 'p', block: [], additional_config: { pii_redaction: true } };

const processes = new Processes();
let folder: string;
let gateway: TestGateway;
const opened: Listener[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'changing-'));
  const [web, strict] = await Promise.all([processes.listen(CHANGING), processes.listen(CHANGING)]);
  gateway = await TestGateway.start({
    projects: [
      {
        users: 2,
        exposure: 'direct',
        servers: [
          { name: 'web', config: { url: web } },
          { name: 'again', config: { url: web } },
          { name: 'strict', config: { url: strict }, extra: { input_guardrails_policy: REDACTING } },
          {
            name: 'child',
            config: { command: process.execPath, args: [CHANGING, `--starts=${join(folder, 'starts')}`] },
          },
        ],
      },
    ],
    policies: { p: { detectors: { pii: {} } } },
  });
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  await gateway.stop();
  await processes.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listener(server: string, user = 0): Promise<Listener> {
  const made = await Listener.open(gateway, server, user);
  opened.push(made);
  return made;
}

const touch = ({ session }: Listener, uri: string, as = uri): Promise<Json> => session.call('touch', { uri, as });
/** How many sessions of the server's own are subscribed. */
async function subscribed({ session }: Listener, uri: string): Promise<number> {
  const held = JSON.parse(textOf(await session.call('subscribed'))) as string[][];
  return held.filter((each) => each.includes(uri)).length;
}

describe.each(['web', 'child'])('subscriptions to resources of a server (%s)', (server) => {
  it('reach who subscribed, and nobody else', async () => {
    const [one, same, other] = await Promise.all([listener(server), listener(server), listener(server, 1)]);
    expect(await one.subscribe('note://first')).toMatchObject({ result: {} });
    await touch(other, 'note://first');
    await touch(one, 'note://first');
    await eventually(
      () => one.uris(),
      (heard) => heard.length > 0,
    );
    await same.subscribe('note://second');
    await touch(same, 'note://second');
    await eventually(
      () => same.uris(),
      (heard) => heard.length > 0,
    );
    expect(same.uris()).toEqual(['note://second']);
    expect(new Set(one.uris())).toEqual(new Set(['note://first']));
    expect(other.uris()).toEqual([]);
  });

  it('are shared by the sessions of a key, and end with the last of them', async () => {
    const [one, two] = await Promise.all([listener(server), listener(server)]);
    await Promise.all([one.subscribe('note://shared'), two.subscribe('note://shared')]);
    expect(await subscribed(one, 'note://shared')).toBe(1);
    expect(await one.unsubscribe('note://shared')).toMatchObject({ result: {} });
    await touch(one, 'note://shared');
    await eventually(
      () => two.uris(),
      (heard) => heard.length > 0,
    );
    expect(one.uris()).toEqual([]);
    expect(await subscribed(one, 'note://shared')).toBe(1);
    await two.session.end();
    await eventually(
      () => subscribed(one, 'note://shared'),
      (held) => held === 0,
    );
  });
});

describe('subscriptions', () => {
  it('tell of parts of what was asked for, and of nothing beside it', async () => {
    const one = await listener('web');
    await one.subscribe('folder://a');
    await touch(one, 'folder://a', 'folder://ab');
    await touch(one, 'folder://a', 'folder://a/file');
    await eventually(
      () => one.uris(),
      (heard) => heard.length > 0,
    );
    expect(one.uris()).toEqual(['folder://a/file']);
  });

  it('are refused for what nobody has, what is redacted, and what is too much', async () => {
    const one = await RawSession.open(gateway.url, gateway.key());
    expect(await one.request('resources/subscribe', { uri: 'nobody://has' })).toMatchObject({
      error: { code: -32002 },
    });
    expect(await one.request('resources/subscribe', {})).toMatchObject({ error: { code: -32602 } });
    const strict = await listener('strict');
    const refused = await strict.subscribe('note://ann.smith@example.com');
    expect(refused).toMatchObject({ error: { message: expect.stringMatching(/redacts/) as unknown } });
    expect(await subscribed(strict, 'note://ann.smith@example.com')).toBe(0);
    const many = await listener('web');
    for (let count = 0; count < 256; count++) await many.subscribe(`note://${String(count)}`);
    expect(await many.subscribe('note://one-more')).toMatchObject({
      error: { message: expect.stringMatching(/256 resources/) as unknown },
    });
    expect(await many.subscribe('note://7')).toMatchObject({ result: {} });
  });

  it('go on when the standing stream of the server breaks off', async () => {
    const one = await listener('web');
    await one.subscribe('note://cut');
    await one.session.call('cut');
    await touch(one, 'note://cut');
    await eventually(
      () => one.uris(),
      (heard) => heard.length > 0,
    );
  });

  it('are restored when the server has forgotten the session, without a call that shows it', async () => {
    const one = await listener('web');
    await one.subscribe('note://kept');
    await one.session.call('forget');
    // The client is told that it may have missed something.
    await eventually(
      () => one.uris(),
      (heard) => heard.length > 0,
    );
    await eventually(
      () => subscribed(one, 'note://kept'),
      (held) => held === 1,
    );
    const before = one.uris().length;
    await touch(one, 'note://kept');
    await eventually(
      () => one.uris(),
      (heard) => heard.length > before,
    );
  });

  it('are restored when the process of the server has died', async () => {
    const one = await listener('child');
    await one.subscribe('note://alive');
    const starts = Number(textOf(await one.session.call('starts')));
    await one.session.call('die');
    await eventually(
      () => one.uris(),
      (heard) => heard.length > 0,
      20_000,
    );
    expect(Number(textOf(await one.session.call('starts')))).toBeGreaterThan(starts);
    expect(await subscribed(one, 'note://alive')).toBe(1);
  });
});

describe('lists of prompts and resources that change', () => {
  it('are announced to sessions that have seen them, and are read anew', async () => {
    const [one, blind] = await Promise.all([listener('web'), listener('web')]);
    const names = async (): Promise<unknown> => (await one.session.request('prompts/list')).result;
    await names();
    await one.session.request('resources/list');
    await one.session.call('offer', { name: 'new' });
    for (const kind of ['prompts', 'resources']) {
      await eventually(
        () => one.told(`notifications/${kind}/list_changed`),
        (heard) => heard.length === 1,
      );
    }
    expect(JSON.stringify(await names())).toContain('"new"');
    expect(JSON.stringify((await one.session.request('resources/list')).result)).toContain('note://new');
    expect(blind.stream.events).toEqual([]);
  });

  it('of a server that never stops are asked for once a second at most', async () => {
    const one = await listener('web');
    const listed = async (): Promise<number> => Number(textOf(await one.session.call('listed')));
    const before = await listed();
    const startedAt = performance.now();
    for (let count = 0; count < 20; count++) {
      await one.session.call('offer', { name: `many-${String(count)}` });
      await one.session.request('resources/list');
      if (performance.now() - startedAt > 3000) break;
    }
    const seconds = (performance.now() - startedAt) / 1000;
    expect((await listed()) - before).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  });
});

describe('a server that closes the stream of a call', () => {
  it('is asked for the rest, and the call is not sent again', async () => {
    const one = await listener('web');
    expect(textOf(await one.session.call('poll'))).toBe('polled');
  });
});

describe('a server that is taken away', () => {
  it('is not heard of any more', async () => {
    const [one, witness] = await Promise.all([listener('web'), listener('again')]);
    await one.subscribe('note://gone');
    await touch(witness, 'note://gone');
    const heard = await eventually(
      () => one.uris(),
      (before) => before.length > 0,
    );
    gateway.edit((json) => {
      const configs = json.mcp_configs as Record<string, { mcp_config: { server_name: string }[] }>;
      for (const config of Object.values(configs)) {
        config.mcp_config = config.mcp_config.filter(({ server_name: name }) => name !== 'web');
      }
    });
    await eventually(
      () => subscribed(witness, 'note://gone'),
      (held) => held === 0,
    );
    await touch(witness, 'note://gone');
    expect(one.uris()).toEqual(heard);
  });
});
