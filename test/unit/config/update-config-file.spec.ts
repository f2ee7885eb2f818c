import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfigFile } from '../../../src/config/config-file.js';
import { withFileLock } from '../../../src/config/file/file-lock.js';
import { describeWriteError } from '../../../src/config/file/write-error.js';
import { StagedFile } from '../../../src/config/file/staged-file.js';
import { updateConfigFile } from '../../../src/config/update-config-file.js';
import { writeConfigFile } from '../../../src/config/write-config-file.js';
import { sampleConfig, STORED_KEY } from './sample-config.js';

type Json = Record<string, unknown>;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-update-'));
  path = join(folder, 'config.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const writeSample = (config: unknown = sampleConfig()): Promise<void> =>
  writeFile(path, JSON.stringify(config), { mode: 0o600 });
const readJson = async (file: string): Promise<Json> => JSON.parse(await readFile(file, 'utf8')) as Json;
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

/** Adds a user; the change of an entry that every config can take. */
const addUser =
  (id: string) =>
  (config: Json): Json => ({ ...config, users: { ...(config.users as Json), [id]: { email: `${id}@example.com` } } });

/** Only the superuser can give a file away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('updating a config file', () => {
  it('writes the change at mode 0600, keeps the version before, and leaves nothing else', async () => {
    await writeSample();
    await chmod(path, 0o644);
    const before = await readFile(path, 'utf8');
    const { path: written, backup } = await updateConfigFile(path, addUser('u2'));
    expect(written).toBe(path);
    expect((await readJson(path)).users).toEqual({
      u1: { email: 'default@example.com' },
      u2: { email: 'u2@example.com' },
    });
    expect(await readFile(backup ?? '', 'utf8')).toBe(before);
    expect([await modeOf(path), await modeOf(backup ?? '')]).toEqual([0o600, 0o600]);
    expect((await readdir(folder)).sort()).toEqual(['config.json', backup?.slice(folder.length + 1)].sort());
  });

  it('writes nothing when nothing changes, whether the object is the same or equal', async () => {
    await writeSample();
    const before = await stat(path);
    expect(await updateConfigFile(path, (config) => config)).toEqual({ path, backup: null });
    expect(await updateConfigFile(path, (config) => structuredClone(config))).toEqual({ path, backup: null });
    expect((await stat(path)).ino).toBe(before.ino);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('sees a change made in place', async () => {
    await writeSample();
    await updateConfigFile(path, (config) => {
      delete config.admin_apikey;
      return config;
    });
    expect(await readJson(path)).not.toHaveProperty('admin_apikey');
  });

  it('refuses a change after which the file would not load, and leaves it as it was', async () => {
    await writeSample();
    const before = await readFile(path, 'utf8');
    const broken = updateConfigFile(path, (config) => ({ ...config, surprise: 1, users: { u1: {} } }));
    await expect(broken).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/was not changed[\s\S]*users\.u1\.email: is required[\s\S]*surprise: unknown key/),
    });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('is not stopped by a problem that was there before, such as a variable that this shell lacks', async () => {
    const config = sampleConfig() as { mcp_configs: { c1: { mcp_config: Json[] } } };
    const remote = config.mcp_configs.c1.mcp_config[1]!;
    remote.config = { url: 'https://mcp.example.com/mcp', headers: { Authorization: '${env:SMG_TEST_UNSET}' } };
    await writeSample(config);
    await expect(loadConfigFile(path)).rejects.toThrow('SMG_TEST_UNSET is not set');
    const dropFirst = (current: Json): Json => {
      const servers = (current.mcp_configs as typeof config.mcp_configs).c1.mcp_config;
      servers.shift();
      return current;
    };
    expect((await updateConfigFile(path, dropFirst)).backup).not.toBeNull();
    const second = updateConfigFile(path, (current) => {
      const servers = (current.mcp_configs as typeof config.mcp_configs).c1.mcp_config;
      servers.push({ ...servers[0], server_name: 'another' });
      return current;
    });
    await expect(second).rejects.toThrow(/mcp_config\[1\].*SMG_TEST_UNSET is not set/);
  });

  it.each([
    ['[]', /must hold one JSON object/],
    ['{"a": 1', /not valid JSON at line 1/],
    ['{"users": {}, "users": {}}', /repeated at line 1/],
    ['', /empty/],
  ])('refuses a file with %j and leaves it', async (text, message) => {
    await writeFile(path, text);
    await expect(updateConfigFile(path, addUser('u2'))).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('says how to make a file that is missing, in a folder that is missing too', async () => {
    await expect(updateConfigFile(join(folder, 'no', 'config.json'), addUser('u2'))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/no such file.*generate-config/),
    });
  });

  it('passes on what the change throws, and lets go of the lock', async () => {
    await writeSample();
    const failing = updateConfigFile(path, () => {
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual(['config.json']);
    expect((await updateConfigFile(path, addUser('u2'))).backup).not.toBeNull();
  });

  it('changes the file behind a symbolic link, and keeps the link', async () => {
    await writeSample();
    const link = join(folder, 'link.json');
    await symlink(path, link);
    expect((await updateConfigFile(link, addUser('u2'))).path).toBe(path);
    expect((await readJson(link)).users).toHaveProperty('u2');
    expect((await stat(link)).ino).toBe((await stat(path)).ino);
  });

  it('makes the change again when an editor saves the file in between', async () => {
    await writeSample();
    const edited = { ...(sampleConfig() as Json), admin_apikey: STORED_KEY };
    const { writeFileSync } = await import('node:fs');
    let runs = 0;
    await updateConfigFile(path, (config) => {
      runs += 1;
      if (runs === 1) writeFileSync(path, JSON.stringify(edited));
      return addUser('u2')(config);
    });
    expect(runs).toBe(2);
    expect(await readJson(path)).toMatchObject({ admin_apikey: STORED_KEY, users: { u2: {} } });
  });

  it('gives up when the file changes every time, and leaves what is there', async () => {
    await writeSample();
    const { writeFileSync } = await import('node:fs');
    let runs = 0;
    const busy = updateConfigFile(path, (config) => {
      runs += 1;
      writeFileSync(path, JSON.stringify({ ...config, users: { [`by-editor-${String(runs)}`]: { email: 'x' } } }));
      return addUser('u2')(config);
    });
    await expect(busy).rejects.toThrow(/written by another process.*Try again/);
    expect(Object.keys((await readJson(path)).users as Json)).toEqual(['by-editor-5']);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('keeps the newest ten backups, and no other file is taken for one', async () => {
    await writeSample();
    await writeFile(join(folder, 'config.json.backup-mine'), 'mine');
    const backups: (string | null)[] = [];
    for (let n = 2; n <= 14; n++) backups.push((await updateConfigFile(path, addUser(`u${String(n)}`))).backup);
    const left = (await readdir(folder)).filter((name) => name.includes('.backup-2')).map((name) => join(folder, name));
    expect(left.sort()).toEqual(backups.slice(-10).sort());
    expect(await readdir(folder)).toContain('config.json.backup-mine');
    expect(await writeConfigFile(path, {}, { overwrite: true })).toMatchObject({ backup: expect.any(String) });
    expect((await readdir(folder)).filter((name) => name.includes('.backup-2'))).toHaveLength(10);
  });

  it('loses no change of many at once', async () => {
    await writeSample();
    const ids = Array.from({ length: 12 }, (_, n) => `w${String(n)}`);
    await Promise.all(ids.map((id) => updateConfigFile(path, addUser(id))));
    expect(Object.keys((await readJson(path)).users as Json).sort()).toEqual(['u1', ...ids].sort());
  });
});

describe('a file that cannot be written', () => {
  it.each([
    ['EACCES', /not changed: this user may not write in the folder \/etc\/gateway/],
    ['EROFS', /mounted read-only/],
    ['EBUSY', /mount its folder instead/],
    ['ENOSPC', /the disk is full/],
  ])('is told with a remedy: %s', (code, message) => {
    const cause = Object.assign(new Error(code), { code });
    const told = describeWriteError(cause, '/etc/gateway/config.json');
    expect(told).toMatchObject({ code: 'config_invalid', message: expect.stringMatching(message), cause });
  });

  it('is told as it is when there are no better words', () => {
    const cause = Object.assign(new Error('EIO'), { code: 'EIO' });
    expect(describeWriteError(cause, path)).toBe(cause);
  });

  asRoot('still belongs to its owner after the superuser changed it', async () => {
    await writeSample();
    await chown(path, 65_534, 65_533);
    await updateConfigFile(path, addUser('u2'));
    expect(await stat(path)).toMatchObject({ uid: 65_534, gid: 65_533 });
  });
});

describe('a folder whose owner is not the superuser that writes in it', () => {
  asRoot('gives its owner no file but the written one', async () => {
    await writeSample();
    await chown(path, 65_534, 65_533);
    const victim = join(folder, 'victim');
    await writeFile(victim, 'of root');
    const staged = await StagedFile.open(path);
    const temp = (await readdir(folder)).find((name) => name.endsWith('.tmp')) ?? '';
    await rm(join(folder, temp));
    await symlink(victim, join(folder, temp));
    await staged.write(Buffer.from('{}'));
    expect(await stat(victim)).toMatchObject({ uid: 0, gid: 0 });
    await staged.discard();
  });
});

describe('the lock of a file', () => {
  it('is waited for no longer than allowed, and then named', async () => {
    await withFileLock(path, async () => {
      await expect(withFileLock(path, () => Promise.resolve(), 50)).rejects.toMatchObject({
        code: 'config_invalid',
        retryable: true,
        message: expect.stringContaining(`${path}.lock`),
      });
    });
    expect(await withFileLock(path, () => Promise.resolve('free'))).toBe('free');
  });
});

describe('a staged file', () => {
  it('is fenced off by one that was opened later, even when both believe to hold the lock', async () => {
    await writeFile(path, 'old');
    const first = await StagedFile.open(path);
    const second = await StagedFile.open(path);
    await first.write(Buffer.from('first'));
    await second.write(Buffer.from('second'));
    expect(await first.replace()).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await second.replace()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('second');
    await Promise.all([first.discard(), second.discard()]);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('clears away what killed writers left, and nothing else', async () => {
    const mine = ['.config.json.swp', '.config.json.tmp', '.other.json.0123456789abcdef.tmp'];
    for (const name of ['.config.json.0123456789abcdef.tmp', ...mine]) await writeFile(join(folder, name), '');
    await (await StagedFile.open(path)).discard();
    expect((await readdir(folder)).sort()).toEqual(mine.sort());
  });
});
