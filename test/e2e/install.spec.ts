import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'jsonc-parser';
import { type ClientName, type ConfigJson, InstallSandbox } from './support/install-sandbox.js';

jest.setTimeout(60_000);

let sandbox: InstallSandbox;
beforeEach(() => {
  sandbox = new InstallSandbox();
});
afterEach(() => {
  sandbox.close();
});

/** Everything below a folder with its bytes, to see that nothing changed. */
function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path] = entry.isFile() ? readFileSync(path, 'latin1') : entry.isDirectory() ? 'folder' : 'special';
  }
  return found;
}

const THEIRS =
  '{\r\n\t// my servers\r\n\t"mcpServers": {\r\n\t\t"git": { "command": "git-mcp" }, // keep\r\n\t},\r\n\t"theme": "dark",\r\n}\r\n';

describe('install', () => {
  it('keeps whatever else is in the file, and a backup beside it, both for their owner alone', async () => {
    const path = sandbox.put(sandbox.path('cursor'), `\uFEFF${THEIRS}`);
    const result = await sandbox.install('cursor');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('\uFEFF{\r\n\t// my servers\r\n')).toBe(true);
    expect(text).toContain('"git": { "command": "git-mcp" }, // keep\r\n\t\t"secure-mcp-gateway": {\r\n');
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(parse(text.slice(1))).toMatchObject({
      mcpServers: { git: { command: 'git-mcp' }, 'secure-mcp-gateway': { env: { ENKRYPT_GATEWAY_KEY: sandbox.key } } },
      theme: 'dark',
    });
    const [backup, ...more] = sandbox.beside(path);
    expect(more).toEqual([]);
    expect(result.stdout).toContain(join(dirname(path), backup ?? ''));
    expect(readFileSync(join(dirname(path), backup ?? ''), 'utf8')).toBe(`\uFEFF${THEIRS}`);
    expect([sandbox.mode(path), sandbox.mode(join(dirname(path), backup ?? ''))]).toEqual([0o600, 0o600]);
  });

  it('makes the file and its folders when there are none, for their owner alone', async () => {
    await sandbox.install('vscode');
    expect(sandbox.mode(sandbox.path('vscode'))).toBe(0o600);
    expect(sandbox.mode(dirname(sandbox.path('vscode')))).toBe(0o700);
    expect(sandbox.beside(sandbox.path('vscode'))).toEqual([]);
  });

  it('writes through a symbolic link and keeps it', async () => {
    const real = sandbox.put(join(sandbox.home, 'dotfiles', 'cursor.json'), '{"mcpServers":{}}');
    mkdirSync(dirname(sandbox.path('cursor')));
    symlinkSync(real, sandbox.path('cursor'));
    expect((await sandbox.install('cursor')).code).toBe(0);
    expect(lstatSync(sandbox.path('cursor')).isSymbolicLink()).toBe(true);
    expect(sandbox.read(real)).toHaveProperty(['mcpServers', 'secure-mcp-gateway']);
  });

  it('changes nothing the second time, replaces an older entry, and tells about others of the same gateway', async () => {
    await sandbox.install('cursor');
    const first = readFileSync(sandbox.path('cursor'), 'utf8');
    const again = await sandbox.install('cursor');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('Already there: "secure-mcp-gateway" in Cursor');
    expect([readFileSync(sandbox.path('cursor'), 'utf8'), sandbox.beside(sandbox.path('cursor'))]).toEqual([first, []]);
    const other = await sandbox.install('cursor', '--name', 'second', '--json');
    expect(JSON.parse(other.stdout)).toMatchObject({
      action: 'installed',
      notes: ['"secure-mcp-gateway" leads to the same gateway; its tools will be listed twice.'],
    });
    const { userId } = sandbox.config.keys[0]![0]!;
    const changed = await sandbox.install('cursor', '--user-id', userId);
    expect(changed.stdout).toContain('Replaced "secure-mcp-gateway" in Cursor');
    sandbox.put(sandbox.path('vscode'), '{"servers": {"secure-mcp-gateway": {"command": "mine"}}}');
    const theirs = await sandbox.install('vscode');
    expect(theirs.stderr).toBe('note: "secure-mcp-gateway" was another server before; its entry is in the backup.\n');
  });

  it('loses no entry when several run at once', async () => {
    sandbox.put(sandbox.path('claude-code'), THEIRS);
    const names = Array.from({ length: 6 }, (_, index) => `gw${String(index)}`);
    const runs = await Promise.all(names.map((name) => sandbox.install('claude-code', '--name', name)));
    expect(runs.map(({ code }) => code)).toEqual(names.map(() => 0));
    const { mcpServers } = parse(readFileSync(sandbox.path('claude-code'), 'utf8')) as { mcpServers: object };
    expect(Object.keys(mcpServers).sort()).toEqual(['git', ...names].sort());
    const left = readdirSync(sandbox.home).filter((name) => name.endsWith('.lock') || name.endsWith('.tmp'));
    expect(left).toEqual([]);
  });

  it('shows with --dry-run what it would write, without secrets, and writes nothing', async () => {
    sandbox.put(sandbox.path('cursor'), '{\n  "mcpServers": {\n    "git": { "env": { "T": "ghp_x" } }\n  }\n}\n');
    const before = snapshot(sandbox.home);
    const text = await sandbox.install('cursor', '--dry-run', '--hooks');
    const json = await sandbox.install('cursor', '--dry-run', '--hooks', '--json');
    const made = await sandbox.run([
      'install',
      '--client',
      'cursor',
      '--config',
      sandbox.configPath,
      '--new-key',
      '--dry-run',
    ]);
    expect([text.code, json.code, made.code]).toEqual([0, 0, 0]);
    expect(text.stdout).toContain('+    "secure-mcp-gateway": {');
    expect(text.stdout).toContain(`+        "${sandbox.configPath}"`);
    expect(text.stdout).toContain('+        "ENKRYPT_GATEWAY_KEY": "…"');
    expect(text.stdout).toContain('hook cursor beforeMCPExecution --config');
    expect(text.stdout).toContain('This was a dry run: nothing was written.');
    const document = JSON.parse(json.stdout) as { files: { action: string; diff: string }[] };
    expect(document).toMatchObject({ dry_run: true, action: 'installed', undo: expect.any(String), next: null });
    expect(document.files.map(({ action }) => action)).toEqual(['changed', 'created']);
    for (const secret of [sandbox.key, 'ghp_x']) expect(text.stdout + json.stdout).not.toContain(secret);
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it('prints one JSON object that holds no key', async () => {
    const { stdout, stderr } = await sandbox.install('claude-desktop', '--json');
    expect(stderr).toBe('');
    expect(stdout).not.toContain(sandbox.key);
    const { projectId, userId } = sandbox.config.keys[0]![0]!;
    expect(JSON.parse(stdout)).toEqual({
      client: 'claude-desktop',
      name: 'secure-mcp-gateway',
      action: 'installed',
      dry_run: false,
      files: [{ kind: 'servers', path: sandbox.path('claude-desktop'), action: 'created', backup: null }],
      entry: { command: expect.any(String), args: expect.any(Array), env: { ENKRYPT_GATEWAY_KEY: '…' } },
      project_id: projectId,
      user_id: userId,
      new_key: false,
      notes: [],
      next: expect.stringContaining('Quit Claude Desktop'),
      undo: 'secure-mcp-gateway uninstall --client claude-desktop',
    });
  });

  it('takes claude for claude-desktop, and the key from a file or from stdin', async () => {
    const common = ['install', '--client', 'claude', '--config', sandbox.configPath];
    const file = sandbox.put(join(sandbox.home, 'key.txt'), `${sandbox.key}\n`, 0o600);
    expect((await sandbox.run([...common, '--key-file', file])).code).toBe(0);
    expect((await sandbox.run([...common, '--name', 'piped'], { stdin: `${sandbox.key}\n` })).code).toBe(0);
    const env = { ENKRYPT_GATEWAY_KEY: sandbox.key };
    expect(sandbox.read(sandbox.path('claude-desktop'))).toMatchObject({
      mcpServers: { 'secure-mcp-gateway': { env }, piped: { env } },
    });
  });

  it('names the variable and not the key in a file that a project shares', async () => {
    const cwd = join(sandbox.home, 'project');
    mkdirSync(cwd);
    const args = ['install', '--client', 'claude-code', '--scope', 'project', '--url', 'https://mcp.example.com/mcp'];
    const { code, stderr } = await sandbox.run(args, { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('Set it where Claude Code starts.');
    expect(sandbox.read(join(cwd, '.mcp.json'))).toEqual({
      mcpServers: {
        'secure-mcp-gateway': {
          type: 'http',
          url: 'https://mcp.example.com/mcp',
          headers: { apikey: '${ENKRYPT_GATEWAY_KEY}' },
        },
      },
    });
    const removed = await sandbox.run(['uninstall', '--client', 'claude-code', '--scope', 'project'], { cwd });
    expect(removed.code).toBe(0);
    expect(sandbox.read(join(cwd, '.mcp.json'))).toEqual({ mcpServers: {} });
  });
});

describe('install refuses, and leaves everything as it was,', () => {
  type Prepare = (path: string) => void;
  it.each<[string, Prepare, RegExp]>([
    ['broken JSON', (path) => sandbox.put(path, '{"mcpServers": {'), /mcp\.json is not valid JSON \(line 1, column 17/],
    ['a list', (path) => sandbox.put(path, '[]'), /holds an array where an object is needed/],
    [
      'servers that are a list',
      (path) => sandbox.put(path, '{"mcpServers": []}'),
      /holds an array as mcpServers where an object/,
    ],
    ['servers that are null', (path) => sandbox.put(path, '{"mcpServers": null}'), /holds null as mcpServers/],
    ['UTF-16', (path) => sandbox.put(path, Buffer.from('\uFEFF{}', 'utf16le')), /is not UTF-8 text/],
    [
      'a read-only file',
      (path) => sandbox.put(path, '{}', 0o444),
      /mcp\.json is read-only\. Nothing was changed; chmod u\+w/,
    ],
    ['a folder in its place', (path) => mkdirSync(path, { recursive: true }), /is a folder, not a file/],
    [
      'a file in the place of its folder',
      (path) => sandbox.put(dirname(path), ''),
      /a file stands in the place of a folder above it/,
    ],
    ['33 MB', (path) => sandbox.put(path, Buffer.alloc(33 * 1024 * 1024, 32)), /has 34603008 bytes, more than/],
    [
      'a dead link',
      (path) => {
        mkdirSync(dirname(path));
        symlinkSync(join(sandbox.home, 'gone.json'), path);
      },
      /is a symbolic link to a file that does not exist/,
    ],
    [
      'a device',
      (path) => {
        mkdirSync(dirname(path));
        symlinkSync('/dev/null', path);
      },
      /dev\/null is a device or pipe, not a file/,
    ],
  ])('%s', async (_what, prepare, message) => {
    prepare(sandbox.path('cursor'));
    const before = snapshot(sandbox.home);
    const result = await sandbox.install('cursor');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it('a read-only folder', async () => {
    const folder = dirname(sandbox.put(sandbox.path('cursor'), '{}'));
    chmodSync(folder, 0o555);
    const before = snapshot(sandbox.home);
    const result = await sandbox.install('cursor');
    chmodSync(folder, 0o755);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/\.cursor is a read-only folder\. Nothing was changed; chmod u\+w/);
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it.each<[string, (json: ConfigJson) => void, readonly string[], RegExp]>([
    [
      'a disabled key',
      (json) => Object.assign(json.apikeys[sandbox.config.keys[0]![0]!.hash] ?? {}, { disabled: true }),
      [],
      /is of no use with .*gateway\.json: it is disabled there/,
    ],
    [
      'an expired key',
      (json) =>
        Object.assign(json.apikeys[sandbox.config.keys[0]![0]!.hash] ?? {}, { expires_at: '2020-01-01T00:00:00Z' }),
      [],
      /has expired in .*gateway\.json, on 2020-01-01T00:00:00\.000Z/,
    ],
    [
      'another project',
      () => undefined,
      ['--project-id', 'other'],
      /belongs to another project .* than --project-id says/,
    ],
    ['another user', () => undefined, ['--user-id', 'other'], /belongs to another user .* than --user-id says/],
    ['a broken config', (json) => Object.assign(json, { surprise: 1 }), [], /surprise: unknown key/],
  ])('%s', async (_what, change, args, message) => {
    sandbox.writeConfig(change);
    const before = snapshot(sandbox.home);
    const result = await sandbox.install('cursor', ...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain(sandbox.key);
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ['no key', [], {}, /No gateway key was given\. Set ENKRYPT_GATEWAY_KEY/],
    ['an unknown key', [], { ENKRYPT_GATEWAY_KEY: 'nobody' }, /The gateway key is not in .*gateway\.json/],
    ['a hash', [], { ENKRYPT_GATEWAY_KEY: `sha256:${'0'.repeat(64)}` }, /is the hash that the config file holds/],
    ['a key of two words', [], { ENKRYPT_GATEWAY_KEY: 'two words' }, /visible ASCII characters on one line/],
    ['an unset variable', ['--key-env', 'TEAM_KEY'], {}, /environment variable TEAM_KEY is not set/],
    ['a missing key file', ['--key-file', 'gone.txt'], {}, /key file gone\.txt cannot be read \(ENOENT\)/],
    [
      'a stranger to the project',
      ['--new-key', '--user-id', 'nobody'],
      {},
      /There is no project with the member nobody/,
    ],
    ['a config that is not there', ['--config', 'gone.json'], {}, /no config file at .*gone\.json \(from --config\)/],
  ])('%s', async (_what, args, env, message) => {
    const before = snapshot(sandbox.home);
    const result = await sandbox.run(['install', '--client', 'cursor', '--config', sandbox.configPath, ...args], {
      env,
    });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it('a broken hooks file, before it makes a key or touches the other file', async () => {
    sandbox.put(join(sandbox.home, '.cursor/hooks.json'), '{"hooks": {"stop": 1, "beforeMCPExecution": {}}}');
    const before = snapshot(sandbox.home);
    const args = ['install', '--client', 'cursor', '--config', sandbox.configPath, '--new-key', '--hooks'];
    const result = await sandbox.run(args);
    expect(result.stderr).toMatch(/holds an object as hooks\.beforeMCPExecution where an array is needed/);
    expect([result.code, snapshot(sandbox.home)]).toEqual([1, before]);
  });
});

it("a new key is taken out of the config again when the client's file cannot be written", async () => {
  // A file in the place of the lock, older than any lock: found only after the key was made.
  const lock = sandbox.put(`${sandbox.path('cursor')}.lock`, '');
  utimesSync(lock, 0, 0);
  const result = await sandbox.run(['install', '--client', 'cursor', '--config', sandbox.configPath, '--new-key']);
  expect(result.stderr).toMatch(/mcp\.json cannot be written: a file stands in the place of .* its lock/);
  expect(sandbox.beside(sandbox.path('cursor'))).toEqual(['mcp.json.lock']);
  expect(sandbox.read(sandbox.configPath)).toEqual(sandbox.config.json);
  // Written and taken back: two versions before this one.
  expect(sandbox.beside(sandbox.configPath).filter((name) => name.startsWith('gateway.json.backup-'))).toHaveLength(2);
});

describe('hooks', () => {
  const theirs = { matcher: 'Bash', hooks: [{ type: 'command', command: 'lint.sh' }] };

  it('are registered in Claude Code beside those of others, once, and taken out again', async () => {
    const settings = join(sandbox.home, '.claude/settings.json');
    const before = `${JSON.stringify({ model: 'x', hooks: { PreToolUse: [theirs], Stop: [theirs] } }, null, 4)}\n`;
    sandbox.put(settings, before);
    expect((await sandbox.install('claude-code', '--hooks')).code).toBe(0);
    const { hooks } = sandbox.read(settings) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
    expect(Object.keys(hooks).sort()).toEqual(['PostToolUse', 'PreToolUse', 'Stop', 'UserPromptSubmit']);
    expect(hooks.PreToolUse).toEqual([
      theirs,
      {
        matcher: '*',
        hooks: [
          { type: 'command', command: expect.stringContaining(' hook claude-code PreToolUse --config '), timeout: 10 },
        ],
      },
    ]);
    expect(hooks.UserPromptSubmit?.[0]).not.toHaveProperty('matcher');
    expect(sandbox.mode(settings)).toBe(0o644);
    const again = await sandbox.install('claude-code', '--hooks', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ action: 'unchanged' });
    const removed = await sandbox.run(['uninstall', '--client', 'claude-code', '--json']);
    expect(JSON.parse(removed.stdout)).toMatchObject({
      action: 'removed',
      files: [{ action: 'changed' }, { action: 'changed' }],
    });
    expect(readFileSync(settings, 'utf8')).toBe(before);
  });

  it('are registered in Cursor and fail closed before an action', async () => {
    await sandbox.install('cursor', '--hooks');
    const file = sandbox.read(join(sandbox.home, '.cursor/hooks.json')) as {
      version: number;
      hooks: Record<string, object[]>;
    };
    expect(file.version).toBe(1);
    expect(Object.keys(file.hooks)).toEqual([
      'beforeSubmitPrompt',
      'beforeMCPExecution',
      'beforeShellExecution',
      'afterMCPExecution',
    ]);
    expect(file.hooks.beforeShellExecution).toEqual([
      {
        command: expect.stringMatching(/main\.js hook cursor beforeShellExecution --config /),
        timeout: 10,
        failClosed: true,
      },
    ]);
    expect(file.hooks.afterMCPExecution?.[0]).not.toHaveProperty('failClosed');
  });

  it('keep what the user set beside the command', async () => {
    await sandbox.install('claude-code', '--hooks');
    const settings = join(sandbox.home, '.claude/settings.json');
    const tuned = readFileSync(settings, 'utf8').replaceAll('"timeout": 10', '"timeout": 20, "onFailure": "block"');
    sandbox.put(settings, tuned);
    const again = await sandbox.install('claude-code', '--hooks', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ action: 'unchanged' });
    expect(readFileSync(settings, 'utf8')).toBe(tuned);
  });

  it('replace those of an older place and stay out of a group that others use', async () => {
    const old = 'node /old/dist/cli/main.js hook claude-code PreToolUse --config /old.json';
    const group = {
      matcher: 'Edit',
      hooks: [
        { type: 'command', command: old },
        { type: 'command', command: 'lint.sh' },
      ],
    };
    const settings = sandbox.put(
      join(sandbox.home, '.claude/settings.json'),
      JSON.stringify({ hooks: { PreToolUse: [group] } }),
    );
    await sandbox.install('claude-code', '--hooks');
    const { hooks } = sandbox.read(settings) as { hooks: { PreToolUse: unknown[] } };
    expect(hooks.PreToolUse).toEqual([
      { matcher: 'Edit', hooks: [{ type: 'command', command: 'lint.sh' }] },
      expect.objectContaining({ matcher: '*' }),
    ]);
  });
});

describe('uninstall', () => {
  it.each<[ClientName, string]>([
    ['cursor', `\uFEFF${THEIRS}`],
    ['vscode', '{\n  "servers": { "git": {} },\n  "inputs": []\n}\n'],
    ['claude-code', '{"numStartups":3,"mcpServers":{"git":{"command":"x"}},"projects":{"/a":{}}}'],
    ['claude-desktop', '{\n  "mcpServers": {}\n}'],
  ])('leaves the file of %s byte for byte as it was before install', async (client, before) => {
    const path = sandbox.put(sandbox.path(client), before);
    expect((await sandbox.install(client)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toBe(before);
    const result = await sandbox.run(['uninstall', '--client', client]);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Removed "secure-mcp-gateway" from ');
    expect(result.stderr).toContain('Backups beside the file still hold the key');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('says when there was nothing, and makes nothing', async () => {
    const before = snapshot(sandbox.home);
    const result = await sandbox.run(['uninstall', '--client', 'cursor']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('Nothing to remove: there is no "secure-mcp-gateway" in Cursor');
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it('shows with --dry-run what it would remove', async () => {
    await sandbox.install('cursor');
    const before = snapshot(sandbox.home);
    const result = await sandbox.run(['uninstall', '--client', 'cursor', '--dry-run']);
    expect(result.stdout).toContain('Would remove "secure-mcp-gateway" from Cursor');
    expect(result.stdout).toContain('-    "secure-mcp-gateway": {');
    expect(result.stdout).not.toContain(sandbox.key);
    expect(snapshot(sandbox.home)).toEqual(before);
  });

  it('removes an entry of the older gateway by its name, and no other server', async () => {
    const entry = { command: 'mcp', args: ['run', '/gateway.py'], env: { ENKRYPT_GATEWAY_KEY: 'k' } };
    const servers = { 'Enkrypt Secure MCP Gateway': entry, github: { command: 'github-mcp' } };
    sandbox.put(sandbox.path('cursor'), JSON.stringify({ mcpServers: servers }));
    const refused = await sandbox.run(['uninstall', '--client', 'cursor', '--name', 'github']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('The server "github"');
    const hint = await sandbox.run(['uninstall', '--client', 'cursor']);
    expect(hint.stderr).toContain('remove it with --name "Enkrypt Secure MCP Gateway"');
    const done = await sandbox.run(['uninstall', '--client', 'cursor', '--name', 'Enkrypt Secure MCP Gateway']);
    expect(done.code).toBe(0);
    expect(sandbox.read(sandbox.path('cursor'))).toEqual({ mcpServers: { github: { command: 'github-mcp' } } });
  });
});
