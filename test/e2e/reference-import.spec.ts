import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { Administrator } from '../support/administrator.js';
import { ROOT, sha256, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;
jest.setTimeout(120_000);

const FOLDER = join(ROOT, 'test', 'fixtures', 'configs');
const KEY = 'reference-key-in-clear-0123456789-0123456789-abcd';
const CONFIG_ID = 'fcbd4508-1432-4f13-abb9-c495c946f638';

const fixture = (name: string): Json => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Json;
/** Files of both generations of the reference that load here. */
const READABLE = readdirSync(FOLDER).filter((name) => /^(?:seed|main|sandbox-off)/.test(name));

/** What the reference's `system backup` writes, around a file of its first generation with a key in clear. */
function referenceBackup(more: Json = {}): Json {
  const server = {
    server_name: 'echo_server',
    description: 'Simple echo',
    config: echoServer('echo_server').config,
    tools: {},
    enable_tool_guardrails: true,
    input_guardrails_policy: { enabled: false },
    output_guardrails_policy: {},
  };
  const config = {
    admin_apikey: 'the-admin-key-of-the-reference',
    common_mcp_gateway_config: { enkrypt_log_level: 'INFO', enkrypt_base_url: 'https://api.enkryptai.com' },
    mcp_configs: { [CONFIG_ID]: { mcp_config_name: 'default_config', mcp_config: [server] } },
    projects: {
      p1: {
        project_name: 'default_project',
        mcp_config_id: CONFIG_ID,
        users: ['u1'],
        created_at: '2025-01-01T00:00:00',
      },
    },
    users: { u1: { email: 'default@example.com', created_at: '2025-01-01T00:00:00.000000' } },
    apikeys: { [KEY]: { project_id: 'p1', user_id: 'u1', created_at: '2025-01-01T00:00:00' } },
    ...more,
  };
  return { backup_version: '1.0', timestamp: '2025-02-03T04:05:06.789012', config };
}

describe('files of the reference on the command line', () => {
  let home: Administrator;
  beforeEach(() => {
    home = new Administrator({ projects: [{ servers: [echoServer('own')] }] });
  });
  afterEach(() => {
    home.remove();
  });
  const saved = (value: unknown): string => {
    const path = home.at('saved.json');
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const stored = (): Json => JSON.parse(home.fileText()) as Json;

  it('are shown first, then restored whole: keys in clear become hashes, older forms the newest, the file before stays', async () => {
    const before = home.fileText();
    const path = saved(referenceBackup());
    const shown = await home.ok('system', 'restore', '--input-file', path, '--dry-run');
    expect(shown.stdout).toContain('- config "config_0"');
    expect(shown.stdout).toContain('+ config "default_config"\n  + server "echo_server"');
    expect(shown.stdout).toMatch(/^- 1 key$/m);
    expect(shown.stdout).toMatch(/^\+ 1 key$/m);
    expect(shown.stderr).toMatch(/warning: .*in clear/);
    expect(shown.stderr).toContain('enable_tool_guardrails');
    expect(home.fileText()).toBe(before);
    const done = await home.ok('system', 'restore', '--input-file', path);
    for (const text of [shown.stdout, shown.stderr, done.stdout, done.stderr, home.fileText()])
      expect(text).not.toContain(KEY);
    expect(stored()).toMatchObject({
      admin_apikey: home.config.json.admin_apikey,
      apikeys: { [sha256(KEY)]: { project_id: 'p1' } },
    });
    const backups = readdirSync(home.folder).filter((name) => /^config\.json\../.test(name));
    expect(backups.map((name) => readFileSync(home.at(name), 'utf8'))).toContain(before);
    expect(await home.json('system', 'health-check')).toMatchObject({ status: 'healthy' });
    expect(await home.json('config', 'list')).toMatchObject([{ mcp_config_name: 'default_config', servers: 1 }]);
  });

  it.each(READABLE)('are taken as they stand, without an envelope: %s', async (name) => {
    const ended = await home.run(['system', 'restore', '--input-file', join(FOLDER, name), '--dry-run']);
    expect([name, ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([name, 0, '']);
    expect(ended.stdout).toMatch(/^\+ config /m);
  });

  it.each([
    ['refused-gateways.json', 'split it into mcp_configs'],
    ['refused-sandbox.json', 'sandbox'],
  ])('that hold what is not supported change nothing, and are told why: %s', async (name, why) => {
    const before = home.fileText();
    const ended = await home.run(['system', 'restore', '--input-file', join(FOLDER, name)]);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(why)]);
    expect(home.fileText()).toBe(before);
    expect(await home.json('config', 'list')).toMatchObject([{ mcp_config_name: 'config_0' }]);
  });

  it('give one list of servers to config import, from an export, a backup or a whole file', async () => {
    const whole = fixture('main-default.json');
    const [entry] = Object.values(whole.mcp_configs as Record<string, Json>);
    const exported = { mcp_config_id: 'x', exported_at: '2025-01-01T00:00:00', config: entry };
    for (const [name, value] of Object.entries({ exported, whole, backup: referenceBackup() })) {
      const path = saved(value);
      const shown = await home.ok('config', 'import', '--input-file', path, '--config-name', name, '--dry-run');
      expect(shown.stdout).toContain(`+ config "${name}"\n  + server `);
      await home.line('mcp_config_id', 'config', 'import', '--input-file', path, '--config-name', name);
    }
    const two = {
      ...whole,
      mcp_configs: { a: { ...entry, mcp_config_name: 'one' }, b: { ...entry, mcp_config_name: 'two' } },
    };
    const asked = ['config', 'import', '--input-file', saved(two), '--config-name', 'chosen'];
    expect(await home.run(asked)).toMatchObject({ code: 1, stderr: expect.stringContaining('"one", "two"') });
    expect(await home.run([...asked, '--source-config', 'three'])).toMatchObject({ code: 1 });
    await home.line('mcp_config_id', ...asked, '--source-config', 'two');
  });
});

describe('files of the reference over the API', () => {
  let gateway: TestGateway;
  let admin: AdminClient;
  beforeAll(async () => {
    const { command, args } = echoServer('x').config as { command: string; args: string[] };
    gateway = await TestGateway.start({
      projects: [{ servers: [echoServer('own')] }],
      common: { admin_api: { allowed_commands: [`${command}:${String(args[0])}`] } },
    });
    admin = new AdminClient(gateway);
  });
  afterAll(() => gateway.stop());

  it('are judged as what the API makes, shown first, and work with the key that they held', async () => {
    const before = readFileSync(gateway.configPath, 'utf8');
    const shown = await admin.data<{ changes: string[]; notes: string[] }>('POST', '/system/restore', {
      backup: referenceBackup(),
      dry_run: true,
    });
    expect(shown.changes).toEqual(
      expect.arrayContaining([
        '- config "config_0"',
        '+ config "default_config"',
        '  + server "echo_server"',
        '+ 1 key',
      ]),
    );
    expect(shown.notes.join('\n')).toContain('in clear');
    expect(readFileSync(gateway.configPath, 'utf8')).toBe(before);
    const evil = {
      [CONFIG_ID]: {
        mcp_config_name: 'x',
        mcp_config: [{ server_name: 'x', config: { command: 'npx', args: ['evil'] } }],
      },
    };
    for (const dry_run of [true, false]) {
      const refused = await admin.ask('POST', '/system/restore', {
        backup: referenceBackup({ mcp_configs: evil }),
        dry_run,
      });
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('allowed_commands')]);
    }
    expect(readFileSync(gateway.configPath, 'utf8')).toBe(before);
    expect(await admin.status('POST', '/system/restore', { backup: referenceBackup().config })).toBe(200);
    const session = await RawSession.open(gateway.url, KEY);
    expect(JSON.stringify(await session.call('echo_server__echo', { message: 'after the move' }))).toContain(
      'after the move',
    );
    for (const text of [...admin.seen, readFileSync(gateway.configPath, 'utf8'), gateway.stderr])
      expect(text).not.toContain(KEY);
  });

  it('start over with a new key, as the command line does, and the settings stay', async () => {
    const settings = (): unknown => {
      const { common_mcp_gateway_config, admin_apikey } = JSON.parse(readFileSync(gateway.configPath, 'utf8')) as Json;
      return { common_mcp_gateway_config, admin_apikey };
    };
    const before = settings();
    const made = await admin.data('POST', '/system/reset', { confirm: true });
    expect(settings()).toEqual(before);
    expect(await admin.data('GET', '/projects')).toMatchObject([
      { project_name: 'default_project', project_id: made.project_id },
    ]);
    const session = await RawSession.open(gateway.url, String(made.api_key));
    expect(JSON.stringify(await session.call('echo_server__echo', { message: 'anew' }))).toContain('anew');
    expect(readFileSync(gateway.configPath, 'utf8')).not.toContain('managed_by');
    await expect(RawSession.open(gateway.url, KEY)).rejects.toThrow('initialize');
  });
});
