import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { looksSecret } from '../../../src/cli/server/secret-look.js';
import { runInProcess } from '../../support/cli-run.js';
import { buildConfig } from '../../support/gateway.js';

type Json = Record<string, unknown>;
type Project = Parameters<typeof buildConfig>[0]['projects'][number];

const SECRET = 'aV3rySecretValue0123456789';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smg-server-'));
  path = join(folder, 'config.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function writeConfig(...projects: Project[]): void {
  const { json } = buildConfig({ projects, policies: { team: { detectors: { pii: { entities: ['EMAIL'] } } } } });
  writeFileSync(path, JSON.stringify(json), { mode: 0o600 });
}

/** The entries of the config at this place in the file. */
function servers(index = 0): Json[] {
  const { mcp_configs: configs } = JSON.parse(readFileSync(path, 'utf8')) as { mcp_configs: Record<string, Json> };
  return Object.values(configs)[index]?.mcp_config as Json[];
}

const server = (...words: string[]) => runInProcess('server', ...words, '--config', path);
/** Words behind `--` come last. */
const add = (name: string, options: string[], line: string[] = []) =>
  runInProcess('server', 'add', name, '--config', path, ...options, ...(line.length > 0 ? ['--', ...line] : []));

describe('server add', () => {
  beforeEach(() => {
    writeConfig({ servers: [{ name: 'Files', config: { command: 'node' } }] });
  });

  it.each<[string, string[], string[], Json]>([
    [
      'a command behind --',
      [],
      ['npx', '-y', 'pkg', '--url', 'x'],
      { command: 'npx', args: ['-y', 'pkg', '--url', 'x'] },
    ],
    [
      'a command with arguments and variables',
      ['--command', 'node', '--arg', '-e', '--arg', '', '--env', 'A=b=c', '--env', 'E='],
      [],
      { command: 'node', args: ['-e', ''], env: { A: 'b=c', E: '' } },
    ],
    [
      'a URL with headers',
      ['--url', 'https://x.example/mcp', '--header', 'X-Time: 10:30', '--transport', 'sse'],
      [],
      { url: 'https://x.example/mcp', headers: { 'X-Time': '10:30' }, transport: 'sse' },
    ],
  ])('writes %s as the config reference has it', async (_what, options, line, config) => {
    const result = await add('new', ['--description', 'd', '--tool', 'a', '--tool', 'b', ...options], line);
    expect(result).toMatchObject({ code: 0 });
    expect(servers()).toHaveLength(2);
    expect(servers()[1]).toEqual({ server_name: 'new', description: 'd', config, tools: { a: '', b: '' } });
    expect(await runInProcess('config', 'validate', '--config', path)).toMatchObject({ code: 0 });
  });

  it('tells what it did, and keeps the file before', async () => {
    const before = readFileSync(path, 'utf8');
    const result = await add('new', ['--json', '--url', 'https://x.example/mcp']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const summary = JSON.parse(result.stdout) as Json;
    expect(summary).toMatchObject({ server: 'new', replaced: false, dry_run: false, warnings: [] });
    expect(readFileSync(String(summary.backup), 'utf8')).toBe(before);
  });

  it.each(['Files', 'files', 'FILES'])('refuses the name %s, proposes one and leaves the file alone', async (name) => {
    const before = readFileSync(path, 'utf8');
    const result = await add(name, ['--url', 'https://x.example/mcp']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`has a server "Files" already`);
    expect(result.stderr).toContain(`"${name}_2", or add --replace`);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it('with --replace keeps policies and allow-list that are not said anew', async () => {
    const policy = { enabled: true, policy_name: 'team', block: ['pii'] };
    const extra = { tools: { a: 'one' }, input_guardrails_policy: policy, affinity: 'session' };
    writeConfig({
      servers: [
        { name: 'Files', config: { command: 'node', env: { A: 'b' } }, extra },
        { name: 'other', config: { command: 'x' } },
      ],
    });
    expect(await add('files', ['--replace', '--url', 'https://x.example/mcp'])).toMatchObject({ code: 0 });
    expect(servers()[0]).toEqual({
      server_name: 'files',
      description: 'Test server Files',
      config: { url: 'https://x.example/mcp' },
      ...extra,
    });
    expect(servers().map((one) => one.server_name)).toEqual(['files', 'other']);
  });

  it.each<[string[], string[], RegExp]>([
    [[], [], /say how the server is reached/],
    [['--url', 'https://x'], ['node'], /give one of --url/],
    [['--command', 'a', '--url', 'https://x'], [], /give one of --url/],
    [['--command', 'a', '--header', 'A: b'], [], /--header and --transport belong to a server with --url/],
    [['--url', 'https://x', '--env', 'A=b'], [], /--arg and --env belong to a server with a command/],
    [['--arg', 'x'], ['node', 'y'], /behind --, or with --arg/],
    [[], ['https://x.example/mcp'], /use --url https:\/\/x\.example\/mcp/],
    [['--url', 'https://x', '--header', 'A: 1', '--header', 'a: 2'], [], /--header names a twice/],
    [['--command', 'x', '--env', 'A=1', '--env', 'A=2'], [], /--env names A twice/],
    [['--url', 'https://x', '--transport', 'ws'], [], /Allowed choices are streamable-http, sse/],
    [['--url', 'https://x', '--dry-run', '--test'], [], /leave out --dry-run/],
  ])('answers %j and %j with exit code 2', async (options, line, message) => {
    const before = readFileSync(path, 'utf8');
    const result = await add('new', options, line);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it.each([
    [['--url', 'https://x', '--header', SECRET], /--header is written 'Name: value'/],
    [['--command', 'x', '--env', SECRET], /--env is written NAME=value/],
  ])('does not repeat a value without a name', async (options, message) => {
    const result = await add('new', options);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain(SECRET);
  });

  it.each<[string[], RegExp]>([
    [['--url', 'ftp://x'], /mcp_config\[1\]\.config\.url: must be an http or https URL/],
    [['--url', 'https://u:p@x'], /must not hold a user name/],
    [['--url', 'https://x', '--header', 'Bad Name: x'], /is not a usable HTTP header name/],
    [['--url', 'https://x', '--header', 'Connection: x'], /is set by the gateway itself/],
    [['--url', 'https://x', '--header', 'A: ${file:none.txt}'], /none\.txt cannot be read/],
  ])('refuses %j with the place and writes nothing, also in a dry run', async (options, message) => {
    const before = readFileSync(path, 'utf8');
    for (const extra of [[], ['--dry-run']]) {
      const result = await add('new', [...options, ...extra]);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(message);
    }
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('says how to go on when only the gateway has the variable', async () => {
    const result = await add('new', ['--url', 'https://x', '--header', 'A: ${env:SMG_TEST_NOT_SET}']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('SMG_TEST_NOT_SET is not set');
    expect(result.stderr).toContain('SMG_TEST_NOT_SET=x secure-mcp-gateway server add');
  });

  it('refuses a name that the schema refuses', async () => {
    expect((await add('a\u0007b', ['--url', 'https://x'])).stderr).toContain('must not hold control characters');
    expect((await add('', ['--url', 'https://x'])).stderr).toContain('must not be empty');
  });

  it('writes nothing in a dry run and shows the entry without what looks secret', async () => {
    const before = readFileSync(path, 'utf8');
    const result = await add('new', ['--dry-run', '--url', 'https://x', '--header', `Authorization: Bearer ${SECRET}`]);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Would add "new"');
    expect(result.stdout).toContain('"Authorization": "(hidden)"');
    expect(result.stdout + result.stderr).not.toContain(SECRET);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it.each<[string[], string[], RegExp]>([
    [[], ['npx', '--api-key', SECRET, '-v'], /"--api-key",\s*"\(hidden\)",\s*"-v"/],
    [[], ['npx', `--token=${SECRET}`], /"--token=\(hidden\)"/],
    [['--url', `https://x/mcp?a=1&token=${SECRET}#t`], [], /"https:\/\/x\/mcp\?a=1&token=\(hidden\)#t"/],
  ])('shows no secret among %j %j', async (options, line, shown) => {
    const result = await add('new', ['--dry-run', ...options], line);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(shown) });
    expect(result.stderr).toMatch(/looks like a secret/);
    const json = await add('new', ['--json', ...options], line);
    for (const text of [result.stdout, result.stderr, json.stdout]) expect(text).not.toContain(SECRET);
  });

  it.each<[string[], string[], string]>([
    [
      ['--url', 'https://x', '--header', `Authorization: Bearer ${SECRET}`],
      [],
      "'Authorization: Bearer ${env:AUTHORIZATION}'",
    ],
    [['--command', 'x', '--env', `GITHUB_TOKEN=${SECRET}`], [], "'GITHUB_TOKEN=${env:GITHUB_TOKEN}'"],
    [[], ['npx', 'pkg', '--api-key', SECRET], 'an argument looks like a secret'],
    [[], ['npx', 'pkg', `--token=${SECRET}`], 'an argument looks like a secret'],
  ])('takes %j %j, and advises a reference without repeating the value', async (options, line, advice) => {
    const result = await add('new', options, line);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(advice);
    expect(result.stdout + result.stderr).not.toContain(SECRET);
    expect(readFileSync(path, 'utf8')).toContain(SECRET);
  });

  it('wants to know which of several configs is meant, by name or id', async () => {
    writeConfig({ servers: [] }, { servers: [] });
    const unsure = await add('new', ['--url', 'https://x']);
    expect(unsure).toMatchObject({ code: 1, stdout: '' });
    expect(unsure.stderr).toMatch(/Say which config.*--mcp-config \S+ \(config_0\), --mcp-config \S+ \(config_1\)/);
    expect((await add('new', ['--url', 'https://x', '--mcp-config', 'nope'])).stderr).toMatch(
      /No config is called "nope"/,
    );
    expect(await add('new', ['--url', 'https://x', '--mcp-config', 'config_1'])).toMatchObject({ code: 0 });
    expect([servers(0).length, servers(1).length]).toEqual([0, 1]);
  });

  it('shows names of the file without what a terminal would obey', async () => {
    writeConfig({ servers: [] }, { servers: [] });
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('config_1', '\\u001b[2J\u009b2J\u202e'));
    const { stderr } = await add('new', ['--url', 'https://x']);
    expect(stderr).toContain('(\\u{1b}[2J\\u{9b}2J\\u{202e})');
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it.each([
    ['', /is empty/],
    ['[]', /must hold one JSON object/],
    ['{}', /has no mcp_configs/],
  ])('leaves the file %j as it was', async (text, message) => {
    writeFileSync(path, text);
    const result = await add('new', ['--url', 'https://x']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says how to make a file that is missing', async () => {
    rmSync(path);
    expect((await add('new', ['--url', 'https://x'])).stderr).toContain('generate-config');
  });
});

describe('server remove', () => {
  it('removes the one of that very name and nothing else', async () => {
    writeConfig({
      servers: [
        { name: 'a', config: { command: 'x' } },
        { name: 'A', config: { command: 'y' } },
      ],
    });
    const result = await server('remove', 'a', '--json');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({ server: 'a', mcp_config: { name: 'config_0' } });
    expect(servers().map((one) => one.server_name)).toEqual(['A']);
  });

  it('asks when several configs have one of that name, and not when one has', async () => {
    const twin = { name: 'a', config: { command: 'x' } };
    writeConfig({ servers: [twin] }, { servers: [twin, { name: 'b', config: { command: 'x' } }] });
    expect((await server('remove', 'a')).stderr).toMatch(/Several configs have a server "a"/);
    expect(await server('remove', 'b')).toMatchObject({ code: 0 });
    expect(await server('remove', 'a', '--mcp-config', 'config_0')).toMatchObject({ code: 0 });
    expect([servers(0).length, servers(1).length]).toEqual([0, 1]);
  });

  it('fails for a server that there is not, and leaves the file alone', async () => {
    writeConfig({ servers: [] });
    const before = readFileSync(path, 'utf8');
    const result = await server('remove', 'a');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('There is no server "a"');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('server list', () => {
  it('shows what a server is, and nothing that could be a secret', async () => {
    writeConfig({
      servers: [
        {
          name: 'local',
          config: { command: 'node', args: ['--token', SECRET], env: { T: SECRET } },
          extra: { tools: { a: '' } },
        },
        { name: 'far', config: { url: `https://x.example/mcp?key=${SECRET}`, headers: { a: SECRET } } },
        { name: 'odd', config: { url: `\${env:BASE}/mcp?key=${SECRET}` } },
        { name: 'user', config: { url: `https://u:${SECRET}@\${env:HOST}/mcp\n#${SECRET}` } },
        { name: 'wrong', config: { url: SECRET } },
      ],
    });
    const people = await server('list');
    const machines = await server('list', '--json');
    expect([people.code, machines.code]).toEqual([0, 0]);
    expect(people.stdout + machines.stdout).not.toContain(SECRET);
    const { servers: listed } = JSON.parse(machines.stdout) as { servers: Json[] };
    expect(listed.map(({ name, kind, target, tools }) => [name, kind, target, tools])).toEqual([
      ['local', 'stdio', 'node', ['a']],
      ['far', 'http', 'https://x.example/mcp', null],
      ['odd', 'http', '${env:BASE}/mcp', null],
      ['user', 'http', 'https://${env:HOST}/mcp\n', null],
      ['wrong', 'http', '(not a URL)', null],
    ]);
    expect(people.stdout.split('\n')[1]).toMatch(/^local +config_0 +stdio +node +1 +off +off$/);
  });

  it('says so when there are none', async () => {
    writeConfig({ servers: [] });
    expect(await server('list')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('server add') });
  });
});

describe('server-names', () => {
  it('prints names for shells, each once and none that could break a line', async () => {
    writeConfig(
      {
        servers: [
          { name: 'b c', config: {} },
          { name: 'a', config: {} },
          { name: 'x\ny', config: {} },
        ],
      },
      { servers: [{ name: 'a', config: {} }] },
    );
    expect(await runInProcess('server-names', '--config', path)).toEqual({ code: 0, stdout: 'b c\na\n', stderr: '' });
  });

  it('is silent when there is no file', async () => {
    expect(await runInProcess('server-names', '--config', path)).toEqual({ code: 1, stdout: '', stderr: '' });
  });
});

describe('what looks like a secret', () => {
  it.each([
    ['Authorization', 'x', true],
    ['X-Api-Key', 'x', true],
    ['DB_PASSWORD', 'x', true],
    ['Accept', 'Bearer abc', true],
    ['X', 'ghp_abcdef', true],
    ['X', 'aB3dE5fG7hJ9kL1mN3pQ5rS7', true],
    ['X', 'eyJhbGciOi', true],
    ['Authorization', 'Bearer ${env:TOKEN}', false],
    ['Authorization', '${file:token}', false],
    ['TOKEN', '', false],
    ['LOG_LEVEL', 'warn', false],
    ['PATH', '/usr/local/bin:/opt/Tools9/bin', false],
    ['X-Id', 'b1369187-e443-4801-88a2-e32783167ab7', false],
    ['X', '@modelcontextprotocol/server-filesystem', false],
  ])('%s: %s is %s', (name, value, secret) => {
    expect(looksSecret(name, value)).toBe(secret);
  });
});
