import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Principal } from '../../src/contracts/principal.js';
import type { Affinity, ServerConnection, ServerEntry } from '../../src/contracts/server-entry.js';
import { UpstreamPool, type UpstreamPoolOptions } from '../../src/mcp/upstream/pool.js';
import type { UpstreamAnswer, UpstreamSession } from '../../src/mcp/upstream/upstream-session.js';

export const MISBEHAVING = path.resolve('examples/servers/misbehaving.mjs');
export const ECHO = path.resolve('examples/servers/echo.mjs');

export const never = new AbortController().signal;

export function who(user: string, project = 'p'): Principal {
  const tenant = `${user}_${project}_c`;
  return { keyId: user, userId: user, projectId: project, configId: 'c', tenant, scopes: [], expiresAt: null };
}

let hashes = 0;

/** A server entry with a config hash of its own, unless `more` says otherwise. */
export function entry(connection: ServerConnection, more: Partial<ServerEntry> = {}): ServerEntry {
  return {
    name: 'test',
    description: '',
    connection,
    configHash: `hash-${String(++hashes)}`,
    affinity: 'principal' satisfies Affinity,
    allowedTools: null,
    inputPolicy: null,
    outputPolicy: null,
    definitionPolicy: null,
    checksServerInfo: false,
    pinning: null,
    ...more,
  };
}

export function stdio(args: readonly string[], env: Record<string, string> = {}): ServerConnection {
  return { kind: 'stdio', command: process.execPath, args, env };
}

export function url(address: string, headers: Record<string, string> = {}): ServerConnection {
  return { kind: 'http', url: address, headers, transport: 'streamable-http' };
}

/** A pool and the log lines it wrote. */
export function makePool({
  connectTimeoutMs = 10_000,
  ...options
}: Partial<UpstreamPoolOptions> & { readonly connectTimeoutMs?: number } = {}): {
  pool: UpstreamPool;
  lines: unknown[];
} {
  const lines: unknown[] = [];
  const line = (fields: unknown, message: string): void => {
    lines.push({ message, ...(fields as object) });
  };
  const pool = new UpstreamPool({
    maxSessions: 100,
    maxStdioChildren: 20,
    idleMs: 60_000,
    baseEnv: { PATH: '/usr/bin:/bin' },
    registryDir: null,
    clientInfo: { name: 'gateway', version: '1' },
    timeouts: { connectionMs: () => connectTimeoutMs, sessionMs: () => connectTimeoutMs },
    log: { debug: line, info: line, warn: line },
    ...options,
  });
  return { pool, lines };
}

export async function callTool(
  session: UpstreamSession,
  name: string,
  args: Record<string, unknown> = {},
  signal: AbortSignal = never,
): Promise<UpstreamAnswer> {
  return session.request('tools/call', { name, arguments: args }, undefined, signal);
}

/** The text of the first content block. */
export function textOf(answer: UpstreamAnswer): string {
  if (answer.body.kind !== 'result') return `error ${String(answer.body.error.code)}`;
  const content = answer.body.result.content as { text: string }[];
  return content[0]?.text ?? '';
}

/** Polls until the check holds; fails with its name after `ms`. */
export async function until(what: string, check: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${String(ms)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function tempDir(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'upstream-'));
}

/** A program on disk for a child to run. */
export function script(source: string): string {
  const file = path.join(tempDir(), 'server.mjs');
  fs.writeFileSync(file, source);
  return file;
}

/** One request as a scripted HTTP server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly message: {
    id?: number;
    method?: string;
    params?: Record<string, unknown>;
    error?: unknown;
    result?: unknown;
  };
}

export type Reply = (seen: Seen, response: http.ServerResponse) => void;

/** An HTTP server that does what the test says, on a loopback port of its own. */
export class ScriptedServer {
  readonly seen: Seen[] = [];
  readonly #server: http.Server;

  private constructor(reply: Reply) {
    this.#server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const message = (text === '' ? {} : JSON.parse(text)) as Seen['message'];
        const { method = '', url: target = '', headers } = request;
        const seen = { method, url: target, headers, message };
        this.seen.push(seen);
        reply(seen, response);
      });
    });
  }

  static async start(reply: Reply): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(reply);
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/mcp`;
  }

  methods(): string[] {
    return this.seen.map(({ method, message }) => message.method ?? method);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function sendJson(response: http.ServerResponse, value: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

export function result(seen: Seen, value: unknown): unknown {
  return { jsonrpc: '2.0', id: seen.message.id, result: value };
}

export function rpcError(seen: Seen, code: number, data?: unknown): unknown {
  return { jsonrpc: '2.0', id: seen.message.id, error: { code, message: 'no', data } };
}

/** The well-behaved part of a handshake-era server: refuses discover, initialises with the session id, takes notifications. */
export function sessionServer(onCall: Reply, sessionId: () => string | null = () => 'session-1'): Reply {
  return (seen, response) => {
    const { method } = seen.message;
    if (seen.method !== 'POST') response.writeHead(200).end();
    else if (method === 'server/discover') sendJson(response, rpcError(seen, -32601));
    else if (method === 'initialize') {
      const id = sessionId();
      const hello = {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'scripted', version: '1' },
      };
      sendJson(response, result(seen, hello), 200, id === null ? {} : { 'mcp-session-id': id });
    } else if (method === undefined || seen.message.id === undefined) response.writeHead(202).end();
    else onCall(seen, response);
  };
}
