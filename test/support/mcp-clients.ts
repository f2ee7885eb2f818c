import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CLI, ROOT } from './gateway.js';

/** How a client comes in: over HTTP, or by starting the gateway on stdio. */
export type Door =
  | { readonly kind: 'http'; readonly url: string; readonly key: string }
  | { readonly kind: 'stdio'; readonly configPath: string; readonly key: string; readonly home: string };

export interface ToolResult {
  readonly content?: readonly Record<string, unknown>[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: boolean;
}

/** What the tests need of any MCP client. */
export interface AnyClient {
  /** Protocol revision agreed on; unknown for clients that run as a command. */
  readonly version: string | undefined;
  list(): Promise<readonly Record<string, unknown>[]>;
  call(name: string, args?: Record<string, unknown>): Promise<ToolResult>;
  close(): Promise<void>;
}

export const CLIENT_KINDS = ['SDK v1', 'SDK v2 legacy', 'SDK v2 auto', 'MCP Inspector'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

const INFO = { name: 'test-client', version: '1' };

export async function connect(kind: ClientKind, door: Door): Promise<AnyClient> {
  switch (kind) {
    case 'SDK v1':
      return connectV1(door.kind === 'http' ? httpV1(door) : new StdioV1(command(door)));
    case 'SDK v2 legacy':
      return connectV2(new ClientV2(INFO), door);
    case 'SDK v2 auto':
      return connectV2(new ClientV2(INFO, { versionNegotiation: { mode: 'auto' } }), door);
    case 'MCP Inspector':
      return inspector(door);
  }
}

/** The SDK v1 client on mcp-remote's stdin and stdout, which in turn speaks to the gateway over HTTP. */
export async function connectThroughMcpRemote(door: Extract<Door, { kind: 'http' }>): Promise<AnyClient> {
  const home = mkdtempSync(join(tmpdir(), 'mcp-remote-'));
  const client = await connectV1(new StdioV1(mcpRemoteCommand(door, home)));
  return {
    ...client,
    close: async () => {
      await client.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
  stderr: 'ignore';
}

/** mcp-remote as a client starts it, all that it keeps in this home. */
export function mcpRemoteCommand(door: { readonly url: string; readonly key: string }, home: string): Command {
  const args = [bin('mcp-remote'), door.url, '--header', `apikey:${door.key}`, '--transport', 'http-only', '--silent'];
  const env = { PATH: process.env.PATH ?? '', HOME: home, MCP_REMOTE_CONFIG_DIR: join(home, 'config') };
  return { command: process.execPath, args, env, stderr: 'ignore' };
}

/** A door with its own config file in a home of its own. */
function command(door: Extract<Door, { kind: 'stdio' }>): Command {
  const env = { PATH: process.env.PATH ?? '', HOME: door.home, ENKRYPT_GATEWAY_KEY: door.key };
  return { command: process.execPath, args: [CLI, 'stdio', '--config', door.configPath], env, stderr: 'ignore' };
}

/** An SDK v1 client, also for tests that need its notifications. */
export async function connectV1(
  transport: HttpV1 | StdioV1,
  onToolsChanged: () => void = () => undefined,
): Promise<AnyClient> {
  const client = new ClientV1(INFO, {
    listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: onToolsChanged } },
  });
  await client.connect(transport);
  return {
    version: transport instanceof HttpV1 ? transport.protocolVersion : undefined,
    list: async () => (await client.listTools()).tools,
    call: async (name, args = {}) => (await client.callTool({ name, arguments: args })) as unknown as ToolResult,
    close: () => client.close(),
  };
}

export function httpV1({ url, key }: { readonly url: string; readonly key: string }): HttpV1 {
  return new HttpV1(new URL(url), { requestInit: { headers: { apikey: key } } });
}

async function connectV2(client: ClientV2, door: Door): Promise<AnyClient> {
  const transport =
    door.kind === 'http'
      ? new HttpV2(new URL(door.url), { requestInit: { headers: { apikey: door.key } } })
      : new StdioV2(command(door));
  await client.connect(transport);
  return {
    version: client.getNegotiatedProtocolVersion(),
    list: async () => (await client.listTools()).tools,
    call: async (name, args = {}) => (await client.callTool({ name, arguments: args })) as unknown as ToolResult,
    close: () => client.close(),
  };
}

/** Each request is a run of the Inspector's command line. */
function inspector(door: Door): AnyClient {
  const home = door.kind === 'stdio' ? door.home : mkdtempSync(join(tmpdir(), 'inspector-'));
  mkdirSync(home, { recursive: true });
  const target =
    door.kind === 'http'
      ? [door.url, '--transport', 'http', '--header', `apikey: ${door.key}`]
      : [
          ...[process.execPath, CLI, 'stdio'],
          ...['-e', `ENKRYPT_CONFIG=${door.configPath}`, '-e', `ENKRYPT_GATEWAY_KEY=${door.key}`, '-e', `HOME=${home}`],
        ];
  const run = async (args: readonly string[]): Promise<Record<string, unknown>> => {
    const out = await runInspector([...target, '--format', 'json', '-q', ...args], home);
    if (out.code !== 0) throw new Error(`the Inspector ended with ${String(out.code)}: ${out.stderr}`);
    return (JSON.parse(out.stdout) as { result: Record<string, unknown> }).result;
  };
  return {
    version: undefined,
    list: async () => (await run(['--method', 'tools/list'])).tools as Record<string, unknown>[],
    call: (name, args = {}) =>
      run(['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)]),
    close: () => {
      if (door.kind === 'http') rmSync(home, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runInspector(args: readonly string[], home: string): Promise<CommandOutcome> {
  const env = { PATH: process.env.PATH, HOME: home };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [INSPECTOR, '--cli', ...args],
      { env, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** By its file, since both major versions that are installed call themselves mcp-inspector. */
const INSPECTOR = join(ROOT, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');

function bin(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}

const servers = join(ROOT, 'node_modules', '@modelcontextprotocol');

/** Entry points of the official servers. */
export const EVERYTHING = join(servers, 'server-everything', 'dist', 'index.js');
export const FILESYSTEM = join(servers, 'server-filesystem', 'dist', 'index.js');
export const MEMORY = join(servers, 'server-memory', 'dist', 'index.js');

/** Processes of a test, ended together. */
export class Processes {
  private readonly children: ChildProcess[] = [];

  /** server-everything on HTTP: it takes a port but does not tell which one it got, so a free one is looked up first. */
  async everything(mode: 'streamableHttp' | 'sse'): Promise<string> {
    const port = await freePort();
    const env = { PATH: process.env.PATH, PORT: String(port) };
    const child = spawn(process.execPath, [EVERYTHING, mode], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.children.push(child);
    await lineMatching(child, /(?:running|listening) on port/);
    return `http://127.0.0.1:${String(port)}/${mode === 'sse' ? 'sse' : 'mcp'}`;
  }

  /** A script of the upstream kit with --http; its URL. */
  async listen(script: string, ...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [script, '--http', '--port', '0', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.children.push(child);
    const [, url] = await lineMatching(child, /^listening (http:\S+)$/m);
    if (url === undefined) throw new Error('the server did not say where it listens');
    return url;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.children.splice(0).map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        const exited = new Promise<void>((resolve) => {
          child.once('exit', () => {
            resolve();
          });
        });
        child.kill('SIGKILL');
        return exited;
      }),
    );
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

function lineMatching(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      reject(new Error(`not ready after 20 s: ${text}`));
    }, 20_000);
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${String(code)}: ${text}`));
    });
  });
}
