import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ROOT, TestGateway } from '../support/gateway.js';
import { type AnyClient, connectV1 } from '../support/mcp-clients.js';
import { CLIENT_FILES, type ClientName, InstallSandbox } from './support/install-sandbox.js';

jest.setTimeout(60_000);

const CLIENTS = Object.keys(CLIENT_FILES) as ClientName[];

interface Entry {
  readonly type?: string;
  readonly command?: string;
  readonly args?: string[];
  readonly env?: Record<string, string>;
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

let sandbox: InstallSandbox;
beforeEach(() => {
  sandbox = new InstallSandbox();
});
afterEach(() => {
  sandbox.close();
});

/** The entry as the client finds it in its own file. */
function entryOf(client: ClientName, name = 'secure-mcp-gateway'): Entry {
  const file = sandbox.read(sandbox.path(client)) as Record<string, Record<string, Entry>>;
  const entry = file[client === 'vscode' ? 'servers' : 'mcpServers']?.[name];
  if (entry === undefined) throw new Error('there is no entry');
  return entry;
}

/** Starts what the entry says, as a desktop client does: without the user's shell and with little environment. */
async function start(entry: Entry): Promise<AnyClient> {
  const env = { PATH: '/usr/bin:/bin', HOME: sandbox.home, ...entry.env };
  return connectV1(
    new StdioClientTransport({ command: entry.command ?? '', args: entry.args ?? [], env, stderr: 'ignore' }),
  );
}

async function expectItWorks(client: AnyClient): Promise<void> {
  try {
    const names = (await client.list()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['enkrypt_list_all_servers', 'echo__echo']));
    expect(await client.call('echo__echo', { message: 'hello' })).toMatchObject({
      content: [{ type: 'text', text: expect.stringContaining('hello') }],
    });
  } finally {
    await client.close();
  }
}

describe('what install writes for a local gateway', () => {
  it.each(CLIENTS)('starts one that serves %s', async (client) => {
    expect(await sandbox.install(client)).toMatchObject({ code: 0, stderr: '' });
    const entry = entryOf(client);
    expect(entry.args).toEqual([join(ROOT, 'dist/cli/main.js'), 'stdio', '--config', sandbox.configPath]);
    expect(entry.type).toBe(client === 'vscode' || client === 'claude-code' ? 'stdio' : undefined);
    await expectItWorks(await start(entry));
  });

  it('works with a key that was made for it, which the config holds only hashed', async () => {
    const [, second] = sandbox.config.keys[0]!;
    const args = ['install', '--client', 'cursor', '--config', sandbox.configPath, '--new-key', '--json'];
    const { code, stdout } = await sandbox.run([...args, '--user-id', second!.userId]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ new_key: true, user_id: second!.userId, project_id: second!.projectId });
    const entry = entryOf('cursor');
    const key = entry.env?.ENKRYPT_GATEWAY_KEY ?? '';
    expect(key).toMatch(/^smg_[\w-]{43}$/);
    expect(stdout + readFileSync(sandbox.configPath, 'utf8')).not.toContain(key);
    expect(Object.keys((sandbox.read(sandbox.configPath) as { apikeys: object }).apikeys)).toHaveLength(3);
    await expectItWorks(await start(entry));
  });
});

describe('what install writes for a gateway at a URL', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const echo = { command: process.execPath, args: [join(ROOT, 'examples/servers/echo.mjs')] };
    gateway = await TestGateway.start({ projects: [{ servers: [{ name: 'echo', config: echo }] }] });
  });
  afterAll(async () => {
    await gateway.stop();
  });

  async function installRemote(client: ClientName): Promise<Entry> {
    const { projectId, userId } = gateway.config.keys[0]![0]!;
    const args = ['install', '--client', client, '--url', gateway.url, '--project-id', projectId, '--user-id', userId];
    const env = { TEAM_KEY: gateway.key() };
    expect(await sandbox.run([...args, '--key-env', 'TEAM_KEY'], { env })).toMatchObject({ code: 0 });
    return entryOf(client);
  }

  it.each(['claude-code', 'cursor', 'vscode'] as const)(
    'reaches it from %s with the headers written',
    async (client) => {
      const { type, url = '', headers = {} } = await installRemote(client);
      expect(type).toBe(client === 'cursor' ? undefined : 'http');
      expect(url).toBe(gateway.url);
      await expectItWorks(
        await connectV1(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })),
      );
    },
  );

  it('reaches it from claude-desktop through mcp-remote', async () => {
    const { command, args = [], env } = await installRemote('claude-desktop');
    expect([command, ...args.slice(0, 2)]).toEqual(['npx', '-y', 'mcp-remote']);
    // The installed mcp-remote in the place of the one that npx would fetch.
    const installed = [join(ROOT, 'node_modules/.bin/mcp-remote'), ...args.slice(2), '--silent'];
    const config = { MCP_REMOTE_CONFIG_DIR: join(sandbox.home, 'mcp-remote') };
    await expectItWorks(await start({ command: process.execPath, args: installed, env: { ...env, ...config } }));
  });
});
