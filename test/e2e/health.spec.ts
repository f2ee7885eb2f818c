import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { openStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { isRunning, processState } from '../support/processes.js';
import { answerOf, type RawResponse, RawSession, send } from '../support/raw-http.js';
import { sendBytes } from '../support/raw-socket.js';
import { echoServer, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

function get(url: string, headers: readonly string[] = []): Promise<RawResponse> {
  return send(url, { method: 'GET', headers });
}

function bearer(key: string): readonly string[] {
  return ['Authorization', `Bearer ${key}`];
}

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((each) => processState(each)?.ppid === pid);
}

describe('health', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [stdioServer('up')] }] });
  });
  afterAll(() => gateway.stop());

  it.each<[string, Json]>([
    ['/health', { status: 'ok', config: 'ok' }],
    ['/health/live', { status: 'ok' }],
    ['/health/ready', { status: 'ok' }],
  ])('answers %s to anybody, with nothing to learn from it', async (path, body) => {
    for (const headers of [[], bearer('wrong'), ['apikey', gateway.key()], ['Host', 'probe.internal']]) {
      const response = await get(`${gateway.origin}${path}`, headers);
      expect([path, response.status, response.json()]).toEqual([path, 200, body]);
    }
  });

  it('tells the holder of the admin key what is connected', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    expect(textOf(await session.call('up__echo', { message: 'hi' }))).toBe('hi');
    const response = await get(`${gateway.origin}/health`, bearer(gateway.config.adminKey));
    expect(response.json()).toMatchObject({
      status: 'ok',
      config: 'ok',
      detail: { draining: false, config: { ok: true }, upstreams: [{ server: 'up', status: 'up', sessions: 1 }] },
    });
    expect(response.text).not.toContain(gateway.home);
  });

  it.each<[string, (admin: string, key: string) => readonly string[], number]>([
    ['no key', () => [], 401],
    ['a gateway key', (_admin, key) => bearer(key), 401],
    ['a gateway key as apikey', (_admin, key) => ['apikey', key], 401],
    ['the admin key as apikey', (admin) => ['apikey', admin], 401],
    ['a wrong key', (admin) => bearer(`${admin}x`), 401],
    ['the admin key twice', (admin) => [...bearer(admin), ...bearer(admin)], 400],
    ['an oversized key', () => bearer('k'.repeat(2000)), 431],
    ['the admin key', (admin) => bearer(admin), 200],
  ])('answers the config status with %s as it should', async (_what, headers, status) => {
    for (const path of ['/api/v1/config/status', '/metrics']) {
      const response = await get(`${gateway.origin}${path}`, headers(gateway.config.adminKey, gateway.key()));
      expect([path, response.status]).toEqual([path, status]);
      if (status === 401) expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
      if (status === 200) {
        expect(response.text).not.toContain(gateway.key());
        expect(response.text).not.toContain(gateway.config.keys[0]![0]!.hash.slice(7));
      }
    }
  });

  it('refuses queries that the admin API does not know', async () => {
    const url = `${gateway.origin}/api/v1/config/status`;
    const admin = bearer(gateway.config.adminKey);
    expect((await get(`${url}?section=counters`, admin)).status).toBe(200);
    for (const query of ['section=keys', 'section[]=config', 'other=1']) {
      expect([query, (await get(`${url}?${query}`, admin)).status]).toEqual([query, 400]);
    }
  });
});

