import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { CliProcess, type EndedProcess } from '../support/cli-process.js';
import { openStream } from '../support/event-stream.js';
import { buildConfig, eventually, TestGateway, type TestConfig } from '../support/gateway.js';
import { describeWithPostgres, PASSWORD, PostgresServer } from '../support/postgres.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

/** A second is promised; a busy machine may take longer, and what does not happen takes for ever. */
const PROMISED_MS = 5000;

let server: PostgresServer;
let url: string;
let folder: string;
let config: TestConfig;
let replicas: TestGateway[];
let admin: AdminClient;

const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<EndedProcess> =>
  new CliProcess(args, folder, { ENKRYPT_DATABASE_URL: url, ENKRYPT_CONFIG: file(), ...environment }).ended;
const file = (): string => join(folder, 'config.json');

/** The status of a tool list with a key. */
async function statusOf(gateway: TestGateway, key: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: INITIALIZE });
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      apikey: key,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body,
  });
  await response.text();
  return response.status;
}
const INITIALIZE = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

const everywhere = (key: string): Promise<number[]> => Promise.all(replicas.map((gateway) => statusOf(gateway, key)));

describeWithPostgres('gateways on one PostgreSQL', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.database();
    folder = mkdtempSync(join(tmpdir(), 'smg-postgres-'));
    config = buildConfig({ projects: [{ servers: [echoServer('echo')], users: 2 }] });
    writeFileSync(file(), JSON.stringify(config.json), { mode: 0o600 });
    const moved = await run(['config', 'migrate', '--from', 'file', '--to', 'postgres']);
    if (moved.code !== 0) throw new Error(moved.stderr);
    const secret = join(folder, 'database-url');
    writeFileSync(secret, `${url}\n`, { mode: 0o600 });
    // Its own file says something else: the database counts.
    const empty = { ...config, json: {} };
    replicas = [
      await TestGateway.startWith(empty, ['--log-level', 'debug'], () => ({ ENKRYPT_DATABASE_URL: url })),
      await TestGateway.startWith(empty, ['--log-level', 'debug'], () => ({ ENKRYPT_DATABASE_URL_FILE: secret })),
    ];
    const [first] = replicas;
    if (first === undefined) throw new Error('no gateway');
    Object.assign(first, { config });
    admin = new AdminClient(first);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(replicas.map((gateway) => gateway.stop()));
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const keyOf = (member: number): string => config.keys[0]?.[member]?.key ?? '';

  it('serve calls to the same keys', async () => {
    expect(await everywhere(keyOf(0))).toEqual([200, 200]);
    expect(await everywhere('not-a-key')).toEqual([401, 401]);
    for (const gateway of replicas) {
      const session = await RawSession.open(gateway.url, keyOf(0));
      expect(JSON.stringify(await session.request('tools/list'))).toContain('echo__');
    }
  });

  it('take a key that was made through one of them, and refuse it everywhere once it is disabled', async () => {
    const [user] = Object.keys(config.json.users as object);
    const [project] = Object.keys(config.json.projects as object);
    const made = await admin.data<{ api_key: string; key_id: string }>('POST', `/users/${user ?? ''}/api-keys`, {
      project_id: project,
    });
    await eventually(
      () => everywhere(made.api_key),
      (statuses) => statuses.every((status) => status === 200),
    );
    const streams = await Promise.all(
      replicas.map(async (gateway) => {
        const session = await RawSession.open(gateway.url, made.api_key);
        return openStream(gateway.url, made.api_key, session.sessionId);
      }),
    );
    await admin.data('POST', `/api-keys/${made.key_id}/disable`);
    const started = Date.now();
    // In force where it was disabled when the answer comes.
    expect((await everywhere(made.api_key))[0]).toBe(401);
    await eventually(
      () => everywhere(made.api_key),
      (statuses) => statuses.every((status) => status === 401),
    );
    expect(Date.now() - started).toBeLessThan(PROMISED_MS);
    await Promise.all(streams.map((stream) => stream.closed));
  });

  it('take what the command line changes', async () => {
    const disabled = await run(['user', 'disable-api-key', '--api-key', keyOf(1)]);
    expect(disabled).toMatchObject({ code: 0 });
    await eventually(
      () => everywhere(keyOf(1)),
      (statuses) => statuses.every((status) => status === 401),
    );
    expect(await everywhere(keyOf(0))).toEqual([200, 200]);
  });

  it('are copied back to a file that says the same, and again finds nothing to do', async () => {
    const copy = join(folder, 'copy.json');
    const back = ['config', 'migrate', '--from', 'postgres', '--to', 'file', '--config', copy];
    expect(await run(back)).toMatchObject({ code: 0 });
    expect(existsSync(copy)).toBe(true);
    expect(readFileSync(copy, 'utf8')).toContain('"echo"');
    expect((await run(back)).stderr).toMatch(/says the same already/);
    const there = ['config', 'migrate', '--from', 'file', '--to', 'postgres', '--config'];
    expect((await run([...there, copy])).stderr).toMatch(/says the same already/);
    // The first file says that a key is not disabled.
    const refused = await run([...there, file()]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/holds another config\. Nothing was changed/);
    expect((await run([...there, copy])).stderr).toMatch(/says the same already/);

    expect((await run([...there, file(), '--replace'])).stderr).toMatch(/both say the same/);
    expect(await run([...there, copy, '--replace'])).toMatchObject({ code: 0 });
  });

  it('are refused changes while the database is away, keep serving those that they know, and say so', async () => {
    expect(await everywhere(keyOf(0))).toEqual([200, 200]);
    await server.stop();
    try {
      const health = async (): Promise<string> => (await fetch(`${replicas[0]?.origin ?? ''}/health`)).text();
      await eventually(health, (text) => text.includes('degraded') && text.includes('stale'));
      expect(await everywhere(keyOf(0))).toEqual([200, 200]);
      expect((await everywhere('a-key-that-nobody-asked-for'))[0]).toBe(503);
      const refused = await admin.ask('POST', '/projects', { project_name: 'late' });
      expect(refused.status).toBe(503);
      expect(refused.text).toMatch(/The database cannot be used now\. Nothing was changed/);
      expect(refused.text).not.toContain('127.0.0.1');
    } finally {
      await server.run();
    }
    await eventually(
      () => admin.status('POST', '/projects', { project_name: 'after all' }),
      (status) => status === 201,
      10_000,
    );
  });

  it('are explained by doctor, with the database', async () => {
    const { stdout } = await run(['doctor', '--port', '0']);
    expect(stdout).toMatch(/database\b.*PostgreSQL at 127\.0\.0\.1:\d+\/test_1 answers in \d+ ms/);
    expect(stdout).toMatch(/keys\b.*\d+, of which \d+ are disabled/);
    const gone = await run(['doctor', '--port', '0'], { ENKRYPT_DATABASE_URL: server.url('nowhere') });
    expect(gone.code).not.toBe(0);
    expect(gone.stdout).toMatch(/there is no such database: make it \(createdb\)/);
    expect(`${stdout}${gone.stdout}`).not.toContain(PASSWORD);
  });

  it('say why they do not start', async () => {
    const start = ['start', '--port', '0'];
    const wrong = await run(start, { ENKRYPT_DATABASE_URL: server.url('postgres', 'wrong-canary') });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(/refuses the password: correct the URL/);
    const twice = await run(start, { ENKRYPT_DATABASE_URL_FILE: '/nowhere' });
    expect(twice.stderr).toMatch(/ENKRYPT_DATABASE_URL or ENKRYPT_DATABASE_URL_FILE, not both/);
    const noUrl = await run(start, { ENKRYPT_DATABASE_URL: `host=db password=${PASSWORD}` });
    expect(noUrl.stderr).toMatch(/is no URL of a PostgreSQL database/);
    for (const { stdout, stderr } of [wrong, twice, noUrl]) {
      expect(`${stdout}${stderr}`).not.toContain('wrong-canary');
      expect(`${stdout}${stderr}`).not.toContain(PASSWORD);
    }
  });

  it('never tell the password of the database', () => {
    const told = [...replicas.map((gateway) => gateway.stderr), ...admin.seen].join('\n');
    expect(told).toMatch(/config_rejected|PostgreSQL at/);
    expect(told).not.toContain(PASSWORD);
    expect(told).not.toContain(encodeURIComponent(PASSWORD));
  });
});
