import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { CliProcess, type EndedProcess } from '../support/cli-process.js';
import { buildConfig, eventually, sha256, TestGateway, type TestConfig } from '../support/gateway.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(120_000);

type Json = Record<string, unknown>;
const SERVERS = '/configs/config_0/servers';

let server: PostgresServer;
let url: string;
let folder: string;
let config: TestConfig;
let gateways: TestGateway[];

const run = (...args: string[]): Promise<EndedProcess> =>
  new CliProcess(args, folder, { ENKRYPT_DATABASE_URL: url, ENKRYPT_CONFIG: join(folder, 'config.json') }).ended;

/** Runs a command that must work. */
async function ok(...args: string[]): Promise<EndedProcess> {
  const ended = await run(...args);
  if (ended.code !== 0) throw new Error(`${args.join(' ')}: ${ended.stderr}`);
  return ended;
}

/** A gateway on the database, with a config file of its own that says nothing. */
async function gateway(...args: string[]): Promise<TestGateway> {
  const started = await TestGateway.startWith({ ...config, json: {} }, args, () => ({ ENKRYPT_DATABASE_URL: url }));
  gateways.push(started);
  return started;
}

async function fill(): Promise<void> {
  config = buildConfig({
    projects: [{ servers: [echoServer('echo')] }],
    common: { admin_api: { allowed_upstream_hosts: ['made.example.com'] } },
  });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config.json), { mode: 0o600 });
  await ok('config', 'migrate', '--from', 'file', '--to', 'postgres');
}

const stored = async (): Promise<{ name: unknown; origin: unknown }[]> =>
  (await server.sql(`SELECT name, body ->> 'managed_by' AS origin FROM smg.servers ORDER BY name`, url)) as {
    name: unknown;
    origin: unknown;
  }[];

