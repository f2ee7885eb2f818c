import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JSON_HEADERS, sendModern, textOf } from '../support/answers.js';
import { openStream } from '../support/event-stream.js';
import { eventually, sha256, type TestKey, TestGateway } from '../support/gateway.js';
import { type RawResponse, RawSession, send } from '../support/raw-http.js';
import { echoServer, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const HELLO = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});
/** The promise for every change of the config, in milliseconds. */
const PROMISED_MS = 1000;

let gateway: TestGateway;
let member: TestKey;

function ask(headers: readonly string[], body: string | Buffer = HELLO): Promise<RawResponse> {
  return send(gateway.url, { headers: [...headers, ...JSON_HEADERS], body });
}

/** A gateway with one empty project and this many others of two users each; `member` is the first user of the first. */
async function start(projects = 1): Promise<void> {
  const working = { servers: [stdioServer('up'), echoServer('echo')], users: 2 };
  gateway = await TestGateway.start(
    { projects: [...Array.from({ length: projects }, () => working), { servers: [] }] },
    [],
    // The variables of the stdio door, with a key that is valid: the HTTP door must not look at them.
    (config) => {
      const { key, projectId, userId } = config.keys[0]![0]!;
      return { ENKRYPT_GATEWAY_KEY: key, ENKRYPT_PROJECT_ID: projectId, ENKRYPT_USER_ID: userId, apikey: key };
    },
  );
  member = gateway.config.keys[0]![0]!;
}

