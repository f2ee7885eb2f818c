#!/usr/bin/env node
// A well-behaved MCP server on the official SDK: something to point the gateway at. Speaks both protocol eras, on stdio or HTTP.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const HELP = `Usage: node echo.mjs [--http [--port N] [--host ADDRESS]]

A small MCP server with five tools. Without --http it speaks MCP on stdin and stdout.

  echo    {message}   returns the message
  reverse {text}      returns the text backwards
  add     {a, b}      returns the sum, as text and as structured content
  sleep   {ms}        waits up to ten minutes, reports progress, can be cancelled
  blob    {bytes}     returns that many characters (at most 64 Mi)

Options
  --http          serve streamable HTTP instead of stdio; the URL is printed on stderr
  --port N        port for --http (default 3001; 0 lets the system choose)
  --host ADDRESS  address for --http (default 127.0.0.1)
  --help          this text

Examples
  node examples/servers/echo.mjs
  node examples/servers/echo.mjs --http --port 0
In a gateway config: {"command": "node", "args": ["examples/servers/echo.mjs"]} or {"url": "http://127.0.0.1:3001/mcp"}
`;

const MAX_BLOB = 64 * 1024 * 1024;
const MAX_SLEEP_MS = 600_000;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MODERN = 'io.modelcontextprotocol/protocolVersion';
const text = (value) => ({ content: [{ type: 'text', text: value }] });

/** Waits, telling the caller how far it is about ten times on the way; rejects as soon as the request is cancelled. */
async function sleep({ ms }, ctx) {
  const { signal, notify, _meta } = ctx.mcpReq;
  const step = Math.max(20, Math.ceil(ms / 10));
  for (let waited = 0; waited < ms; waited += step) {
    signal.throwIfAborted();
    if (_meta?.progressToken !== undefined) {
      await notify({
        method: 'notifications/progress',
        params: { progressToken: _meta.progressToken, progress: waited, total: ms },
      });
    }
    await new Promise((resolve, reject) => {
      const aborted = () => {
        clearTimeout(timer);
        reject(new Error('cancelled'));
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', aborted);
          resolve(undefined);
        },
        Math.min(step, ms - waited),
      );
      signal.addEventListener('abort', aborted, { once: true });
    });
  }
  return text(`slept ${ms} ms`);
}

/** One instance per connection or session: the SDK binds an instance to one transport. */
function createServer() {
  const server = new McpServer({ name: 'echo', title: 'Echo', version: '1.0.0' });
  const readOnly = { readOnlyHint: true };
  server.registerTool(
    'echo',
    {
      description: 'Returns the message unchanged.',
      inputSchema: z.object({ message: z.string() }),
      annotations: readOnly,
    },
    ({ message }) => text(message),
  );
  server.registerTool(
    'reverse',
    { description: 'Returns the text backwards.', inputSchema: z.object({ text: z.string() }), annotations: readOnly },
    (args) => text([...args.text].reverse().join('')),
  );
  server.registerTool(
    'add',
    {
      description: 'Adds two numbers.',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
      annotations: readOnly,
    },
    ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }),
  );
  server.registerTool(
    'sleep',
    {
      description: 'Waits for some milliseconds and reports progress; can be cancelled.',
      inputSchema: z.object({ ms: z.number().min(0).max(MAX_SLEEP_MS) }),
      annotations: readOnly,
    },
    sleep,
  );
  server.registerTool(
    'blob',
    {
      description: 'Returns that many characters of text.',
      inputSchema: z.object({ bytes: z.number().int().min(0).max(MAX_BLOB) }),
      annotations: readOnly,
    },
    ({ bytes }) => text('0123456789abcdef'.repeat(Math.ceil(bytes / 16)).slice(0, bytes)),
  );
  return server;
}

const jsonError = (res, status, code, message) => {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }));
};

async function readJson(req) {
  const parts = [];
  let size = 0;
  for await (const part of req) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new RangeError('body too large');
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

/** Sessions for 2025-era clients beside stateless requests of revision 2026-07-28, on one URL. */
async function serveHttp(host, port) {
  const { NodeStreamableHTTPServerTransport, localhostHostValidation, toNodeHandler } =
    await import('@modelcontextprotocol/node');
  const { createMcpHandler } = await import('@modelcontextprotocol/server');
  const modern = toNodeHandler(createMcpHandler(createServer, { legacy: 'reject' }));
  const sessions = new Map();
  const hostOk = host === '127.0.0.1' || host === 'localhost' ? localhostHostValidation() : () => true;

  const openSession = async () => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await createServer().connect(transport);
    return transport;
  };

  const handle = async (req, res) => {
    if (!hostOk(req, res)) return;
    if (req.url?.split('?')[0] !== '/mcp') return jsonError(res, 404, -32000, 'The MCP endpoint is /mcp.');
    const body = req.method === 'POST' ? await readJson(req) : undefined;
    if (body?.params?._meta?.[MODERN] !== undefined) return modern(req, res, body);
    const id = req.headers['mcp-session-id'];
    if (id !== undefined && !sessions.has(id)) return jsonError(res, 404, -32001, 'Session not found');
    const transport = id === undefined ? await openSession() : sessions.get(id);
    return transport.handleRequest(req, res, body);
  };

  const server = http.createServer((req, res) => {
    handle(req, res).catch((error) => {
      if (res.headersSent) res.destroy();
      else if (error instanceof RangeError) jsonError(res, 413, -32600, 'The body is larger than 4 MiB.');
      else if (error instanceof SyntaxError) jsonError(res, 400, -32700, 'The body is not JSON.');
      else jsonError(res, 500, -32603, 'Internal error');
    });
  });
  server.listen(port, host, () => console.error(`listening http://${host}:${server.address().port}/mcp`));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
}

async function main(argv) {
  const { values } = (await import('node:util')).parseArgs({
    args: argv,
    options: {
      http: { type: 'boolean' },
      port: { type: 'string', default: '3001' },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  if (values.http) return serveHttp(values.host, Number(values.port));
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
  serveStdio(createServer);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`${error.message}\nTry --help.`);
  process.exitCode = 2;
});
