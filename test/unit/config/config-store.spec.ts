import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfigFile } from '../../../src/config/config-file.js';
import { ConfigStore, type ConfigTrouble } from '../../../src/config/config-store.js';
import { ConfigError } from '../../../src/config/problem.js';
import { changed, type Json, KEY_HEX, sampleConfig, server } from './sample-config.js';

let folder: string;
let path: string;
let store: ConfigStore | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-store-'));
  path = join(folder, 'config.json');
});

afterEach(async () => {
  store?.close();
  store = undefined;
  await rm(folder, { recursive: true });
});

async function write(config: Json | string): Promise<void> {
  const temporary = join(folder, 'next.json');
  await writeFile(temporary, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 });
  await rename(temporary, path);
}

/** Looks every 10 ms for at most 5 s; the store itself promises one second. */
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition did not come true within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('config store', () => {
  it('takes over a changed file and tells its listeners', async () => {
    await write(sampleConfig());
    store = await ConfigStore.open(path);
    const before = store.current();
    const heard: string[] = [];
    const stop = store.onChange((snapshot) => heard.push(snapshot.revision));
    await write(changed(['users', 'u1'], undefined));
    await until(() => store?.current() !== before);
    expect(store.current().keys.get(KEY_HEX)).toMatchObject({ status: 'refused', reason: 'no_user' });
    expect(before.keys.get(KEY_HEX)?.status).toBe('active');
    expect(heard).toEqual([store.current().revision]);
    expect(store.health()).toEqual({
      ok: true,
      path,
      revision: store.current().revision,
      loadedAt: store.current().loadedAt,
    });

    stop();
    const second = store.current();
    await write(sampleConfig());
    await until(() => store?.current() !== second);
    expect(heard).toHaveLength(1);
  });

  it('keeps the last good snapshot while the file is broken, and says so', async () => {
    await write(sampleConfig());
    const told: ConfigTrouble[] = [];
    store = await ConfigStore.open(path, { onProblem: (trouble) => told.push(trouble) });
    const good = store.current();
    await write(changed(['projects', 'p1', 'mcp_config_id'], 'gone'));
    await until(() => store?.health().ok === false);
    expect(store.current()).toBe(good);
    expect(store.health().problem?.problems.map((problem) => problem.path)).toEqual(['projects.p1.mcp_config_id']);
    expect(told).toHaveLength(1);

    await write('{ not json');
    await until(() => told.length === 2);
    expect(store.current()).toBe(good);

    await rm(path);
    await until(() => told.length === 3);
    expect(told[2]?.problems[0]?.message).toMatch(/no such file/);
    expect(store.current()).toBe(good);

    await write(changed(['users', 'u1', 'email'], 'new@example.com'));
    await until(() => store?.health().ok === true);
    expect(store.current().revision).not.toBe(good.revision);
  });

  it('is healthy again when the old content comes back, without a swap', async () => {
    await write(sampleConfig());
    store = await ConfigStore.open(path);
    const good = store.current();
    await write('');
    await until(() => store?.health().ok === false);
    await write(sampleConfig());
    await until(() => store?.health().ok === true);
    expect(store.current()).toBe(good);
  });

  it('follows the secret files that the config names, those that appear later included', async () => {
    const secret = join(folder, 'token');
    await writeFile(secret, 'one');
    const config = changed(server('config'), { url: 'http://127.0.0.1/mcp', headers: { A: '${file:token}' } });
    await write(config);
    store = await ConfigStore.open(path);
    const headerNow = (): unknown => {
      const connection = store?.current().configs.get('c1')?.servers.get('echo')?.connection;
      return connection?.kind === 'http' ? connection.headers.A : undefined;
    };
    expect(headerNow()).toBe('one');
    await writeFile(secret, 'two');
    await until(() => headerNow() === 'two');
    await rm(secret);
    await until(() => store?.health().ok === false);
    expect(headerNow()).toBe('two');
    await writeFile(secret, 'three');
    await until(() => headerNow() === 'three');
    expect(store.health().ok).toBe(true);
  });

  it('goes on following the file after a listener failed', async () => {
    await write(sampleConfig());
    const told: ConfigTrouble[] = [];
    store = await ConfigStore.open(path, { onProblem: (trouble) => told.push(trouble) });
    const stop = store.onChange(() => {
      throw new Error('listener');
    });
    await write(changed(['users', 'u1', 'email'], 'a@example.com'));
    await until(() => told.length === 1);
    stop();
    const before = store.current();
    await write(changed(['users', 'u1', 'email'], 'b@example.com'));
    await until(() => store?.current() !== before && store?.health().ok === true);
  });

  it('stops following after close, which may be called twice', async () => {
    await write(sampleConfig());
    const closed = await ConfigStore.open(path);
    closed.close();
    closed.close();
    const before = closed.current();
    await write(changed(['users', 'u1', 'email'], 'new@example.com'));
    // A second store that sees the change proves that the first one had the time to.
    store = await ConfigStore.open(path);
    const second = store.current();
    await write(sampleConfig());
    await until(() => store?.current() !== second);
    expect(closed.current()).toBe(before);
  });

  it('does not open a broken file, and lists every problem in the error', async () => {
    await write({ surprise: 1, projects: { p: { project_name: 'x', mcp_config_id: 'gone' } } });
    const error = await ConfigStore.open(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).code).toBe('config_invalid');
    expect((error as ConfigError).problems).toHaveLength(2);
    expect((error as ConfigError).message.split('\n')).toEqual([
      `The config file ${path} has 2 problems:`,
      expect.stringContaining('surprise: unknown key'),
      expect.stringContaining('projects.p.mcp_config_id: no such entry'),
    ]);
  });

  it('warns when other users can reach the file', async () => {
    await write(sampleConfig());
    expect((await loadConfigFile(path)).warnings).toEqual([]);
    await chmod(path, 0o644);
    expect((await loadConfigFile(path)).warnings[0]?.message).toMatch(/mode 0644.*chmod 600/);
  });
});