describe('credentials', () => {
  beforeAll(() => start());
  afterAll(() => gateway.stop());

  it.each<[string, (key: string) => readonly string[]]>([
    ['apikey', (key) => ['apikey', key]],
    ['APIKEY', (key) => ['APIKEY', key]],
    ['ENKRYPT_GATEWAY_KEY', (key) => ['ENKRYPT_GATEWAY_KEY', key]],
    ['Authorization: Bearer', (key) => ['Authorization', `Bearer ${key}`]],
    ['Authorization: bearer', (key) => ['authorization', `bearer ${key}`]],
    [
      'the same key under all names',
      (key) => ['apikey', key, 'ENKRYPT_GATEWAY_KEY', key, 'Authorization', `Bearer ${key}`],
    ],
  ])('are taken from %s', async (_what, headers) => {
    expect((await ask(headers(member.key))).status).toBe(200);
  });

  it.each<[string, (key: TestKey) => readonly string[]]>([
    ['project', (key) => ['project_id', key.projectId]],
    ['user', (key) => ['user_id', key.userId]],
    ['project and user', (key) => ['project_id', key.projectId, 'USER_ID', key.userId]],
    ['an empty project', () => ['project_id', '']],
  ])('may name %s when that agrees with the key', async (_what, headers) => {
    expect((await ask(['apikey', member.key, ...headers(member)])).status).toBe(200);
  });

  it.each<[string, (key: TestKey) => readonly string[]]>([
    ['none at all', () => []],
    ['an empty key', () => ['apikey', '']],
    ['a wrong key', () => ['apikey', 'wrong']],
    ['a wrong bearer token', () => ['Authorization', 'Bearer wrong']],
    ['the key without its last character', ({ key }) => ['apikey', key.slice(0, -1)]],
    ['the hash instead of the key', ({ hash }) => ['apikey', hash]],
    ['the bare hash', ({ hash }) => ['apikey', hash.replace('sha256:', '')]],
    ['Basic instead of Bearer', ({ key }) => ['Authorization', `Basic ${key}`]],
    ['the key under another name', ({ key }) => ['x-api-key', key]],
    ['__proto__', () => ['apikey', '__proto__']],
    ['the admin key', () => ['apikey', gateway.config.adminKey]],
    ['project and user alone', ({ projectId, userId }) => ['project_id', projectId, 'user_id', userId]],
    ['another project', ({ key }) => ['apikey', key, 'project_id', gateway.config.keys[1]![0]!.projectId]],
    ['another user', ({ key }) => ['apikey', key, 'user_id', gateway.config.keys[1]![0]!.userId]],
    ['a project in another case', ({ key, projectId }) => ['apikey', key, 'project_id', projectId.toUpperCase()]],
  ])('are refused with 401 and one text for all: %s', async (_what, headers) => {
    const response = await ask(headers(member));
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toMatch(/^Bearer\b/);
    const none = await ask([]);
    expect(response.text).toBe(none.text);
    expect(response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32010 } });
  });

  it('are not taken from the query', async () => {
    for (const name of ['apikey', 'access_token', 'ENKRYPT_GATEWAY_KEY']) {
      const url = `${gateway.url}?${name}=${member.key}`;
      expect((await send(url, { headers: JSON_HEADERS, body: HELLO })).status).toBe(401);
    }
  });

  it.each<[string, (key: string) => readonly string[]]>([
    ['apikey', (key) => ['apikey', key, 'apikey', key]],
    ['ENKRYPT_GATEWAY_KEY', (key) => ['ENKRYPT_GATEWAY_KEY', key, 'enkrypt_gateway_key', key]],
    ['Authorization', (key) => ['Authorization', `Bearer ${key}`, 'Authorization', `Bearer ${key}`]],
    ['Authorization after a wrong one', (key) => ['Authorization', 'Bearer x', 'authorization', `Bearer ${key}`]],
    ['project_id', (key) => ['apikey', key, 'project_id', 'a', 'project_id', 'a']],
    ['Content-Type', (key) => ['apikey', key, 'Content-Type', 'text/plain']],
  ])('are refused with 400 when a header is repeated: %s', async (_what, headers) => {
    const response = await ask(headers(member.key));
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: -32600 } });
    expect(response.text).not.toContain(member.key);
  });

  it('are refused with 400 when they contradict each other', async () => {
    for (const headers of [
      ['apikey', member.key, 'Authorization', 'Bearer other'],
      ['apikey', 'other', 'ENKRYPT_GATEWAY_KEY', member.key],
      ['apikey', member.key, 'Authorization', `Bearer ${gateway.key(1)}`],
    ]) {
      expect((await ask(headers)).status).toBe(400);
    }
  });

  it.each<[string, readonly string[]]>([
    ['key', ['apikey', 'k'.repeat(2000)]],
    ['bearer token', ['Authorization', `Bearer ${'k'.repeat(2000)}`]],
    ['project id', ['project_id', 'p'.repeat(2000)]],
    ['header of any name', ['x-whatever', 'x'.repeat(20_000)]],
  ])('are refused with 431 with an oversized %s', async (_what, headers) => {
    expect((await ask(headers)).status).toBe(431);
  });

  it('are looked at before anything of the body', async () => {
    for (const body of ['{"jsonrpc":', '['.repeat(100_000), Buffer.from([0xff]), '', Buffer.alloc(5 * 1024 * 1024)]) {
      expect((await ask(['apikey', 'wrong'], body)).status).toBe(401);
    }
    const other = await send(gateway.url, { headers: ['Content-Type', 'text/plain'], body: 'x' });
    expect(other.status).toBe(401);
    for (const method of ['GET', 'DELETE', 'PUT', 'OPTIONS']) {
      expect((await send(gateway.url, { method, headers: ['Mcp-Session-Id', 'x'] })).status).toBe(401);
    }
  });

  it('leave a reason in the log and in the audit file, and no key', async () => {
    await ask(['apikey', 'hunter2-hunter2']);
    await ask(['apikey', member.key, 'user_id', 'someone-else']);
    const denied = await eventually(
      () => gateway.audit().filter(({ decision }) => decision === 'refused'),
      (lines) => lines.some(({ reasons }) => String(reasons) === 'ids_disagree'),
    );
    expect(denied.map(({ reasons }) => String(reasons))).toContain('unknown_key');
    await eventually(
      () => gateway.stderr,
      (log) => log.includes('"reason":"ids_disagree"'),
    );
    for (const text of [gateway.stderr, JSON.stringify(gateway.audit())]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(member.key);
    }
  });
});

