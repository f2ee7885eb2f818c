import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { changed, type Json, problemsOf, sampleConfig, server, snapshotOf } from './sample-config.js';

const AT = 'mcp_configs.c1.mcp_config[0].config';
const ENVIRONMENT = { TOKEN: 'tok-en-123', EMPTY: '', TRICKY: '${env:TOKEN}' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smg-secret-'));
  writeFileSync(join(folder, 'token'), 'from-file\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function entry(config: Json): ServerEntry {
  const found = snapshotOf(changed(server('config'), config), ENVIRONMENT)
    .configs.get('c1')
    ?.servers.get('echo');
  if (found === undefined) throw new Error('the server is missing');
  return found;
}

describe('secret references', () => {
  it('are resolved in command, args, env, url and headers', () => {
    expect(
      entry({ command: '${env:TOKEN}', args: ['--t=${env:TOKEN}!'], env: { A: '${env:TOKEN}${env:TOKEN}' } })
        .connection,
    ).toEqual({
      kind: 'stdio',
      command: 'tok-en-123',
      args: ['--t=tok-en-123!'],
      env: { A: 'tok-en-123tok-en-123' },
      secretArgs: ['--t=tok-en-123!', 'tok-en-123!'],
    });
    expect(
      entry({ url: 'https://h/${env:TOKEN}', headers: { Authorization: 'Bearer ${env:TOKEN}' } }).connection,
    ).toEqual({
      kind: 'http',
      url: 'https://h/tok-en-123',
      headers: { Authorization: 'Bearer tok-en-123' },
      transport: 'auto',
    });
  });

  it('read files without their last line break', () => {
    expect(entry({ url: 'http://h', headers: { A: `\${file:${folder}/token}` } }).connection).toMatchObject({
      headers: { A: 'from-file' },
    });
  });

  it.each([
    ['$${env:TOKEN}', '${env:TOKEN}'],
    ['${env:EMPTY}', ''],
    ['${env:TRICKY}', '${env:TOKEN}'],
    ['${HOME} $HOME ${A:-b}', '${HOME} $HOME ${A:-b}'],
  ])('%j becomes %j', (text, resolved) => {
    expect(entry({ command: 'c', args: [text] }).connection).toMatchObject({ args: [resolved] });
  });

  it.each<[Json, string, RegExp]>([
    [{ command: 'c', args: ['a', '${env:NOPE}'] }, `${AT}.args[1]`, /environment variable NOPE is not set/],
    [{ command: 'c', env: { A: '${env:}' } }, `${AT}.env.A`, /needs the name/],
    [{ command: 'c', env: { A: '${file:}' } }, `${AT}.env.A`, /needs the path/],
    [{ command: 'c', env: { A: '${file:gone.txt}' } }, `${AT}.env.A`, /gone\.txt cannot be read/],
    [{ command: 'c', env: { A: '${env:TOKEN' } }, `${AT}.env.A`, /not closed/],
    [{ url: '${env:NOPE}' }, `${AT}.url`, /NOPE is not set/],
    [{ url: '${env:EMPTY}' }, `${AT}.url`, /is not a URL/],
    [{ url: 'https://h', headers: { A: '${env:NOPE}' } }, `${AT}.headers.A`, /NOPE is not set/],
  ])('refuses %j', (config, path, message) => {
    const problems = problemsOf(changed(server('config'), config), ENVIRONMENT);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toMatch(message);
  });

  it('never show a value in a problem', () => {
    const config = { url: '${env:TOKEN}', headers: { A: '${env:TOKEN}\n', 'Content-Length': '${env:TOKEN}' } };
    const problems = problemsOf(changed(server('config'), config), ENVIRONMENT);
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toContain('tok-en-123');
  });

  it('change the hash of the connection, while the order of keys does not', () => {
    const config = changed(server('config'), { command: 'c', env: { A: '${env:TOKEN}' } });
    const hashFor = (token: string) =>
      snapshotOf(config, { TOKEN: token }).configs.get('c1')?.servers.get('echo')?.configHash;
    expect(hashFor('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(hashFor('a')).toBe(hashFor('a'));
    expect(hashFor('a')).not.toBe(hashFor('b'));
    expect(entry({ command: 'c', env: { A: '1', B: '2' } }).configHash).toBe(
      entry({ env: { B: '2', A: '1' }, command: 'c' }).configHash,
    );
  });
});

describe('mcp-remote', () => {
  const URL_ = 'https://mcp.example.com/sse';

  it.each<[string, string[], Json]>([
    ['npx', ['mcp-remote', URL_], { url: URL_, headers: {}, transport: 'auto' }],
    ['npx.cmd', ['-y', 'mcp-remote@latest', URL_], { url: URL_, transport: 'auto' }],
    ['/usr/bin/npx', ['--yes', 'mcp-remote@0.1.18', URL_, '9696'], { url: URL_ }],
    ['cmd', ['/c', 'npx', '-y', 'mcp-remote', URL_], { url: URL_ }],
    ['npx', ['-p', 'mcp-remote@latest', 'mcp-remote', URL_], { url: URL_ }],
    ['mcp-remote', [URL_, '--transport', 'http-only'], { transport: 'streamable-http' }],
    ['npx', ['mcp-remote', URL_, '--transport', 'sse-only'], { transport: 'sse' }],
    ['npx', ['mcp-remote', URL_, '--transport', 'http-first'], { transport: 'auto' }],
    ['npx', ['mcp-remote', URL_, '--transport', 'sse-first', '--debug'], { transport: 'auto' }],
    ['npx', ['mcp-remote', 'http://10.0.0.7/mcp', '--allow-http'], { url: 'http://10.0.0.7/mcp' }],
    ['npx', ['mcp-remote', 'http://127.0.0.1:8000/mcp'], { url: 'http://127.0.0.1:8000/mcp' }],
    [
      'npx',
      [
        'mcp-remote',
        '--header',
        'apikey:${KEY}',
        URL_,
        '--header',
        'Authorization: ${AUTH}',
        '--header',
        'X-T: ${env:TOKEN}',
      ],
      { url: URL_, headers: { apikey: 'k-1', Authorization: 'Bearer tok-en-123', 'X-T': 'tok-en-123' } },
    ],
  ])('%s %j becomes a native connection', (command, args, expected) => {
    const env = { KEY: 'k-1', AUTH: 'Bearer ${env:TOKEN}' };
    expect(entry({ command, args, env }).connection).toMatchObject({ kind: 'http', ...(expected as object) });
  });

  it.each<[string, string[]]>([
    ['npx', ['-y', '@modelcontextprotocol/server-everything']],
    ['npx', ['some-server', 'mcp-remote', URL_]],
    ['node', ['mcp-remote', URL_]],
    ['cmd', ['/c', 'echo']],
  ])('%s %j stays a process', (command, args) => {
    expect(entry({ command, args }).connection.kind).toBe('stdio');
  });

  it.each<[string[], string, RegExp]>([
    [['mcp-remote'], 'args[0]', /needs the URL/],
    [['mcp-remote', URL_, '--header-file', 'x'], 'args[2]', /option --header-file of mcp-remote is not supported/],
    [['mcp-remote', URL_, '--resource=secret'], 'args[2]', /option --resource of/],
    [['mcp-remote', URL_, '--header'], 'args[2]', /--header of mcp-remote needs a value/],
    [['mcp-remote', URL_, '--header', 'nocolon'], 'args[3]', /must be Name:Value/],
    [['mcp-remote', URL_, '--header', 'A: ${NOPE}'], 'args[3]', /\$\{NOPE\} is not set in env of this server/],
    [['mcp-remote', URL_, '--transport', 'ws'], 'args[3]', /must be one of http-only/],
    [['mcp-remote', 'http://10.0.0.7/mcp'], 'args[1]', /--allow-http/],
    [['mcp-remote', 'mcp.example.com'], 'args[1]', /is not a URL/],
  ])('refuses %j', (args, tail, message) => {
    const problems = problemsOf(changed(server('config'), { command: 'npx', args }), ENVIRONMENT);
    expect(problems[0]?.path).toBe(`${AT}.${tail}`);
    expect(problems[0]?.message).toMatch(message);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});

describe('servers of a config', () => {
  it('keep an allow-list of tools, and null for all tools', () => {
    expect(entry({ command: 'c' }).allowedTools).toBeNull();
    const some = snapshotOf(changed(server('tools'), { echo: 'Echo a message' }))
      .configs.get('c1')
      ?.servers.get('echo');
    expect(some?.allowedTools).toEqual(new Map([['echo', 'Echo a message']]));
  });

  it('have the affinity principal and the exposure both unless the file says otherwise', () => {
    const config = snapshotOf(sampleConfig()).configs.get('c1');
    expect(config?.exposure).toBe('both');
    expect(config?.servers.get('echo')?.affinity).toBe('principal');
  });
});