describeWithPostgres('a gateway on PostgreSQL', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smg-postgres-'));
    url = await server.database();
    config = buildConfig({ projects: [] });
    gateways = [];
  });
  afterEach(async () => {
    await Promise.all(gateways.map((one) => one.stop()));
    rmSync(folder, { recursive: true });
  });

  it('remembers which servers came in over the API, through changes, backups and imports', async () => {
    await fill();
    const admin = new AdminClient(await gateway());
    expect(await admin.status('POST', SERVERS, { server_name: 'made', url: 'https://made.example.com/mcp' })).toBe(201);
    expect(await admin.status('PUT', `${SERVERS}/made`, { url: 'https://made.example.com/other' })).toBe(200);
    const { config: backup } = await admin.data<{ config: { mcp_configs: Record<string, { mcp_config: Json[] }> } }>(
      'POST',
      '/system/backup',
    );
    for (const { mcp_config } of Object.values(backup.mcp_configs)) for (const one of mcp_config) delete one.managed_by;
    expect(await admin.status('POST', '/system/restore', { backup: { config: backup } })).toBe(200);
    const imported = { mcp_config: [{ server_name: 'imported', config: { url: 'https://made.example.com/mcp' } }] };
    expect(await admin.status('POST', '/configs/import', { config_name: 'more', config: imported })).toBe(201);
    expect(await stored()).toEqual([
      { name: 'echo', origin: null },
      { name: 'imported', origin: 'api' },
      { name: 'made', origin: 'api' },
    ]);
    // What is not allowed to the API is not stored by it.
    const evil = { mcp_config: [{ server_name: 'evil', config: { command: 'sh', args: ['-c', 'true'] } }] };
    expect(await admin.status('POST', '/configs/import', { config_name: 'evil', config: evil })).toBe(403);
    expect(await stored()).toHaveLength(3);
  });

  it('takes a file of the reference, whose keys then open it and stand nowhere', async () => {
    await fill();
    const key = 'reference-key-in-clear-0123456789-0123456789-abcd';
    const reference = {
      backup_version: '1.0',
      config: {
        admin_apikey: 'the-admin-key-of-the-reference',
        common_mcp_gateway_config: { enkrypt_log_level: 'INFO' },
        mcp_configs: { c9: { mcp_config_name: 'theirs', mcp_config: [echoOfReference()] } },
        projects: { p9: { project_name: 'theirs', mcp_config_id: 'c9', users: ['u9'] } },
        users: { u9: { email: 'them@example.com' } },
        apikeys: { [key]: { project_id: 'p9', user_id: 'u9', created_at: '2025-01-01T00:00:00' } },
      },
    };
    const file = join(folder, 'reference.json');
    writeFileSync(file, JSON.stringify(reference));
    const shown = await ok('system', 'restore', '--input-file', file, '--dry-run');
    expect(shown.stdout).toContain('+ config "theirs"');
    expect(await stored()).toMatchObject([{ name: 'echo' }]);
    const one = await gateway();
    const done = await ok('system', 'restore', '--input-file', file);
    await eventually(
      async () => (await hello(one, key)).status,
      (status) => status === 200,
    );
    const session = await RawSession.open(one.url, key);
    expect(JSON.stringify(await session.call('echo_server__echo', { message: 'moved' }))).toContain('moved');
    const rows = await server.sql('SELECT body::text FROM smg.api_keys', url);
    for (const text of [shown.stdout, shown.stderr, done.stdout, done.stderr, one.stderr, JSON.stringify(rows)]) {
      expect(text).not.toContain(key);
    }
    // The admin key that was in force stays.
    expect(await new AdminClient(one).status('GET', '/configs')).toBe(200);
  });

  it.each(['the command line', 'the API'])('starts over by %s: settings and admin key stay', async (by) => {
    await fill();
    const one = await gateway();
    const admin = new AdminClient(one);
    const before = await server.sql('SELECT name, body FROM smg.settings ORDER BY name', url);
    const key =
      by === 'the API'
        ? (await admin.data<{ api_key: string }>('POST', '/system/reset', { confirm: true })).api_key
        : /^api_key: (\S+)$/m.exec((await ok('system', 'reset', '--confirm')).stdout)?.[1];
    expect(await server.sql('SELECT name, body FROM smg.settings ORDER BY name', url)).toEqual(before);
    await eventually(
      async () => (await hello(one, String(key))).status,
      (status) => status === 200,
    );
    expect((await hello(one, config.keys[0]?.[0]?.key ?? '')).status).toBe(401);
    expect(await server.sql('SELECT count(*)::int AS keys FROM smg.api_keys', url)).toEqual([{ keys: 1 }]);
    expect(await admin.status('GET', '/configs')).toBe(200);
  });

  it('shows the latest use of a key over all replicas, in the API of each and on the command line', async () => {
    await fill();
    const [one, two] = [await gateway(), await gateway()];
    const key = config.keys[0]?.[0]?.key ?? '';
    const id = sha256(key).slice('sha256:'.length).slice(0, 12);
    expect((await hello(one, key)).status).toBe(200);
    const lastUse = async (): Promise<unknown> => {
      const { stdout } = await ok('user', 'get-api-key', '--api-key', id);
      return (JSON.parse(stdout) as Json).last_used_at;
    };
    const first = await eventually(lastUse, (time) => time !== null, 20_000);
    expect((await hello(two, key)).status).toBe(200);
    const second = await eventually(lastUse, (time) => time !== first, 20_000);
    expect(Date.parse(String(second))).toBeGreaterThan(Date.parse(String(first)));
    for (const replica of [one, two]) {
      const { last_used_at } = await new AdminClient(replica).data('GET', `/api-keys/${id}`);
      expect(last_used_at).toBe(second);
      expect(existsSync(join(replica.home, 'key-uses.json'))).toBe(false);
    }
    const adminUse = async (): Promise<unknown> => {
      const [listed] = JSON.parse((await ok('admin-key', 'list')).stdout) as Json[];
      return listed?.last_used_at;
    };
    await eventually(adminUse, (time) => typeof time === 'string', 20_000);
  });

  it('starts on an empty database, says how to fill it, and serves what comes', async () => {
    const one = await gateway();
    const notice = /the database is empty, so nobody can connect; .*config migrate --from file --to postgres/;
    await eventually(
      () => one.stderr,
      (text) => notice.test(text),
    );
    await fill();
    await eventually(
      async () => (await hello(one, config.keys[0]?.[0]?.key ?? '')).status,
      (status) => status === 200,
    );
    const again = await gateway();
    expect(again.stderr).not.toContain('the database is empty');
  });

  it('fills an empty database when told to by --init, once, and not where a config file waits to be copied', async () => {
    const starts = [1, 2].map(() => new CliProcess(['start', '--init', '--port', '0'], folder, environment()));
    const texts = await Promise.all(
      starts.map(async (one) => {
        await eventually(
          () => one.stderr,
          (text) => /^ready /m.test(text),
          30_000,
        );
        one.child.kill('SIGTERM');
        await one.ended;
        return one.stderr;
      }),
    );
    expect(
      texts.filter((text) => text.includes('Wrote a default config with an echo server to PostgreSQL at')),
    ).toHaveLength(1);
    expect(texts.join('')).toMatch(/Keep these keys: the database holds only their hashes/);
    expect(await server.sql('SELECT count(*)::int AS keys FROM smg.api_keys', url)).toEqual([{ keys: 1 }]);
    expect(existsSync(join(folder, 'config.json'))).toBe(false);

    url = await server.database();
    // Its own config file is there.
    const third = await gateway('--init');
    await eventually(
      () => third.stderr,
      (text) => text.includes('the database is empty'),
    );
    expect(await server.sql('SELECT count(*)::int AS keys FROM smg.api_keys', url)).toEqual([{ keys: 0 }]);
  });
});

const environment = (): NodeJS.ProcessEnv => ({
  ENKRYPT_DATABASE_URL: url,
  ENKRYPT_CONFIG: join(folder, 'config.json'),
});

function echoOfReference(): Json {
  const { config: connection } = echoServer('echo_server');
  return { server_name: 'echo_server', description: 'Simple echo', config: connection, tools: {} };
}

function hello(one: TestGateway, key: string): Promise<Response> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  return fetch(one.url, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  });
}