describe('a key that is taken away', () => {
  beforeAll(() => start(8));
  afterAll(() => gateway.stop());
  let used = 0;
  beforeEach(() => {
    // Each test takes the first key of a project that no other test has touched.
    member = gateway.config.keys[used++]![0]!;
  });

  const key = (json: Json, { hash }: TestKey): Json => (json.apikeys as Record<string, Json>)[hash]!;
  const project = (json: Json, { projectId }: TestKey): { users: string[] } =>
    (json.projects as Record<string, { users: string[] }>)[projectId]!;

  it.each<[string, (json: Json, key: TestKey) => void]>([
    ['disabled', (json, each) => (key(json, each).disabled = true)],
    ['expired', (json, each) => (key(json, each).expires_at = new Date(Date.now() - 1000).toISOString())],
    ['deleted', (json, { hash }) => Reflect.deleteProperty(json.apikeys as Json, hash)],
    [
      'without its member',
      (json, each) => {
        const its = project(json, each);
        its.users = its.users.filter((id) => id !== each.userId);
      },
    ],
    ['without its user', (json, { userId }) => Reflect.deleteProperty(json.users as Json, userId)],
    ['without its project', (json, { projectId }) => Reflect.deleteProperty(json.projects as Json, projectId)],
  ])('because it is %s ends sessions, streams and calls within a second', async (what, change) => {
    const session = await RawSession.open(gateway.url, member.key);
    expect(textOf(await session.call('up__echo', { message: 'before' }))).toBe('before');
    const stream = await openStream(gateway.url, member.key, session.sessionId);
    expect(stream.status).toBe(200);
    const underWay = session.post({
      jsonrpc: '2.0',
      id: 'long',
      method: 'tools/call',
      params: { name: 'echo__sleep', arguments: { ms: 60_000 } },
    });

    const changed = Date.now();
    gateway.edit((json) => {
      change(json, member);
    });
    const refused = await eventually(
      () => ask(['apikey', member.key]),
      ({ status }) => status !== 200,
      PROMISED_MS * 3,
    );
    expect(Date.now() - changed).toBeLessThan(PROMISED_MS + 500);
    expect(refused.status).toBe(401);
    expect(refused.text).toBe((await ask([])).text);
    await stream.closed;
    // The client still waits for this one, so it is told.
    expect((await underWay).json()).toMatchObject({ id: 'long', error: { code: -32001 } });
    expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(401);
    const modern = await sendModern(gateway.url, member.key, { method: 'tools/list', params: {} });
    expect(modern.status).toBe(401);

    // Somebody else's key is not touched, unless the whole project is gone.
    const colleague = (await ask(['apikey', gateway.key(used - 1, 1)])).status;
    expect(colleague).toBe(what === 'without its project' ? 401 : 200);
    expect((await ask(['apikey', gateway.key(8)])).status).toBe(200);
  });

  it('by the passing of its time ends session and stream without any further change of the file', async () => {
    const session = await RawSession.open(gateway.url, member.key);
    const stream = await openStream(gateway.url, member.key, session.sessionId);
    expect(stream.status).toBe(200);
    const until = Date.now() + 1500;
    gateway.edit((json) => {
      key(json, member).expires_at = new Date(until).toISOString();
    });
    await stream.closed;
    const late = Date.now() - until;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(PROMISED_MS + 500);
    expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(401);
  });

  it('and given back serves again, with new sessions only', async () => {
    const session = await RawSession.open(gateway.url, member.key);
    gateway.edit((json) => (key(json, member).disabled = true));
    await eventually(
      () => ask(['apikey', member.key]),
      ({ status }) => status === 401,
    );
    gateway.edit((json) => (key(json, member).disabled = false));
    await eventually(
      () => ask(['apikey', member.key]),
      ({ status }) => status === 200,
    );
    expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(404);
  });
});

describe('a config file', () => {
  beforeAll(() => start());
  afterAll(() => gateway.stop());

  const health = async (): Promise<Json> => (await send(`${gateway.origin}/health`, { method: 'GET' })).json();

  it('that breaks leaves the last good one in force, and says so until it is repaired', async () => {
    const session = await RawSession.open(gateway.url, member.key);
    const good = JSON.stringify(gateway.config.json);
    const broken = ['{"admin_apikey":', '{}x', JSON.stringify({ ...gateway.config.json, surprise: 'hunter2' })];
    for (const text of broken) {
      const before = gateway.stderr.length;
      writeFileSync(gateway.configPath, text);
      await eventually(
        () => gateway.stderr.slice(before),
        (log) => log.includes('"config_rejected"'),
      );
      expect(await health()).toEqual({ status: 'degraded', config: 'stale' });
      expect(textOf(await session.call('up__echo', { message: 'still' }))).toBe('still');
      expect((await ask(['apikey', member.key])).status).toBe(200);
    }
    expect(gateway.stderr).toContain('surprise');
    expect(gateway.stderr).not.toContain('hunter2');
    expect((await send(`${gateway.origin}/health/ready`, { method: 'GET' })).status).toBe(200);

    writeFileSync(gateway.configPath, good);
    await eventually(health, ({ status }) => status === 'ok');
    expect(await session.request('ping')).toMatchObject({ result: {} });
  });

  it('that gains a key serves it within a second', async () => {
    const fresh = 'a-new-key-that-was-not-there-before-000000000000';
    expect((await ask(['apikey', fresh])).status).toBe(401);
    const changed = Date.now();
    gateway.edit((json) => {
      const keys = json.apikeys as Record<string, Json>;
      keys[sha256(fresh)] = { ...keys[member.hash]! };
    });
    await eventually(
      () => ask(['apikey', fresh]),
      ({ status }) => status === 200,
    );
    expect(Date.now() - changed).toBeLessThan(PROMISED_MS + 500);
  });
});
