import { describe, expect, it } from '@jest/globals';
import { type Client, type ClientHost, clientFiles } from '../../../src/cli/clients/client-files.js';
import { isInClear } from '../../../src/cli/clients/gateway-url.js';
import { hookEntries, installHooks } from '../../../src/cli/clients/hook-entries.js';
import { parseDocument } from '../../../src/cli/clients/json-document.js';
import { maskedDiff, showableStrings } from '../../../src/cli/clients/masked-diff.js';
import { writeReport } from '../../../src/cli/clients/report.js';
import { gatewayOfEntry, isSameGateway } from '../../../src/cli/clients/recognise-entry.js';
import { serverEntry } from '../../../src/cli/clients/server-entry.js';

function host(platform: NodeJS.Platform, home: string, more: Partial<ClientHost> = {}): ClientHost {
  return { platform, home, environment: {}, packages: [], ...more };
}

const MAC = host('darwin', '/Users/ada');
const LINUX = host('linux', '/home/ada');
const WINDOWS = host('win32', 'C:\\Users\\ada', {
  environment: { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' },
});

describe('the file of a client', () => {
  it.each<[Client, ClientHost, string]>([
    ['claude-desktop', MAC, '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json'],
    ['claude-desktop', LINUX, '/home/ada/.config/Claude/claude_desktop_config.json'],
    ['claude-desktop', WINDOWS, 'C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json'],
    ['claude-code', MAC, '/Users/ada/.claude.json'],
    ['claude-code', LINUX, '/home/ada/.claude.json'],
    ['claude-code', WINDOWS, 'C:\\Users\\ada\\.claude.json'],
    ['cursor', MAC, '/Users/ada/.cursor/mcp.json'],
    ['cursor', LINUX, '/home/ada/.cursor/mcp.json'],
    ['cursor', WINDOWS, 'C:\\Users\\ada\\.cursor\\mcp.json'],
    ['vscode', MAC, '/Users/ada/Library/Application Support/Code/User/mcp.json'],
    ['vscode', LINUX, '/home/ada/.config/Code/User/mcp.json'],
    ['vscode', WINDOWS, 'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json'],
  ])('%s on %j is %s', (client, machine, path) => {
    expect(clientFiles(client, machine)).toMatchObject({
      servers: path,
      section: client === 'vscode' ? 'servers' : 'mcpServers',
    });
  });

  it.each<[Client, ClientHost, string | null]>([
    ['claude-code', LINUX, '/home/ada/.claude/settings.json'],
    ['claude-code', WINDOWS, 'C:\\Users\\ada\\.claude\\settings.json'],
    ['cursor', MAC, '/Users/ada/.cursor/hooks.json'],
    ['claude-desktop', MAC, null],
    ['vscode', LINUX, null],
  ])('for hooks of %s on %j is %s', (client, machine, path) => {
    expect(clientFiles(client, machine).hooks).toBe(path);
  });

  it('follows the variables of the system, unless they hold a relative path', () => {
    const linux = host('linux', '/home/ada', { environment: { XDG_CONFIG_HOME: '/etc/xdg-ada' } });
    expect(clientFiles('vscode', linux).servers).toBe('/etc/xdg-ada/Code/User/mcp.json');
    const relative = host('linux', '/home/ada', { environment: { XDG_CONFIG_HOME: 'cfg', CLAUDE_CONFIG_DIR: '' } });
    expect(clientFiles('claude-desktop', relative).servers).toMatch(/^\/home\/ada\/\.config\//);
    expect(clientFiles('claude-code', relative).servers).toBe('/home/ada/.claude.json');
    const moved = host('darwin', '/Users/ada', { environment: { CLAUDE_CONFIG_DIR: '/Users/ada/claude' } });
    expect(clientFiles('claude-code', moved)).toMatchObject({
      servers: '/Users/ada/claude/.claude.json',
      hooks: '/Users/ada/claude/settings.json',
    });
    const bare = host('win32', 'D:\\ada');
    expect(clientFiles('vscode', bare).servers).toBe('D:\\ada\\AppData\\Roaming\\Code\\User\\mcp.json');
  });

  it('is that of the package where Claude Desktop is installed as one', () => {
    const packages = ['Microsoft.Paint_8wekyb3d8bbwe', 'Claude_pzs8sxrjxfjjc', 'Claude.Other_x'];
    expect(clientFiles('claude-desktop', { ...WINDOWS, packages }).servers).toBe(
      'C:\\Users\\ada\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json',
    );
    expect(clientFiles('claude-desktop', { ...LINUX, packages }).servers).toMatch(/^\/home\/ada\/\.config\//);
  });
});

describe('the entry of a client', () => {
  const local = { kind: 'local', node: '/usr/bin/node', script: '/gw/main.js', configPath: '/etc/gw.json' } as const;
  const remote = { kind: 'remote', url: 'https://mcp.example.com/mcp' } as const;
  const ids = { key: 'K', projectId: 'p', userId: 'u' };

  it('never holds the key among its arguments', () => {
    for (const client of ['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const) {
      for (const target of [local, remote]) {
        const { args = [] } = serverEntry(client, target, { key: 'S3CRET' }) as { args?: string[] };
        expect(args.join(' ')).not.toContain('S3CRET');
      }
    }
  });

  it('gives mcp-remote arguments without a space, which npx on Windows would split', () => {
    const { args } = serverEntry('claude-desktop', remote, ids) as { args: string[] };
    expect(args.filter((arg) => /\s/.test(arg))).toEqual([]);
    expect(args).toEqual([
      ...['-y', 'mcp-remote', 'https://mcp.example.com/mcp', '--transport', 'http-only'],
      ...['--header', 'apikey:${ENKRYPT_GATEWAY_KEY}'],
      ...['--header', 'project_id:${ENKRYPT_PROJECT_ID}', '--header', 'user_id:${ENKRYPT_USER_ID}'],
    ]);
  });

  it('is refused when a path would be taken for a variable', () => {
    expect(() => serverEntry('cursor', { ...local, configPath: '/x/${HOME}/c.json' }, ids)).toThrow(/holds "\$\{"/);
  });
});

describe('an entry is recognised', () => {
  it.each<[string, unknown, unknown]>([
    [
      'that install wrote',
      { command: '/n', args: ['/x/dist/cli/main.js', 'stdio', '--config', '/c'] },
      { config: '/c', url: null },
    ],
    ['of Windows', { command: 'node.exe', args: ['C:\\gw\\dist\\cli\\main.js', 'stdio'] }, { config: null, url: null }],
    [
      'of the global command',
      { command: 'C:\\npm\\secure-mcp-gateway.cmd', args: ['stdio'] },
      { config: null, url: null },
    ],
    ['over HTTP', { url: 'https://x/mcp/', headers: { APIKEY: 'k' } }, { config: null, url: 'https://x/mcp' }],
    [
      'through mcp-remote',
      { command: 'npx', args: ['mcp-remote', 'https://x/mcp'], env: { ENKRYPT_GATEWAY_KEY: 'k' } },
      { config: null, url: 'https://x/mcp' },
    ],
    ['of another server', { command: 'npx', args: ['-y', 'server-filesystem', '/data'] }, null],
    ['of another server over HTTP', { url: 'https://x/mcp', headers: { Authorization: 'Bearer t' } }, null],
    ['of another server that takes a variable of that name', { command: 'npx', env: { APIKEY: 'k' } }, null],
    ['of another server with a header of that name', { url: 'https://x', headers: { apikey: 'k', Accept: '*' } }, null],
    [
      'with a header beside its own',
      { url: 'https://x', headers: { ENKRYPT_GATEWAY_KEY: 'k', a: 'b' } },
      { config: null, url: 'https://x' },
    ],
    ['that is no entry', 'text', null],
    ['with odd members', { command: 5, args: 'x', env: [] }, null],
  ])('%s', (_what, entry, reference) => {
    expect(gatewayOfEntry(entry)).toEqual(reference);
  });

  it('as the same gateway only when config or URL agree', () => {
    expect(isSameGateway({ config: '/c', url: null }, { config: '/c', url: null })).toBe(true);
    expect(isSameGateway({ config: null, url: null }, { config: null, url: null })).toBe(false);
  });
});

describe('a hook', () => {
  const command = {
    node: '/opt/my node/node',
    script: "/gw's/main.js",
    configPath: '/etc/gw.json',
    platform: 'linux',
  } as const;

  it('is one line for the shell, whatever the paths hold', () => {
    expect(hookEntries('claude-code', command).get('PreToolUse')).toEqual({
      matcher: '*',
      hooks: [
        {
          type: 'command',
          command: `'/opt/my node/node' '/gw'\\''s/main.js' hook claude-code PreToolUse --config /etc/gw.json`,
          timeout: 10,
        },
      ],
    });
  });

  it('starts with a bare word on Windows, because PowerShell does not run a quoted one', () => {
    const windows = { ...command, script: 'C:\\my gw\\main.js', configPath: 'C:\\gw.json', platform: 'win32' } as const;
    expect(hookEntries('cursor', windows).get('beforeMCPExecution')).toEqual({
      command: 'node "C:/my gw/main.js" hook cursor beforeMCPExecution --config C:/gw.json',
      timeout: 10,
      failClosed: true,
    });
    expect(hookEntries('cursor', windows).get('afterMCPExecution')).not.toHaveProperty('failClosed');
  });

  it.each(['C:\\a$b\\main.js', 'C:\\a`b\\main.js', 'C:\\%TEMP%\\main.js'])(
    'is refused on Windows when a shell there would change %s',
    (script) => {
      expect(() => hookEntries('cursor', { ...command, script, platform: 'win32' })).toThrow(/shells on Windows/);
      expect(() => hookEntries('cursor', { ...command, script, platform: 'linux' })).not.toThrow();
    },
  );

  it('of an older place is replaced with what the user set beside its command', () => {
    const old = '/old/dist/cli/main.js hook claude-code PreToolUse --config /c';
    const hook = { type: 'command', command: old, timeout: 20, onFailure: 'block' };
    const settings = JSON.stringify({ hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }] } });
    const entries = hookEntries('claude-code', command);
    const edited = installHooks('claude-code', entries)(parseDocument(settings, '/f'));
    const { hooks } = JSON.parse(edited.text) as { hooks: Record<string, { hooks: unknown[] }[]> };
    const [group] = entries.get('PreToolUse')?.hooks as { command: string }[];
    expect(hooks.PreToolUse).toEqual([{ matcher: '*', hooks: [{ ...hook, command: group?.command }] }]);
    const cursor = JSON.stringify({
      version: 1,
      hooks: { afterMCPExecution: [{ command: 'secure-mcp-gateway hook cursor afterMCPExecution', failClosed: true }] },
    });
    const again = installHooks('cursor', hookEntries('cursor', command))(parseDocument(cursor, '/f'));
    expect(JSON.parse(again.text)).toMatchObject({ hooks: { afterMCPExecution: [{ timeout: 10, failClosed: true }] } });
  });
});

describe('a diff', () => {
  const before =
    '{\n  "mcpServers": {\n    "git": { "env": { "TOKEN": "ghp_secret" }, "args": ["--token", "x9"] }\n  }\n}\n';
  const entry = { command: '/usr/bin/node', env: { ENKRYPT_GATEWAY_KEY: 'KEY' } };
  const after = before.replace(']}', ']').replace('] }', `] },\n    "gw": ${JSON.stringify(entry)}`);

  it('shows what we write and no string of anybody else', () => {
    const diff = maskedDiff('/f.json', before, after, showableStrings(entry));
    expect(diff).toContain('+    "gw": {"command":"/usr/bin/node","env":{"ENKRYPT_GATEWAY_KEY":"…"}}');
    expect(diff).toContain('"git": { "env": { "TOKEN": "…" }');
    for (const secret of ['KEY"', 'ghp_secret', 'x9']) expect(diff.replace('GATEWAY_KEY"', '')).not.toContain(secret);
  });

  it('holds nothing of a comment, where servers stand that are switched off', () => {
    const file = '{\n  // "git": { "env": { "TOKEN": "ghp_secret" } },\r\n  /* Bearer\n x9 */ "a": "http://x//y"\n}';
    const diff = maskedDiff('/f.json', file, file.replace('"a"', '"b": 1, "a"'), new Set());
    expect(diff).toContain('+  /* … */ "b": 1, "a": "…"');
    expect(diff).toContain('   // …');
    expect(diff).not.toMatch(/ghp_secret|x9|http/);
  });

  it('holds no character that a terminal obeys, which a name of the file may hide', () => {
    const diff = maskedDiff(
      '/f.json',
      '{\n "\u009b2J\u202e": 2\r\n}',
      '{\n "\u009b2J\u202e": 2,\r\n  "a": 1}',
      new Set(),
    );
    expect(diff.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(diff).toContain('"\\u{9b}2J\\u{202e}"');
  });

  it('says so when only hidden text changes', () => {
    expect(maskedDiff('/f.json', '{"a":"x"}', '{"a":"y"}', new Set())).toContain('(only hidden text changes)');
  });
});

it.each<[string, boolean]>([
  ['http://localhost:8000/mcp', false],
  ['http://127.0.0.1:8000/mcp', false],
  ['http://127.9.9.9/mcp', false],
  ['http://[::1]:8000/mcp', false],
  ['http://gw.localhost/mcp', false],
  ['https://mcp.example.com/mcp', false],
  ['http://mcp.example.com/mcp', true],
  ['http://127.0.0.1.example.com/mcp', true],
  ['http://localhost.example.com/mcp', true],
  ['http://10.0.0.7/mcp', true],
])('%s sends the key in clear: %s', (url, isClear) => {
  expect(isInClear(url)).toBe(isClear);
});

it('a note names entries of the file without what a terminal would obey', () => {
  let stderr = '';
  const io = { stdout: () => undefined, stderr: (text: string) => (stderr += text) };
  const report = { client: 'cursor', name: 'x', action: 'unchanged', isDryRun: false, files: [], details: [] } as const;
  writeReport({ ...report, data: {}, notes: ['"\u001b[2J\u202e" leads'], undo: null, shown: new Set() }, io, false);
  expect(stderr).toBe('note: "\\u{1b}[2J\\u{202e}" leads\n');
});
