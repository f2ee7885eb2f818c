import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The well-behaved server. */
export const ECHO = path.resolve('examples/servers/echo.mjs');
/** The server with modes. */
export const BAD = path.resolve('examples/servers/misbehaving.mjs');

const closing: (() => Promise<void> | void)[] = [];

/** Ends every process and client that the functions below started. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

interface TextResult {
  content: { type: string; text: string }[];
  isError?: boolean;
  structuredContent?: unknown;
}

async function connect(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Client> {
  const client = new Client({ name: 'examples-spec', version: '1' });
  closing.push(() => client.close());
  await client.connect(transport);
  return client;
}

/** A connected client of a server on stdio. */
export async function stdio(script: string, ...args: string[]): Promise<Client> {
  return connect(new StdioClientTransport({ command: process.execPath, args: [script, ...args], stderr: 'ignore' }));
}

/** Starts a server with --http on a port of its own and returns its URL. */
export async function listen(script: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [script, '--http', '--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  closing.push(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /^listening (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The server ended without listening.');
}

/** A connected client of a server over HTTP. */
export async function http(script: string, ...args: string[]): Promise<Client> {
  return connect(new StreamableHTTPClientTransport(new URL(await listen(script, ...args))));
}

/** One tool call through a client; `timeout` in milliseconds. */
export async function call(client: Client, name: string, args: Record<string, unknown> = {}, timeout = 20_000) {
  return (await client.callTool({ name, arguments: args }, undefined, { timeout })) as unknown as TextResult;
}

/** Calls tool echo with `hi`. */
export const echo = (client: Client, timeout?: number) => call(client, 'echo', { message: 'hi' }, timeout);

/** The misbehaving server on stdio without a client in between: what it really writes. */
export function raw(...args: string[]) {
  const child = spawn(process.execPath, [BAD, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  closing.push(() => void child.kill('SIGKILL'));
  let stderrBytes = 0;
  child.stderr.on('data', (chunk: Buffer) => (stderrBytes += chunk.length));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    exit: new Promise<number | null>((resolve) => child.once('exit', resolve)),
    stderrBytes: () => stderrBytes,
    sendText: (text: string) => child.stdin.write(`${text}\n`),
    send: (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    async line(): Promise<string> {
      const next = await lines.next();
      if (next.done === true) throw new Error('stdout ended');
      return next.value;
    },
  };
}

/** The same call as a raw message, with id 7. */
export const ECHO_CALL = { id: 7, method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } };
/** A raw initialize. */
export const HELLO = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

/** One POST by hand, for status codes that a client hides. */
export async function post(url: string, message: object, session?: string) {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

/** Starts the misbehaving server and sends it one call over HTTP. */
export async function postCall(...args: string[]) {
  const url = await listen(BAD, ...args);
  const session = (await post(url, HELLO)).headers.get('mcp-session-id') ?? '';
  return { url, session, response: await post(url, ECHO_CALL, session) };
}
