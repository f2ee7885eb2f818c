import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfigFile } from '../../../src/config/config-file.js';
import { createDefaultConfig } from '../../../src/config/default-config.js';
import { storedForm } from '../../../src/config/key-hash.js';
import { writeConfigFile } from '../../../src/config/write-config-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-write-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('writing a config file', () => {
  it('makes folders of mode 0700 and a file of mode 0600, and leaves nothing else', async () => {
    const path = join(folder, 'a', 'b', 'config.json');
    expect(await writeConfigFile(path, { a: 1 })).toEqual({ path, backup: null });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ a: 1 });
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(folder, 'a'))).toBe(0o700);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['config.json']);
  });

  it('refuses to replace a file unless told, and leaves it as it was', async () => {
    const path = join(folder, 'config.json');
    await writeFile(path, 'mine');
    await expect(writeConfigFile(path, {})).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('--overwrite'),
    });
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('keeps one backup of mode 0600 for each time it overwrites', async () => {
    const path = join(folder, 'config.json');
    await writeFile(path, 'first', { mode: 0o644 });
    const one = await writeConfigFile(path, { n: 1 }, { overwrite: true });
    const two = await writeConfigFile(path, { n: 2 }, { overwrite: true });
    expect(await readFile(one.backup ?? '', 'utf8')).toBe('first');
    expect(JSON.parse(await readFile(two.backup ?? '', 'utf8'))).toEqual({ n: 1 });
    expect(await modeOf(one.backup ?? '')).toBe(0o600);
    expect(await modeOf(path)).toBe(0o600);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('overwrites the file behind a symbolic link and keeps the link', async () => {
    const real = join(folder, 'real.json');
    const link = join(folder, 'link.json');
    await writeFile(real, '{}');
    await symlink(real, link);
    await writeConfigFile(link, { n: 1 }, { overwrite: true });
    expect(JSON.parse(await readFile(real, 'utf8'))).toEqual({ n: 1 });
    expect(await readFile(link, 'utf8')).toBe(await readFile(real, 'utf8'));
  });

  it('lets one of two writers at once win', async () => {
    const path = join(folder, 'config.json');
    const outcomes = await Promise.allSettled([writeConfigFile(path, { n: 1 }), writeConfigFile(path, { n: 2 })]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the default config', () => {
  const echoCommand = { command: 'node', args: ['/opt/${odd}/echo.mjs'] };

  it('is valid without a warning and opens the echo server to its key', async () => {
    const made = createDefaultConfig({ echoServer: true, echoCommand });
    const path = join(folder, 'config.json');
    await writeConfigFile(path, made.json);
    const snapshot = await loadConfigFile(path);
    expect(snapshot.warnings).toEqual([]);
    const record = snapshot.keys.get(storedForm(made.gatewayKey).slice('sha256:'.length));
    expect(record).toMatchObject({
      status: 'active',
      principal: { projectId: made.projectId, userId: made.userId, configId: made.mcpConfigId },
    });
    const echo = snapshot.configs.get(made.mcpConfigId)?.servers.get('echo_server');
    expect(echo?.connection).toEqual({ kind: 'stdio', command: 'node', args: ['/opt/${odd}/echo.mjs'], env: {} });
    expect(echo?.inputPolicy).toMatchObject({ policyName: 'default', block: new Set(), redactPii: false });
    expect(snapshot.adminKeys[0]?.hash.toString('hex')).toBe(storedForm(made.adminKey).slice('sha256:'.length));
  });

  it('has a prefixed key of 256 random bits and an admin key of 256 characters, new each time, and never in the file', () => {
    const [one, two] = [true, true].map((echoServer) => createDefaultConfig({ echoServer, echoCommand }));
    expect(one?.gatewayKey).toMatch(/^smg_[A-Za-z0-9_-]{43}$/);
    expect(one?.adminKey).toMatch(/^[A-Za-z0-9_-]{256}$/);
    expect(one?.gatewayKey).not.toBe(two?.gatewayKey);
    const text = JSON.stringify(one?.json);
    expect(text).not.toContain(one?.gatewayKey);
    expect(text).not.toContain(one?.adminKey);
  });

  it('has no server when the echo server is not wanted', () => {
    const made = createDefaultConfig({ echoServer: false, echoCommand });
    expect(JSON.stringify(made.json)).toContain('"mcp_config":[]');
  });
});
