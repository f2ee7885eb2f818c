import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Administrator } from '../support/administrator.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

// Each test starts a dozen processes.
jest.setTimeout(60_000);

let home: Administrator;
beforeEach(() => {
  home = new Administrator({ projects: [{ servers: [echoServer('echo')] }] });
});
afterEach(() => {
  home.remove();
});

describe('the system on the command line', () => {
  it('is backed up and restored, also where the file is gone, and the admin key stays', async () => {
    const backup = home.at('backup.json');
    await home.ok('system', 'backup', '--output-file', backup);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(await home.run(['system', 'backup', '--output-file', backup])).toMatchObject({ code: 1 });
    await home.ok('user', 'create', '--email', 'late@example.com');
    await home.ok('system', 'restore', '--input-file', backup);
    const restored = JSON.parse(home.fileText()) as Json;
    expect(restored).toEqual(home.config.json);
    rmSync(home.configPath);
    await home.ok('system', 'restore', '--input-file', backup);
    expect(JSON.parse(home.fileText())).toEqual(home.config.json);
    expect(statSync(home.configPath).mode & 0o777).toBe(0o600);
    writeFileSync(home.at('broken.json'), '{"config": {}}');
    expect(await home.run(['system', 'restore', '--input-file', home.at('broken.json')])).toMatchObject({ code: 1 });
    expect(await home.run(['system', 'restore', '--input-file', home.at('none.json')])).toMatchObject({ code: 1 });
    expect(await home.json('system', 'health-check')).toMatchObject({
      status: 'healthy',
      statistics: { total_api_keys: 1 },
    });
  });

  it('is reset only when that is confirmed', async () => {
    const before = home.fileText();
    expect(await home.run(['system', 'reset'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('--confirm'),
    });
    expect(home.fileText()).toBe(before);
    const key = await home.line('api_key', 'system', 'reset', '--confirm');
    expect(JSON.parse(home.fileText())).toMatchObject({ admin_apikey: home.config.json.admin_apikey });
    expect(await home.json('user', 'get-api-key', '--api-key', key)).toMatchObject({ project_name: 'default_project' });
    expect(await home.json('user', 'list-all-api-keys')).toHaveLength(1);
  });

  it('says who serves the admin API instead of starting another server', async () => {
    const start = await home.run(['system', 'start-api', '--host', '0.0.0.0', '--port', '8001', '--reload']);
    expect(start).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('secure-mcp-gateway start') });
    expect(await home.run(['system', 'stop-api', '--force'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('says which file it misses', async () => {
    const ended = await home.run(['config', 'list', '--config', home.at('none.json')]);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('generate-config') });
    expect(existsSync(home.at('none.json'))).toBe(false);
  });
});

describe('processes that write at once', () => {
  it('lose nothing of each other', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `user${String(index)}@parallel.example`);
    const ended = await Promise.all(names.map((email) => home.run(['user', 'create', '--email', email])));
    expect(ended.map(({ code }) => code)).toEqual(names.map(() => 0));
    const users = (await home.json('user', 'list')) as { email: string }[];
    expect(users.map(({ email }) => email)).toEqual(expect.arrayContaining(names));
    expect(users).toHaveLength(9);
  });

  it('let one have a name that both want', async () => {
    const both = await Promise.all([1, 2].map(() => home.run(['project', 'create', '--project-name', 'same'])));
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
  });
});
