import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { callModern, elementOf, resultOf, secureCall, sendModern, textOf } from '../support/answers.js';
import { EventStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { LeakyServer } from '../support/leaky-server.js';
import { answerOf, RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { StubbornServer } from '../support/stubborn-server.js';
import { WaitingChecks } from '../support/waiting-checks.js';

type Json = Record<string, unknown>;
jest.setTimeout(60_000);

const POLICY = { enabled: true, policy_name: 'p', block: ['injection_attack'] };
const USERS = 3;

let mail: LeakyServer;
let files: LeakyServer;
let held: LeakyServer;
let checks: WaitingChecks;
let stubborn: StubbornServer;
let gateway: TestGateway;
let admin: AdminClient;

beforeAll(async () => {
  [mail, files, held] = await Promise.all([LeakyServer.start(), LeakyServer.start(), LeakyServer.start()]);
  for (const server of [mail, files, held]) server.toolNames.splice(0, Infinity, 'get', 'send');
  checks = await WaitingChecks.start();
  stubborn = new StubbornServer();
  gateway = await TestGateway.start({
    projects: [
      {
        users: USERS,
        servers: [
          { name: 'mail', config: { url: mail.url } },
          { name: 'files', config: { url: files.url }, extra: { tools: { get: 'reads', send: 'writes' } } },
          { name: 'held', config: { url: held.url }, extra: { input_guardrails_policy: POLICY } },
          stubborn.entry('slow'),
        ],
      },
    ],
    plugins: checks.plugins,
  });
  admin = new AdminClient(gateway);
});

afterAll(async () => {
  await gateway.stop();
  checks.close();
  stubborn.remove();
  await Promise.all([mail, files, held].map((server) => server.close()));
});

const server = (name: string): string => `/configs/config_0/servers/${name}`;
const owner = (index = 0) => gateway.config.keys[0]![index]!;
const TEXT = { text: 'x' };

/** Tool calls under way for a key. */
async function running(key: string): Promise<number> {
  const session = await RawSession.open(gateway.url, key);
  const answer = await session.call('enkrypt_get_timeout_metrics', {});
  return (textOf(answer).match(/tool_execution_/g) ?? []).length;
}

/** The switch of a thing, on again after each test. */
const thrown: string[] = [];
async function disable(path: string, reason?: string): Promise<void> {
  thrown.push(path);
  await admin.data('POST', `${path}/disable`, reason === undefined ? {} : { reason });
}
afterEach(async () => {
  for (const path of thrown.splice(0)) await admin.data('POST', `${path}/enable`);
});

/** What each door says to a call of `<server>__<tool>`. */
async function everyDoor(session: RawSession, stdio: StdioDoorClient, name: string, tool: string): Promise<string[]> {
  const args = secureCall(name, tool, TEXT);
  return [
    textOf(await session.call(`${name}__${tool}`, TEXT)),
    textOf(await callModern(gateway.url, gateway.key(), `${name}__${tool}`, TEXT)),
    textOf(await stdio.request('tools/call', { name: `${name}__${tool}`, arguments: TEXT })),
    JSON.stringify(resultOf(await session.call('enkrypt_secure_call_tools', args))),
  ];
}

describe.each([
  ['a disabled server', server('mail'), 'mail', "Server 'mail'"],
  ['a disabled tool', `${server('mail')}/tools/send`, 'mail', "Tool 'send' of server 'mail'"],
  ['a disabled tool of an allow-list', `${server('files')}/tools/send`, 'files', "Tool 'send' of server 'files'"],
])('%s', (_what, path, name, who) => {
  it('is refused at every door with the reason, not listed, never reached, and back when it is enabled', async () => {
    const upstream = name === 'mail' ? mail : files;
    const session = await RawSession.open(gateway.url, gateway.key());
    const stdio = await StdioDoorClient.open(gateway);
    const listed = async (): Promise<string[]> => [
      JSON.stringify(await session.request('tools/list')),
      JSON.stringify(answerOf(await sendModern(gateway.url, gateway.key(), { method: 'tools/list', params: {} }))),
      JSON.stringify(await stdio.request('tools/list', {})),
      JSON.stringify(await session.call('enkrypt_list_all_servers', {})),
    ];
    // Its catalogs are known before, at both processes.
    for (const list of await listed()) expect(list).toMatch(new RegExp(`${name}__send|\\\\?"${name}\\\\?"`));
    for (const answer of await everyDoor(session, stdio, name, 'send')) expect(answer).not.toContain('disabled');
    const before = upstream.calls().length;

    await disable(path, 'incident 42');
    const text = `${who} was disabled by an administrator: incident 42.`;
    // The stdio door is a process of its own that follows the file.
    await eventually(
      async () => textOf(await stdio.request('tools/call', { name: `${name}__send`, arguments: TEXT })),
      (answer) => answer === text,
    );
    const seen = upstream.calls().length;
    for (const answer of await everyDoor(session, stdio, name, 'send')) expect(answer).toContain(text);
    expect(upstream.calls().length).toBe(seen);
    const [direct, modern, onStdio, meta] = await listed();
    for (const list of [direct, modern, onStdio]) expect(list).not.toContain(`${name}__send`);
    expect(meta).not.toContain('incident');
    if (path === server('mail')) expect(meta).not.toContain('"mail"');

    await admin.data('POST', `${path}/enable`);
    thrown.splice(0);
    await eventually(
      async () => (await everyDoor(session, stdio, name, 'send')).filter((answer) => answer.includes('disabled')),
      (refused) => refused.length === 0,
    );
    expect(upstream.calls().length).toBeGreaterThan(before);
    await stdio.close();
  });
});

describe('a call under way when the switch is thrown', () => {
  it.each([
    ['server', server('held'), "Server 'held' was disabled"],
    ['tool', `${server('held')}/tools/send`, "Tool 'send' of server 'held' was disabled"],
  ])('is refused before it is sent: %s', async (what, path, text) => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const before = held.calls().length;
    const direct = session.call('held__send', { text: `direct ${what}` });
    const meta = session.call('enkrypt_secure_call_tools', secureCall('held', 'send', { text: `meta ${what}` }));
    await Promise.all([checks.asked(`direct ${what}`), checks.asked(`meta ${what}`)]);
    await disable(path);
    await Promise.all([checks.decide(`direct ${what}`, 'clean'), checks.decide(`meta ${what}`, 'clean')]);
    expect(textOf(await direct)).toContain(text);
    expect(elementOf(await meta)).toMatchObject({ status: 'error', message: expect.stringContaining(text) });
    expect(held.calls().length).toBe(before);
  });

  it('is refused before it is sent when its user is disabled, in both eras', async () => {
    const [{ key, userId }, before] = [owner(1), held.calls().length];
    const session = await RawSession.open(gateway.url, key);
    const calls = [
      session.call('held__send', { text: 'old era' }),
      callModern(gateway.url, key, 'held__send', { text: 'new era' }),
    ];
    await Promise.all([checks.asked('old era'), checks.asked('new era')]);
    await disable(`/users/${userId}`, 'left the company');
    for (const answer of await Promise.all(calls)) expect(textOf(answer)).toContain('no longer valid');
    await Promise.all([checks.decide('old era', 'clean'), checks.decide('new era', 'clean')]);
    await session.post({ jsonrpc: '2.0', id: 3, method: 'ping' });
    expect(held.calls().length).toBe(before);
  });
});

describe.each([
  ['user', () => `/users/${owner(2).userId}`],
  ['project', () => `/projects/${owner(2).projectId}`],
])('a disabled %s', (what, path) => {
  it('has keys that are refused like all others, and no open session, stream or call', async () => {
    const { key } = owner(2);
    const session = await RawSession.open(gateway.url, key);
    const headers = ['apikey', key, 'Mcp-Session-Id', session.sessionId, 'Accept', 'text/event-stream'];
    const stream = await EventStream.open(gateway.url, { headers });
    const waiting = callModern(gateway.url, key, 'slow__wait', { ms: 50_000, text: 'too late' });
    await eventually(
      () => running(key),
      (count) => count > 0,
    );
    const start = Date.now();
    await disable(path(), 'nobody is told');
    await stream.closed;
    expect(textOf(await waiting)).toContain('no longer valid');
    // Five seconds are the promise; the answer of the API alone says that the switch is thrown.
    expect(Date.now() - start).toBeLessThan(5000);
    const refused = await session.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect([refused.status, refused.text.includes('nobody')]).toEqual([401, false]);
    await eventually(
      () => gateway.stderr,
      (text) => text.includes(`"reason":"${what}_disabled"`),
    );
    const place = what === 'user' ? `/users/${owner(2).userId}` : `/projects/${owner(2).projectId}`;
    expect(await admin.data('GET', place)).toMatchObject({ disabled: true, disabled_reason: 'nobody is told' });
  });
});

describe('the switch of a server', () => {
  it('is no news to a key that may not use it', async () => {
    gateway.edit((json) => {
      (json.apikeys as Record<string, Json>)[owner(1).hash]!.access = { deny: [{ server: 'mail' }] };
    });
    await disable(server('mail'), 'a secret of others');
    const answer = await eventually(
      async () => {
        const session = await RawSession.open(gateway.url, owner(1).key);
        return textOf(await session.call('mail__send', TEXT));
      },
      (text) => !text.includes('secret'),
    );
    expect(answer).toContain('Unknown tool');
  });

  it('takes one line as a reason', async () => {
    expect(await admin.status('POST', `${server('mail')}/disable`, { reason: 'a\nb' })).toBe(422);
    expect(await admin.status('POST', `${server('mail')}/disable`, { reason: 'x'.repeat(257) })).toBe(422);
    expect(await admin.status('POST', `${server('nobody')}/disable`, {})).toBe(404);
  });
});
