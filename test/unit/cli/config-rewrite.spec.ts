import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrateConfig, type MigrateConfigOptions } from '../../../src/cli/config-migrate.js';
import { hashKeys } from '../../../src/cli/config-hash-keys.js';
import { diffConfigs } from '../../../src/cli/config-diff.js';
import { loadConfigFile } from '../../../src/config/config-file.js';
import { storedForm } from '../../../src/config/key-hash.js';
import { sampleConfig } from '../config/sample-config.js';

type Json = Record<string, unknown>;

const KEY = 'fixture-gateway-key-0123456789abcdefABCDEFGHIJKL';

let folder: string;
let path: string;
let input: PassThrough & { isTTY?: boolean };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-migrate-'));
  path = join(folder, 'config.json');
  input = new PassThrough();
});
afterEach(async () => {
  input.destroy();
  await rm(folder, { recursive: true });
});

const useFixture = (name: string): Promise<void> =>
  copyFile(new URL(`../../fixtures/configs/${name}.json`, import.meta.url), path);
const readJson = async (file: string): Promise<Json> => JSON.parse(await readFile(file, 'utf8')) as Json;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  command: (io: { stdout: (t: string) => void; stderr: (t: string) => void }) => Promise<number>,
): Promise<Run> {
  let stdout = '';
  let stderr = '';
  const code = await command({ stdout: (text) => (stdout += text), stderr: (text) => (stderr += text) });
  return { code, stdout, stderr };
}

const migrate = (options: MigrateConfigOptions = {}): Promise<Run> =>
  run((io) => migrateConfig({ config: path, ...options }, io, input));
const hash = (options: { dryRun?: boolean; json?: boolean } = {}): Promise<Run> =>
  run((io) => hashKeys({ config: path, ...options }, io));

/** A seed-era file whose every secret is a text of its own. */
function fileOfSecrets(): { config: Json; secrets: string[] } {
  let count = 0;
  const secrets: string[] = [];
  const secret = (): string => {
    count += 1;
    secrets.push(`hide-me-${String(count)}-x`);
    return secrets.at(-1) ?? '';
  };
  const config = {
    admin_apikey: secret(),
    common_mcp_gateway_config: {
      enkrypt_api_key: secret(),
      enkrypt_base_url: `https://api.example.com/${secret()}`,
      enkrypt_cache_password: secret(),
      enkrypt_telemetry: { enabled: false, endpoint: `http://localhost:4317/${secret()}` },
    },
    mcp_configs: {
      c: {
        mcp_config_name: 'c',
        mcp_config: [
          {
            server_name: 'local',
            config: {
              command: 'node',
              args: ['--token', secret(), '${env:SMG_TEST_KEPT}'],
              env: { A: secret(), B: '${env:SMG_TEST_KEPT}' },
            },
            oauth_config: {
              enabled: false,
              OAUTH_CLIENT_ID: secret(),
              OAUTH_CLIENT_SECRET: secret(),
              OAUTH_CUSTOM_HEADERS: { 'X-A': secret() },
              OAUTH_ADDITIONAL_PARAMS: { deep: [secret()] },
            },
            enable_tool_guardrails: false,
          },
          {
            server_name: 'remote',
            config: { url: `https://a.example/${secret()}?t=1`, headers: { Authorization: `Bearer ${secret()}` } },
            enable_tool_guardrails: false,
          },
        ],
      },
    },
    projects: { p: { project_name: 'p', mcp_config_id: 'c', users: ['u'] } },
    users: { u: { email: 'u@example.com' } },
    apikeys: {
      [secret()]: { project_id: 'p', user_id: 'u', rotated_from: secret(), created_at: '2025-01-02T03:04:05' },
    },
  };
  return { config, secrets };
}

