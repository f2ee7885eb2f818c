import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Administrator } from '../support/administrator.js';
import { echoServer } from '../support/upstreams.js';

// Each test starts a dozen processes.
jest.setTimeout(60_000);

let home: Administrator;
beforeEach(() => {
  home = new Administrator({ projects: [{ servers: [echoServer('echo')] }] });
});
afterEach(() => {
  home.remove();
});

describe('limits on the command line', () => {
  it('are set, shown with what holds, and taken back', async () => {
    const team = ['--project-name', 'project_0'];
    expect(await home.json('limits', 'get', ...team)).toMatchObject({ in_force: {} });
    await home.ok('limits', 'set', ...team, '--calls-per-minute', '60', '--concurrent', '4');
    expect(await home.json('limits', 'get', ...team)).toMatchObject({
      limits: { calls_per_minute: 60, concurrent: 4 },
      in_force: { calls_per_minute: 60, concurrent: 4 },
    });
    await home.ok('limits', 'set', ...team, '--concurrent', 'default');
    const after = (await home.json('limits', 'get', ...team)) as { limits: object };
    expect(after.limits).toEqual({ calls_per_minute: 60 });
  });

  it.each([
    ['a user', () => ['--email', 'user0.0@example.com']],
    ['a key', () => ['--key-id', home.config.keys[0]?.[0]?.hash.slice(7, 19) ?? '']],
    ['a server', () => ['--config-name', 'config_0', '--server-name', 'echo']],
  ])('are those of %s alone', async (_, words) => {
    await home.ok('limits', 'set', ...words(), '--calls-per-day', '1000');
    expect(await home.json('limits', 'get', ...words())).toMatchObject({ limits: { calls_per_day: 1000 } });
    const other = (await home.json('limits', 'get', '--project-name', 'project_0')) as { in_force: object };
    expect(other.in_force).toEqual({});
  });

  it.each([
    [['get']],
    [['get', '--project-name', 'project_0', '--email', 'user0.0@example.com']],
    [['set', '--project-name', 'project_0']],
    [['set', '--project-name', 'project_0', '--concurrent', 'many']],
    [['set', '--project-name', 'project_0', '--concurrent', '-1']],
  ])('are not changed by %j', async (words) => {
    const before = home.fileText();
    const { code, stderr } = await home.run(['limits', ...words]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^error: /m);
    expect(home.fileText()).toBe(before);
  });
});

describe('admin keys on the command line', () => {
  const listed = async (): Promise<Record<string, unknown>[]> =>
    (await home.json('admin-key', 'list')) as Record<string, unknown>[];

  it('live from generation to removal, each shown once and kept as a hash', async () => {
    const made = await home.line('admin_api_key', 'admin-key', 'generate', '--role', 'viewer', '--name', 'board');
    expect(made).toMatch(/^smg_admin_/);
    expect(await listed()).toMatchObject([
      { name: 'admin_apikey', role: 'owner' },
      { name: 'board', role: 'viewer' },
    ]);
    await home.ok('admin-key', 'disable', '--admin-key', made);
    expect((await listed())[1]).toMatchObject({ disabled: true });
    await home.ok('admin-key', 'enable', '--admin-key', made);
    const rotated = await home.line('new_admin_api_key', 'admin-key', 'rotate', '--admin-key', made);
    expect((await listed())[1]).toMatchObject({ name: 'board', role: 'viewer', disabled: false });
    expect((await home.run(['admin-key', 'disable', '--admin-key', made])).code).toBe(1);
    for (const key of [made, rotated]) expect(home.fileText()).not.toContain(key);
    await home.ok('admin-key', 'delete', '--admin-key', rotated);
    expect(await listed()).toHaveLength(1);
  });

  it('are not made with a role that there is not', async () => {
    const before = home.fileText();
    const { code, stderr } = await home.run(['admin-key', 'generate', '--role', 'god']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('viewer, operator, owner');
    expect(home.fileText()).toBe(before);
  });
});
