import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

describe('configs on the command line', () => {
  it('are added, copied, renamed, exported, imported, found and removed', async () => {
    const id = await home.line('mcp_config_id', 'config', 'add', '--config-name', 'team');
    const copy = await home.line(
      'mcp_config_id',
      'config',
      'copy',
      '--source-config',
      'config_0',
      '--target-config',
      'copy',
    );
    expect(await home.ok('config', 'rename', '--config-id', id, '--new-name', 'support')).toMatchObject({ stdout: '' });
    const exported = home.at('exports/copy.json');
    expect(await home.ok('config', 'export', '--config-name', 'copy', '--output-file', exported)).toMatchObject({
      stdout: '',
    });
    expect(statSync(exported).mode & 0o777).toBe(0o600);
    const again = await home.line(
      'mcp_config_id',
      'config',
      'import',
      '--input-file',
      exported,
      '--config-name',
      'again',
    );
    expect(await home.json('config', 'get', '--config-id', again)).toMatchObject({
      mcp_config_id: again,
      mcp_config_name: 'again',
      mcp_config: [{ server_name: 'echo' }],
    });
    const projectId = home.config.keys[0]?.[0]?.projectId;
    expect(await home.json('config', 'list')).toEqual([
      {
        mcp_config_id: expect.any(String),
        mcp_config_name: 'config_0',
        servers: 1,
        used_by_projects: [{ project_id: projectId, project_name: 'project_0' }],
      },
      { mcp_config_id: id, mcp_config_name: 'support', servers: 0, used_by_projects: [] },
      { mcp_config_id: copy, mcp_config_name: 'copy', servers: 1, used_by_projects: [] },
      { mcp_config_id: again, mcp_config_name: 'again', servers: 1, used_by_projects: [] },
    ]);
    expect(await home.json('config', 'list-projects', '--config-name', 'config_0')).toEqual([
      { project_id: projectId, project_name: 'project_0' },
    ]);
    expect(await home.json('config', 'search', '--search-term', 'AGA')).toMatchObject([{ match_type: 'config_name' }]);
    await home.ok('config', 'remove', '--config-name', 'again');
    expect(await home.run(['config', 'remove', '--config-name', 'config_0'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('is used by "project_0"'),
    });
    expect(await home.json('config', 'validate', '--config-name', 'copy', '--json')).toMatchObject({
      valid: true,
      problems: [],
    });
  });

  it('are judged one by one', async () => {
    const file = JSON.parse(home.fileText()) as { mcp_configs: Record<string, Json> };
    file.mcp_configs.bad = { mcp_config_name: 'bad', mcp_config: [{ server_name: 'x', config: {} }] };
    writeFileSync(home.configPath, JSON.stringify(file));
    expect(await home.run(['config', 'validate', '--config-name', 'config_0'])).toMatchObject({ code: 0 });
    const judged = await home.run(['config', 'validate', '--config-id', 'bad', '--json']);
    expect(judged.code).toBe(1);
    expect(JSON.parse(judged.stdout)).toMatchObject({
      valid: false,
      mcp_config_id: 'bad',
      problems: [{ path: expect.stringContaining('mcp_configs.bad.mcp_config[0]') }],
    });
    expect(await home.run(['system', 'health-check'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/"unhealthy"/),
    });
  });

  it('never write an export over a file, nor over the config itself', async () => {
    const file = home.at('there.json');
    writeFileSync(file, 'mine');
    const args = ['config', 'export', '--config-name', 'config_0', '--output-file'];
    expect(await home.run([...args, file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already exists'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    chmodSync(file, 0o644);
    await home.ok(...args, file, '--overwrite');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = home.fileText();
    expect(await home.run([...args, home.configPath, '--overwrite'])).toMatchObject({ code: 1 });
    expect(home.fileText()).toBe(before);
    expect(await home.json(...args, '-')).toMatchObject({ config: { mcp_config_name: 'config_0' } });
  });
});

describe('servers of a config on the command line', () => {
  const on = ['--config-name', 'config_0'] as const;

  it('are added, changed, guarded, listed and removed', async () => {
    const named = [...on, '--server-name', 'files'];
    await home.ok(
      'config',
      'add-server',
      ...named,
      '--server-command',
      'node',
      '--args',
      '-y,pkg',
      '--env',
      '{"LEVEL": "1"}',
    );
    await home.ok(
      'config',
      'update-server',
      ...named,
      '--args',
      '["a,b"]',
      '--tools',
      '{"read": ""}',
      '--description',
      'Files',
    );
    const policy = home.at('policy.json');
    writeFileSync(policy, '{"enabled": true, "policy_name": "default"}');
    await home.ok('config', 'update-server-input-guardrails', ...named, '--policy-file', policy);
    await home.ok('config', 'update-server-input-guardrails', ...named, '--policy', '{"block": ["injection_attack"]}');
    await home.ok('config', 'update-server-output-guardrails', ...named, '--policy', '{"enabled": false}');
    const both = ['--input-policy', '{"block": []}', '--output-policy-file', policy];
    await home.ok('config', 'update-server-guardrails', ...named, ...both);
    expect(await home.json('config', 'get-server', ...named)).toMatchObject({
      server_name: 'files',
      config: { command: 'node', args: ['a,b'], env: { LEVEL: '1' } },
      input_guardrails_policy: { enabled: true, policy_name: 'default', block: [] },
      output_guardrails_policy: { enabled: true, policy_name: 'default' },
    });
    expect(await home.json('config', 'list-servers', ...on)).toEqual([
      expect.objectContaining({ server_name: 'echo', input_guardrails_enabled: false }),
      {
        server_name: 'files',
        description: 'Files',
        command: 'node',
        args: ['a,b'],
        url: null,
        tools: 1,
        input_guardrails_enabled: true,
        output_guardrails_enabled: true,
        disabled: false,
        disabled_at: null,
        disabled_reason: null,
        disabled_tools: {},
      },
    ]);
    await home.ok('config', 'remove-server', ...named);
    expect(await home.ok('config', 'remove-all-servers', ...on)).toMatchObject({ stderr: 'Removed 1 server.\n' });
    expect(await home.json('config', 'list-servers', ...on)).toEqual([]);
  });

  it('may be remote, and a secret in clear is remarked without being repeated', async () => {
    const secret = 'aV3rySecretValue0123456789';
    const headers = JSON.stringify({ Authorization: `Bearer ${secret}` });
    const url = ['--server-name', 'mail', '--url', 'https://mail.example.com/mcp', '--headers', headers];
    const { stdout, stderr } = await home.ok('config', 'add-server', ...on, ...url);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/warning: Authorization looks like a secret/);
    expect(stderr).not.toContain(secret);
  });

  it.each<[string, string[], RegExp]>([
    ['neither command nor URL', [], /--server-command or --url/],
    ['both', ['--server-command', 'x', '--url', 'https://x.example'], /--server-command or --url/],
    ['variables that are no JSON', ['--server-command', 'x', '--env', 'TOKEN=hidden-value'], /--env is no JSON/],
    ['variables twice', ['--server-command', 'x', '--env', '{"A": "hidden-value", "A": "b"}'], /duplicate/],
    ['variables that are no texts', ['--server-command', 'x', '--env', '{"A": 1}'], /object of texts/],
    ['arguments that are no texts', ['--server-command', 'x', '--args', '[1]'], /--args must be/],
  ])('are wrong usage with %s; the value is not repeated', async (_what, args, message) => {
    const ended = await home.run(['config', 'add-server', ...on, '--server-name', 'x', ...args]);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toContain('hidden-value');
  });

  it('are refused when the gateway would not load them, and the file stays', async () => {
    const before = home.fileText();
    const server = ['--server-name', 'x', '--server-command', 'node', '--input-guardrails-policy'];
    const ended = await home.run([
      'config',
      'add-server',
      ...on,
      ...server,
      '{"enabled": true, "policy_name": "none"}',
    ]);
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/would not load[\s\S]*no such policy/),
    });
    expect(home.fileText()).toBe(before);
  });
});