describe('an admin port of its own', () => {
  let gateway: TestGateway;
  let admin: string;
  beforeAll(async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [] }] }, ['--admin-port', '0']);
    admin = new URL(/^admin (\S+)$/m.exec(gateway.stderr)?.[1] ?? 'http://missing').origin;
  });
  afterAll(() => gateway.stop());

  it('serves the admin routes there, and the endpoint not', async () => {
    expect((await get(`${admin}/api/v1/config/status`, bearer(gateway.config.adminKey))).status).toBe(200);
    expect((await get(`${admin}/api/v1/config/status`)).status).toBe(401);
    expect((await get(`${admin}/mcp`, ['apikey', gateway.key()])).status).toBe(404);
    expect((await get(`${admin}/api/v1/config/status`, ['Host', 'evil.example'])).status).toBe(403);
    expect((await get(`${admin}/health/ready`)).status).toBe(200);
  });

  it.each([
    ['/api/v1/config/status'],
    ['/API/v1/config/status'],
    ['/api/V1/Config/Status/'],
    ['/%61pi/v1/config/status'],
    ['//api/v1/config/status'],
    ['/./api/v1/config/status'],
    ['/health/../api/v1/config/status'],
    ['/METRICS'],
    ['/docs'],
    ['/openapi.json'],
  ])('leaves nothing of them at %s of the main port, however it is written', async (path) => {
    const { host } = new URL(gateway.origin);
    const head = `Host: ${host}\r\nAuthorization: Bearer ${gateway.config.adminKey}\r\nConnection: close\r\n\r\n`;
    for (const target of [path, `http://${host}${path}`]) {
      const answer = await sendBytes(gateway.origin, `GET ${target} HTTP/1.1\r\n${head}`);
      expect([target, answer.status]).toEqual([target, 404]);
    }
  });

  it('leaves probes and clients of the main port as they were', async () => {
    expect((await get(`${gateway.origin}/health/ready`)).status).toBe(200);
    expect((await get(`${gateway.origin}/.well-known/oauth-protected-resource`)).status).toBe(404);
    await RawSession.open(gateway.url, gateway.key());
  });
});

describe('SIGTERM', () => {
  it('lets calls finish, turns away new ones, ends streams and children, and exits with 0', async () => {
    const gateway = await TestGateway.start({
      projects: [{ servers: [echoServer('echo'), stdioServer('up', ['--mode', 'grandchild'])] }],
    });
    const session = await RawSession.open(gateway.url, gateway.key());
    await session.call('up__echo', { message: 'starts it' });
    const pids = JSON.parse(textOf(await session.call('up__pids'))) as { pid: number; grandchild: number };
    const children = childrenOf(gateway.child.pid!);
    expect(children).toContain(pids.pid);
    const stream = await openStream(gateway.url, gateway.key(), session.sessionId);

    const params = { name: 'echo__sleep', arguments: { ms: 1200 }, _meta: { progressToken: 1 } };
    const call = session.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    await session.call('echo__echo', { message: 'so that the one before is under way' });
    const exited = new Promise<number | null>((resolve) => gateway.child.once('exit', resolve));
    gateway.child.kill('SIGTERM');

    const ready = await eventually(
      () => get(`${gateway.origin}/health/ready`),
      ({ status }) => status !== 200,
    );
    expect(ready.status).toBe(503);
    expect((await get(`${gateway.origin}/health/live`)).status).toBe(200);
    const turnedAway = await session.post({ jsonrpc: '2.0', id: 2, method: 'ping' });
    expect(turnedAway.status).toBe(503);
    expect(turnedAway.headers['retry-after']).toBeDefined();
    expect(turnedAway.json()).toMatchObject({ error: { code: -32013 } });

    expect(textOf(answerOf(await call))).toBe('slept 1200 ms');
    await stream.closed;
    expect(await exited).toBe(0);
    expect([...children, pids.grandchild].filter(isRunning)).toEqual([]);
    const lines = readFileSync(`${gateway.home}/audit.jsonl`, 'utf8');
    expect(lines).toContain('"tool":"sleep"');
    await gateway.stop();
  });

  it('twice ends at once', async () => {
    const gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
    const session = await RawSession.open(gateway.url, gateway.key());
    await session.call('echo__echo', { message: 'up' });
    const children = childrenOf(gateway.child.pid!);
    const call = session.call('echo__sleep', { ms: 60_000 }).catch(() => 'cut');
    await session.call('echo__echo', { message: 'beside' });
    const exited = new Promise<number | null>((resolve) => gateway.child.once('exit', resolve));
    gateway.child.kill('SIGTERM');
    await eventually(
      () => get(`${gateway.origin}/health/ready`),
      ({ status }) => status === 503,
    );
    gateway.child.kill('SIGTERM');
    expect(await exited).toBe(1);
    expect(await call).toBe('cut');
    await eventually(
      () => children.filter(isRunning),
      (left) => left.length === 0,
    );
    await gateway.stop();
  });
});
