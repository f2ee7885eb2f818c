import { readFileSync } from 'node:fs';
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

describe('projects and users on the command line', () => {
  it('live from creation to removal', async () => {
    const project = await home.line('project_id', 'project', 'create', '--project-name', 'team');
    const user = await home.line('user_id', 'user', 'create', '--email', 'joe@example.com');
    await home.ok('project', 'assign-config', '--project-id', project, '--config-name', 'config_0');
    expect(await home.json('project', 'get-config', '--project-name', 'team')).toMatchObject({
      mcp_config_name: 'config_0',
    });
    const pair = ['--project-name', 'team', '--user-id', user];
    await home.ok('project', 'add-user', ...pair);
    expect(await home.ok('project', 'add-user', ...pair)).toMatchObject({ stderr: expect.stringContaining('already') });
    const member = { user_id: user, email: 'joe@example.com', api_keys: 0, created_at: expect.any(String) };
    expect(await home.json('project', 'list-users', '--project-name', 'team')).toEqual([member]);
    expect(await home.json('project', 'get', '--project-name', 'team')).toMatchObject({
      project_id: project,
      users: [member],
    });
    expect(await home.json('project', 'list')).toContainEqual(
      expect.objectContaining({ project_name: 'team', users: 1, mcp_config: expect.objectContaining({}) }),
    );
    expect(await home.json('project', 'search', '--search-term', 'joe@')).toMatchObject([{ match_type: 'user_email' }]);
    await home.ok('project', 'export', '--project-name', 'team', '--output-file', home.at('team.json'));
    expect(JSON.parse(readFileSync(home.at('team.json'), 'utf8'))).toMatchObject({
      project_id: project,
      users: [member],
    });
    await home.ok('user', 'update', '--user-id', user, '--new-email', 'joe.b@example.com');
    expect(await home.json('user', 'list')).toContainEqual(expect.objectContaining({ email: 'joe.b@example.com' }));
    expect(await home.json('user', 'search', '--search-term', 'JOE.B')).toMatchObject([{ user_id: user }]);
    expect(await home.json('user', 'list-projects', '--user-id', user)).toMatchObject([
      { project_id: project, api_keys: 0 },
    ]);
    expect(await home.run(['user', 'delete', '--user-id', user])).toMatchObject({ code: 1 });
    await home.ok('project', 'remove-user', ...pair);
    expect(await home.run(['project', 'remove-user', ...pair])).toMatchObject({ code: 1 });
    await home.ok('project', 'add-user', ...pair);
    await home.ok('project', 'remove-all-users', '--project-name', 'team');
    await home.ok('project', 'unassign-config', '--project-name', 'team');
    expect(await home.run(['project', 'unassign-config', '--project-name', 'team'])).toMatchObject({ code: 1 });
    await home.ok('user', 'delete', '--user-id', user);
    await home.ok('project', 'remove', '--project-name', 'team');
    expect(await home.json('project', 'list')).toHaveLength(1);
  });

  it.each<[string, string[], RegExp]>([
    ['nobody named', ['project', 'get'], /say which project: --project-name or --project-id/],
    ['named twice', ['user', 'get', '--email', 'a', '--user-id', 'b'], /not both/],
    ['no name', ['project', 'create'], /--project-name/],
    ['an unknown command', ['user', 'make'], /unknown command/],
  ])('are wrong usage with %s', async (_what, args, message) => {
    expect(await home.run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('fail with exit code 1 and a remedy for what does not exist or exists already', async () => {
    expect(await home.run(['project', 'get', '--project-name', 'none'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: There is no project "none". "project list" names those there are.\n',
    });
    expect(await home.run(['project', 'create', '--project-name', 'PROJECT_0'])).toMatchObject({ code: 1, stdout: '' });
    expect(await home.run(['user', 'create', '--email', 'nobody'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('keys on the command line', () => {
  const who = ['--email', 'user0.0@example.com', '--project-name', 'project_0'] as const;

  it('are shown once, and go by their id or over stdin from then on', async () => {
    const made = await home.ok(
      'user',
      'generate-api-key',
      ...who,
      '--name',
      'ci',
      '--expires-at',
      '2999-01-01T00:00:00Z',
    );
    const [, key = '', id = ''] = /^api_key: (smg_\S+)\nkey_id: ([0-9a-f]{12})\n$/.exec(made.stdout) ?? [];
    expect(home.fileText()).not.toContain(key);
    const summary = { key_id: id, name: 'ci', project_name: 'project_0', mcp_config_name: 'config_0', disabled: false };
    for (const reference of [id, key]) {
      expect(await home.json('user', 'get-api-key', '--api-key', reference)).toMatchObject(summary);
    }
    const byPipe = await home.piped(`${key}\n`, 'user', 'get-api-key', '--api-key', '-');
    expect(JSON.parse(byPipe.stdout)).toMatchObject(summary);
    expect(byPipe.stderr).toBe('');
    const lists = [
      await home.ok('user', 'list-api-keys', '--email', 'user0.0@example.com'),
      await home.ok('user', 'list-api-keys', ...who),
      await home.ok('user', 'list-all-api-keys'),
      await home.ok('user', 'get', '--email', 'user0.0@example.com'),
    ];
    for (const { stdout } of lists) {
      expect(stdout).toContain(id);
      expect(stdout).not.toContain(key);
      expect(stdout).not.toContain('sha256:');
    }
    expect(await home.ok('user', 'disable-api-key', '--api-key', id)).toMatchObject({ stdout: '' });
    expect(await home.ok('user', 'disable-api-key', '--api-key', id)).toMatchObject({
      stderr: expect.stringContaining('already'),
    });
    expect(await home.run(['user', 'get-api-key', '--api-key', 'wrong-key-that-nobody-has'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.not.stringContaining('wrong-key-that'),
    });
    expect(await home.ok('user', 'delete-all-api-keys', '--email', 'user0.0@example.com')).toMatchObject({
      stderr: 'Deleted 2 keys.\n',
    });
    expect(await home.json('user', 'list-all-api-keys')).toEqual([]);
  });
});