describe('config migrate', () => {
  it('shows a unified diff and writes the newest form once it is told to, with a backup', async () => {
    await useFixture('seed-macos');
    const before = await readFile(path, 'utf8');
    const done = await migrate({ yes: true });
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^--- .*config\.json\tas it is\n\+\+\+ .*\tnewest form\n@@ /);
    expect(done.stdout).toMatch(/^-\s+"enkrypt_telemetry": \{$/m);
    expect(done.stdout).toMatch(/^\+\s+"url": "http:\/\/localhost:4317"$/m);
    const backup = /kept as (.+)\n/.exec(done.stderr)?.[1] ?? '';
    expect(await readFile(backup, 'utf8')).toBe(before);
    expect(done.stderr).toContain(`rm '${backup}'`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const snapshot = await loadConfigFile(path);
    expect(snapshot.warnings).toEqual([]);
    expect(snapshot.keys.get(storedForm(KEY).slice(7))).toMatchObject({ status: 'active' });
  });

  it('has nothing to do the second time', async () => {
    await useFixture('main-default');
    await migrate({ yes: true });
    const [bytes, names] = [await readFile(path, 'utf8'), await readdir(folder)];
    const again = await migrate({ yes: true });
    expect(again).toMatchObject({ code: 0, stdout: `${path} has no older form: nothing to do\n` });
    expect(await readFile(path, 'utf8')).toBe(bytes);
    expect(await readdir(folder)).toEqual(names);
    const machine = await migrate({ json: true });
    expect(JSON.parse(machine.stdout)).toEqual({
      path,
      changed: false,
      written: false,
      backup: null,
      changes: [],
      diff: '',
      problems: [],
    });
  });

  it.each<[string, MigrateConfigOptions, number]>([
    ['with --dry-run', { dryRun: true }, 0],
    ['with --dry-run and --yes', { dryRun: true, yes: true }, 0],
    ['with --dry-run and --json', { dryRun: true, json: true }, 0],
  ])('only looks %s', async (_name, options, code) => {
    await useFixture('seed-github');
    const before = await readFile(path, 'utf8');
    const result = await migrate(options);
    expect(result.code).toBe(code);
    expect(result.stdout).toContain('enkrypt_telemetry');
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it.each([false, true])('writes nothing where nobody can be asked (--json: %j)', async (json) => {
    await useFixture('seed-macos');
    if (json) input.isTTY = true;
    await expect(migrate({ json })).rejects.toThrow(/Nothing was written.*--yes/);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it.each<[string, string, boolean]>([
    ['y', 'y\n', true],
    ['yes', 'YES\n', true],
    ['nothing', '\n', false],
    ['no', 'n\n', false],
    ['something else', 'yesterday\n', false],
    ['the end of the input', '', false],
  ])('asks a person, who answers %s', async (_name, answer, writes) => {
    await useFixture('seed-macos');
    input.isTTY = true;
    input.end(answer);
    const asked = migrate();
    if (writes) expect((await asked).stderr).toContain('[y/N]');
    else await expect(asked).rejects.toThrow(/^Nothing was written\.$/);
    expect((await readdir(folder)).length).toBe(writes ? 2 : 1);
  });

  it('writes nothing when the file changed while the person thought', async () => {
    await useFixture('seed-macos');
    input.isTTY = true;
    let stderr = '';
    const asked = migrateConfig(
      { config: path },
      {
        stdout: () => undefined,
        stderr: (text) => {
          stderr += text;
          if (!text.includes('[y/N]')) return;
          void writeFile(path, JSON.stringify(sampleConfig())).then(() => input.end('y\n'));
        },
      },
      input,
    );
    await expect(asked).rejects.toThrow(/was changed since the differences were shown/);
    expect(stderr).toContain('[y/N]');
    expect(await readJson(path)).toEqual(sampleConfig());
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('shows no secret, and keeps every one in the file', async () => {
    const { config, secrets } = fileOfSecrets();
    await writeFile(path, JSON.stringify(config), { mode: 0o600 });
    const all = `${diffConfigs(path, config, {})}${diffConfigs(path, {}, config)}`;
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    for (const shown of [
      '${env:SMG_TEST_KEPT}',
      'https://api.example.com/***',
      '<key 1 in clear>',
      '"command": "node"',
    ]) {
      expect(all).toContain(shown);
    }
    const { stdout, stderr } = await migrate({ yes: true });
    expect(secrets.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
    const after = await readFile(path, 'utf8');
    const keys = [config.admin_apikey, ...Object.keys(config.apikeys as Json)] as string[];
    const record = Object.values(config.apikeys as Record<string, Json>)[0] ?? {};
    const hashed = [...keys, record.rotated_from as string];
    for (const secret of secrets) expect(after.includes(secret)).toBe(!hashed.includes(secret));
    for (const key of hashed) expect(after).toContain(storedForm(key));
    expect(after).toContain('${env:SMG_TEST_KEPT}');
  });

  it('fails, and says why, when the file does not load even so', async () => {
    await useFixture('refused-gateways');
    const result = await migrate({ yes: true });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/gateways: .*not mapped: split it/);
    expect(result.stderr).not.toContain(KEY);
    const again = await migrate({ json: true });
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: false, problems: [{ path: 'gateways' }] });
  });

  it('refuses to choose between two entries of one key', async () => {
    const record = { project_id: 'p', user_id: 'u' };
    await writeFile(
      path,
      JSON.stringify({ apikeys: { [KEY]: record, [storedForm(KEY)]: { ...record, disabled: true } } }),
    );
    const before = await readFile(path, 'utf8');
    await expect(migrate({ yes: true })).rejects.toThrow(/apikeys\.<entry 1>: .*second time/);
    await expect(hash()).rejects.toThrow(/apikeys\.<entry 1>: .*second time/);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('takes no file that would break by it', async () => {
    await writeFile(path, JSON.stringify({ common_mcp_gateway_config: { enkrypt_telemetry: { endpoint: 5 } } }));
    const before = await readFile(path, 'utf8');
    await expect(migrate({ yes: true })).rejects.toThrow(/plugins\.telemetry\.config\.url: must be a string/);
    expect(await readFile(path, 'utf8')).toBe(before);
  });
});

describe('a file whose servers stand under gateway keys', () => {
  it('shows none of them: not in the difference, and not in what is wrong with it', async () => {
    const file = `{"common_mcp_gateway_config": {"enkrypt_api_key": "YOUR_ENKRYPT_API_KEY"},
      "gateways": {"${KEY}": {"__proto__": {}}, "other-${KEY}": {"id": "x"}}}`;
    await writeFile(path, file);
    const shown = await migrate({ dryRun: true });
    expect(shown.stdout).toContain('"gateways"');
    const wrong = await loadConfigFile(path).catch((error: unknown) => (error as Error).message);
    expect(wrong).toContain('gateways.<entry 1>.__proto__');
    expect(JSON.stringify([shown, wrong])).not.toContain(KEY.slice(0, 8));
  });
});

describe('config hash-keys', () => {
  it('replaces keys by hashes, changes nothing else, and tells how to delete the backups in clear', async () => {
    await useFixture('main-default');
    const before = await readJson(path);
    const clear = Object.keys(before.apikeys as Json);
    const done = await hash();
    expect(done).toMatchObject({ code: 0, stdout: `${path} holds hashes only\n` });
    const after = await readJson(path);
    expect(Object.keys(after.apikeys as Json)).toEqual(clear.map(storedForm));
    expect(after.admin_apikey).toBe(storedForm(before.admin_apikey as string));
    expect({ ...after, apikeys: 0, admin_apikey: 0 }).toEqual({ ...before, apikeys: 0, admin_apikey: 0 });
    const backup = /kept as (.+)\n/.exec(done.stderr)?.[1] ?? '';
    expect(await readJson(backup)).toEqual(before);
    expect(done.stderr).toContain(`1 backup still holds keys in clear`);
    expect(done.stderr).toContain(`rm '${backup}'`);
    for (const key of clear) expect(`${done.stdout}${done.stderr}`).not.toContain(key.slice(0, 8));

    const again = await hash();
    expect(again).toMatchObject({ code: 0, stdout: `${path} holds no key in clear: nothing to do\n` });
    expect(again.stderr).toContain(`rm '${backup}'`);
    await rm(backup);
    expect((await hash()).stderr).toBe('');
  });

  it('only counts them with --dry-run', async () => {
    await useFixture('main-default');
    const before = readFileSync(path, 'utf8');
    const { code, stdout, stderr } = await hash({ dryRun: true });
    expect([code, stdout]).toEqual([0, `${path} would hold hashes only; nothing was written (--dry-run)\n`]);
    expect(stderr).toContain('4 keys stand in clear');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('prints one JSON document with --json', async () => {
    await useFixture('seed-macos');
    const { code, stdout, stderr } = await hash({ json: true });
    expect([code, stderr]).toEqual([0, '']);
    const result = JSON.parse(stdout) as Json;
    expect(result).toEqual({
      path,
      changed: true,
      written: true,
      backup: expect.any(String),
      changes: [{ path: 'apikeys', message: expect.stringContaining('1 key stands in clear') }],
      backups_with_clear_keys: [result.backup],
    });
  });
});