describe('settings on the command line', () => {
  it('take the key of the service from stdin, and never print it', async () => {
    const key = 'service-key-0123456789-wxyz';
    const set = await home.piped(`${key}\n`, 'config', 'set-enkrypt-api-key', '--api-key', '-');
    expect(set).toMatchObject({ code: 0, stdout: '' });
    expect(set.stderr).not.toContain(key);
    expect(await home.json('config', 'get-enkrypt-api-key')).toEqual({ is_set: true, enkrypt_api_key: '…wxyz' });
    expect(await home.piped('', 'config', 'set-enkrypt-api-key', '--api-key', '-')).toMatchObject({ code: 1 });
    expect(await home.ok('config', 'set-enkrypt-api-key', '--api-key', key)).toMatchObject({
      stderr: expect.stringContaining('can see arguments'),
    });
  });

  it('switch telemetry, and refuse a URL that is none', async () => {
    await home.ok(
      'config',
      'configure-telemetry',
      '--enabled',
      'false',
      '--url',
      'http://127.0.0.1:4317',
      '--insecure',
      'true',
    );
    expect(JSON.parse(home.fileText())).toMatchObject({
      plugins: { telemetry: { config: { url: 'http://127.0.0.1:4317' } } },
    });
    expect(await home.run(['config', 'configure-telemetry', '--url', 'ftp://x'])).toMatchObject({ code: 1 });
    expect(await home.run(['config', 'configure-telemetry', '--enabled', 'yes'])).toMatchObject({ code: 2 });
    expect(await home.run(['config', 'configure-telemetry'])).toMatchObject({ code: 2 });
  });
});
