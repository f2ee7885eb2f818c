import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { initialiseConfig } from '../../../src/cli/ensure-config.js';
import { runCli } from '../../../src/cli/program.js';
import { storedForm } from '../../../src/config/key-hash.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-cli-'));
  path = join(folder, 'config.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: string[]): Promise<Run> {
  let stdout = '';
  let stderr = '';
  const code = await runCli(args, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
  });
  return { code, stdout, stderr };
}

describe('the command line', () => {
  it('prints its version and help on stdout with exit code 0', async () => {
    const version = await run('--version');
    expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
    const help = await run('--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('First steps:');
    for (const command of [
      'start',
      'stdio',
      'generate-config',
      'config',
      'server',
      'doctor',
      'install',
      'uninstall',
      'hook',
      'completion',
      'version',
    ])
      expect(help.stdout).toContain(command);
  });

  it.each([
    ['start'],
    ['stdio'],
    ['generate-config'],
    ['config', 'validate'],
    ['server', 'add'],
    ['server', 'list'],
    ['server', 'remove'],
    ['server', 'test'],
    ['doctor'],
    ['completion'],
    ['config', 'migrate'],
    ['config', 'hash-keys'],
    ['install'],
    ['uninstall'],
    ['hook'],
    ['version'],
  ])('teaches %s by example', async (...command) => {
    const help = await run(...command, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/Examples?:\n {2}\$ .*secure-mcp-gateway/);
  });

  it('tells which build it is, for people and for programs', async () => {
    const number = (await run('--version')).stdout.trim();
    const people = await run('version');
    expect(people).toMatchObject({ code: 0, stderr: '' });
    expect(people.stdout).toBe(`secure-mcp-gateway ${number}\ncommit unknown\nNode.js ${process.version}\n`);
    const program = await run('version', '--json');
    expect(JSON.parse(program.stdout)).toEqual({
      version: number,
      commit: null,
      built_at: null,
      node: process.version,
    });
  });

  it.each<[string[], RegExp]>([
    [[], /Usage: secure-mcp-gateway/],
    [['config'], /Usage: secure-mcp-gateway config/],
    [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['start', '--prot', '1'], /unknown option '--prot'\n\(Did you mean --port\?\)/],
    [['start', '--port', '70000'], /whole number from 0/],
    [['start', '--port', '-1'], /whole number from 0|argument missing/],
    [['start', '--port', '8000', '--admin-port', '8000'], /--admin-port must differ/],
    [['start', '--host', 'http://x'], /Give an address/],
    [['start', '--allowed-host', 'https://x'], /HOST or HOST:PORT/],
    [['start', '--log-level', 'loud'], /debug, info, warning or error/],
    [['start', 'extra'], /too many arguments/],
    [['generate-config', '--config', ''], /path of a file/],
    [['server'], /Usage: secure-mcp-gateway server/],
    [['doctor', '--timeout', '0'], /seconds between/],
    [['doctor', '--timeout', '1e9'], /seconds between/],
    [['server', 'test', 'x', '--args', '{}'], /--args needs --tool/],
    [['server', 'test', 'x', '--tool', 't', '--args', '[1]'], /Give a JSON object/],
    [['server', 'test', 'x', '--tool', 't', '--args', '{"a":1,"a":2}'], /duplicate member names/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish, powershell/],
    [['install'], /required option '--client <client>' not specified/],
    [['install', '--client', 'emacs'], /Use one of claude-desktop, claude-code, cursor, vscode/],
    [['install', '--client', 'cursor', '--name', 'a b'], /letters, digits, hyphens and underscores/],
    [['install', '--client', 'cursor', '--name', '__proto__'], /the first a letter or digit/],
    [['install', '--client', 'cursor', '--scope', 'project'], /--scope project exists for claude-code only/],
    [['install', '--client', 'cursor', '--scope', 'team'], /Allowed choices are user, project/],
    [['install', '--client', 'vscode', '--hooks'], /--hooks exists for claude-code and cursor only/],
    [['install', '--client', 'claude-code', '--hooks', '--scope', 'project'], /without --scope project/],
    [['install', '--client', 'cursor', '--key-env', 'A', '--key-file', 'b'], /only one of --key-env/],
    [['install', '--client', 'cursor', '--new-key', '--url', 'https://x'], /--new-key writes into the local config/],
    [['install', '--client', 'claude-code', '--scope', 'project', '--new-key'], /holds no key/],
    [['install', '--client', 'cursor', '--key-env', 'not a name'], /name of an environment variable/],
    [['install', '--client', 'cursor', '--project-id', 'a/b'], /An id is/],
    [['install', '--client', 'cursor', '--url', 'mcp.example.com'], /Give an https URL/],
    [['install', '--client', 'cursor', '--url', 'ftp://mcp.example.com'], /Give an https URL/],
    [['install', '--client', 'cursor', '--url', 'https://me:secret@x/mcp'], /Leave user and password out/],
    [['install', '--client', 'cursor', '--url', 'http://mcp.example.com/mcp'], /the key would travel in clear/],
    [['install', '--client', 'cursor', '--url', 'http://127.0.0.1.example.com/mcp'], /the key would travel in clear/],
    [['uninstall', '--client', 'cursor', '--name', ''], /Give the name of the entry/],
    [['uninstall', '--client', 'vscode', '--scope', 'project'], /--scope project exists for claude-code only/],
  ])('answers %j with exit code 2 and says why on stderr', async (args, message) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it.each([
    ['start', /no config file at .*missing\.json \(from --config\).*--init/],
    ['stdio', /no config file at .*missing\.json \(from --config\).*generate-config/],
  ])('does not %s without the file that was named', async (command, message) => {
    const result = await run(command, '--config', join(folder, 'missing.json'));
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(message);
  });
});

describe('generate-config', () => {
  it('prints one JSON object and writes a config that validates', async () => {
    const made = await run('generate-config', '--config', path, '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout.endsWith('}\n')).toBe(true);
    const summary = JSON.parse(made.stdout) as Record<string, string>;
    expect(Object.keys(summary).sort()).toEqual(
      ['admin_key', 'config_path', 'gateway_key', 'mcp_config_id', 'project_id', 'user_id'].sort(),
    );
    expect(summary.config_path).toBe(path);
    const file = await readFile(path, 'utf8');
    expect(file).toContain(storedForm(summary.gateway_key ?? ''));
    expect(file).toContain('examples/servers/echo.mjs');
    const judged = await run('config', 'validate', '--config', path);
    expect(judged).toMatchObject({ code: 0, stderr: '' });
    expect(judged.stdout).toContain('is valid: 1 config, 1 server, 1 key');
  });

  it('refuses to overwrite unless told, and then keeps a backup', async () => {
    await writeFile(path, 'mine');
    const refused = await run('generate-config', '--config', path);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/already exists.*--overwrite/);
    const done = await run('generate-config', '--config', path, '--overwrite', '--json');
    expect(done.code).toBe(0);
    const backup = /kept as (.+)\n/.exec(done.stderr)?.[1] ?? '';
    expect(await readFile(backup, 'utf8')).toBe('mine');
    expect(JSON.parse(done.stdout)).toHaveProperty('gateway_key');
  });

  it('shows people the keys once and client configs to paste', async () => {
    const { stdout } = await run('generate-config', '--config', path, '--no-echo-server');
    const key = /gateway key {2}(\S+)/.exec(stdout)?.[1] ?? '';
    expect(key).toMatch(/^smg_[\w-]{43}$/);
    const snippets = [...stdout.matchAll(/^\{\n[\s\S]*?^\}$/gm)].map(([text]) => JSON.parse(text) as unknown);
    expect(snippets).toEqual([
      {
        mcpServers: {
          'secure-mcp-gateway': { type: 'http', url: 'http://127.0.0.1:8000/mcp', headers: { apikey: key } },
        },
      },
      {
        mcpServers: {
          'secure-mcp-gateway': {
            command: 'node',
            args: [expect.stringMatching(/dist\/cli\/main\.js$/), 'stdio', '--config', path],
            env: { ENKRYPT_GATEWAY_KEY: key },
          },
        },
      },
    ]);
    expect(await readFile(path, 'utf8')).toContain('"mcp_config": []');
  });
});

describe('config validate', () => {
  const broken = JSON.stringify({ surprise: 1, common_mcp_gateway_config: { gateways: {} } });

  it('lists every problem with its path and fails', async () => {
    await writeFile(path, broken, { mode: 0o600 });
    const people = await run('config', 'validate', '--config', path);
    expect(people).toMatchObject({ code: 1, stdout: '' });
    expect(people.stderr).toMatch(/2 problems:\n {2}common_mcp_gateway_config\.gateways: .*\n {2}surprise: /);
    const machine = await run('config', 'validate', '--config', path, '--json');
    expect(machine).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(machine.stdout)).toMatchObject({
      valid: false,
      path,
      problems: [{ path: 'common_mcp_gateway_config.gateways' }, { path: 'surprise' }],
    });
  });

  it('says how to make a file that is missing', async () => {
    const result = await run('config', 'validate', '--config', path);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/no such file.*generate-config/);
  });

  it('shows warnings on stderr and keeps stdout for the result', async () => {
    await writeFile(path, '{}', { mode: 0o600 });
    const result = await run('config', 'validate', '--config', path);
    expect(result).toMatchObject({ code: 0, stderr: 'warning: apikeys: there is no key, so nobody can connect\n' });
    expect(result.stdout).toContain('0 configs, 0 servers, 0 keys');
  });
});

describe('the first start', () => {
  it.each([
    ['127.0.0.1', 8000, 'http://127.0.0.1:8000/mcp'],
    ['0.0.0.0', 9000, 'http://127.0.0.1:9000/mcp'],
    ['::1', 9000, 'http://[::1]:9000/mcp'],
    ['127.0.0.1', 0, 'http://127.0.0.1:<PORT>/mcp'],
  ])('on %s port %d tells clients to use %s', async (host, port, url) => {
    let stdout = '';
    let stderr = '';
    await initialiseConfig(
      path,
      { host, port },
      {
        stdout: (text) => (stdout += text),
        stderr: (text) => (stderr += text),
      },
    );
    expect(stdout).toBe('');
    const snippet = JSON.parse(stderr.slice(stderr.indexOf('{\n'))) as { mcpServers: Record<string, { url: string }> };
    expect(snippet.mcpServers['secure-mcp-gateway']?.url).toBe(url);
    expect(stderr.includes('the port is in the ready line')).toBe(port === 0);
  });
});
