import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestGateway, type ServerOptions, buildConfig } from '../support/gateway.js';
import {
  type AnyClient,
  CLIENT_KINDS,
  type Door,
  EVERYTHING,
  FILESYSTEM,
  MEMORY,
  Processes,
  type ToolResult,
  connect,
  connectThroughMcpRemote,
  runInspector,
} from '../support/mcp-clients.js';

jest.setTimeout(30_000);

const NOTE = 'the text of the note';
const ECHO_ANSWER = { content: [{ type: 'text', text: 'Echo: grüße' }] };

let files: string;
let processes: Processes;
let gateway: TestGateway;
let stdioDoor: Door;

function node(name: string, args: readonly string[], env: Record<string, string> = {}): ServerOptions {
  return { name, config: { command: process.execPath, args: [...args], env } };
}

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'clients-'));
  mkdirSync(join(files, 'shared'));
  writeFileSync(join(files, 'shared', 'note.txt'), NOTE);
  processes = new Processes();
  const [streamable, sse] = await Promise.all([processes.everything('streamableHttp'), processes.everything('sse')]);
  const servers = (memory: string): ServerOptions[] => [
    node('everything', [EVERYTHING, 'stdio']),
    { name: 'everything_http', config: { url: streamable } },
    { name: 'everything_sse', config: { url: sse, transport: 'sse' } },
    node('files', [FILESYSTEM, join(files, 'shared')]),
    node('memory', [MEMORY], { MEMORY_FILE_PATH: join(files, memory) }),
  ];
  gateway = await TestGateway.start({ projects: [{ servers: servers('memory-http.json') }] });
  const config = buildConfig({ projects: [{ servers: servers('memory-stdio.json') }] });
  const configPath = join(files, 'config.json');
  writeFileSync(configPath, JSON.stringify(config.json), { mode: 0o600 });
  stdioDoor = { kind: 'stdio', configPath, key: config.keys[0]![0]!.key, home: files };
});

afterAll(async () => {
  await gateway.stop();
  await processes.close();
  rmSync(files, { recursive: true, force: true });
});

function httpDoor(): Extract<Door, { kind: 'http' }> {
  return { kind: 'http', url: gateway.url, key: gateway.key() };
}

function text(result: ToolResult): string {
  return String(result.content?.[0]?.text);
}

/** One tool of each kind of server, directly and through the meta tool. */
async function useEveryServer(client: AnyClient): Promise<void> {
  const names = (await client.list()).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'enkrypt_list_all_servers',
      'enkrypt_secure_call_tools',
      'everything__echo',
      'everything_http__echo',
      'everything_sse__echo',
      'files__read_text_file',
      'memory__create_entities',
    ]),
  );
  for (const server of ['everything', 'everything_http', 'everything_sse']) {
    expect(await client.call(`${server}__echo`, { message: 'grüße' })).toMatchObject(ECHO_ANSWER);
  }
  const path = join(files, 'shared', 'note.txt');
  expect(text(await client.call('files__read_text_file', { path }))).toBe(NOTE);
  const entities = [{ name: 'Ada', entityType: 'person', observations: ['likes engines'] }];
  await client.call('memory__create_entities', { entities });
  const graph = await client.call('memory__read_graph');
  expect(graph.structuredContent).toMatchObject({ entities });
  const meta = await client.call('enkrypt_secure_call_tools', {
    server_name: 'files',
    tool_calls: [{ name: 'list_directory', args: { path: join(files, 'shared') } }],
  });
  expect(meta.structuredContent).toMatchObject({
    status: 'success',
    summary: { total_calls: 1, successful_calls: 1, blocked_calls: 0, failed_calls: 0 },
    results: [{ status: 'success', response: '[FILE] note.txt' }],
  });
}

describe('real clients on the HTTP door', () => {
  it.each(CLIENT_KINDS.slice(0, 3))('%s lists and calls the tools of real servers', async (kind) => {
    const client = await connect(kind, httpDoor());
    try {
      expect(client.version).toBe(kind === 'SDK v2 auto' ? '2026-07-28' : '2025-11-25');
      await useEveryServer(client);
    } finally {
      await client.close();
    }
  });

  it('mcp-remote carries a stdio client to the gateway', async () => {
    const client = await connectThroughMcpRemote(httpDoor());
    try {
      await useEveryServer(client);
    } finally {
      await client.close();
    }
  });

  it('MCP Inspector lists and calls the tools of real servers', async () => {
    const client = await connect('MCP Inspector', httpDoor());
    try {
      const names = (await client.list()).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['everything__echo', 'files__read_text_file']));
      expect(await client.call('everything_sse__echo', { message: 'grüße' })).toMatchObject(ECHO_ANSWER);
    } finally {
      await client.close();
    }
  });

  it.each(['auto', 'modern'])('MCP Inspector in protocol era %s calls a tool', async (era) => {
    const args = [gateway.url, '--transport', 'http', '--header', `apikey: ${gateway.key()}`, '--protocol-era', era];
    const call = ['--method', 'tools/call', '--tool-name', 'everything__echo', '--tool-arg', 'message=hi'];
    const out = await runInspector([...args, '--format', 'json', '-q', ...call], files);
    expect(out).toMatchObject({ code: 0 });
    expect(out.stdout).toContain('Echo: hi');
  });

  it('MCP Inspector with a wrong key is told that authentication is required', async () => {
    const args = [gateway.url, '--transport', 'http', '--header', 'apikey: wrong', '--format', 'json', '-q'];
    const out = await runInspector([...args, '--method', 'tools/list'], files);
    expect(out.code).toBe(3);
    expect(out.stderr).toContain('auth_required');
  });
});

describe('real clients on the stdio door', () => {
  it.each(CLIENT_KINDS.slice(0, 3))('%s lists and calls the tools of real servers', async (kind) => {
    const client = await connect(kind, stdioDoor);
    try {
      if (client.version !== undefined)
        expect(client.version).toBe(kind === 'SDK v2 auto' ? '2026-07-28' : '2025-11-25');
      await useEveryServer(client);
    } finally {
      await client.close();
    }
  });

  it('MCP Inspector lists and calls the tools of real servers', async () => {
    const client = await connect('MCP Inspector', stdioDoor);
    const names = (await client.list()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['everything__echo', 'memory__read_graph']));
    expect(await client.call('everything__echo', { message: 'grüße' })).toMatchObject(ECHO_ANSWER);
  });
});
