// An upstream of the 2025 era that has what the server scenarios of @modelcontextprotocol/conformance 0.1.16 ask for, written from what they
// say they expect. On stdio, or over HTTP with --http (it then says where on stderr).
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { answers, refuse } from './conformance-content.mjs';

function build() {
  const capabilities = {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    logging: {},
    completions: {},
  };
  const server = new Server({ name: 'conformance', version: '1' }, { capabilities });
  server.fallbackRequestHandler = async ({ method, params = {} }, extra) =>
    answers[method] === undefined ? refuse('Method not found', -32601) : answers[method](params, extra);
  return server;
}

/** Events of one session, for streams that go on. */
function eventStore() {
  const events = [];
  return {
    async storeEvent(streamId, message) {
      events.push({ streamId, message });
      return `${streamId}_${events.length - 1}`;
    },
    async getStreamIdForEventId(id) {
      return id.slice(0, id.lastIndexOf('_'));
    },
    async replayEventsAfter(last, { send }) {
      const streamId = last.slice(0, last.lastIndexOf('_'));
      const from = Number(last.slice(last.lastIndexOf('_') + 1)) + 1;
      for (const [index, event] of events.entries()) {
        if (index < from || event.streamId !== streamId || event.message.jsonrpc === undefined) continue;
        await send(`${streamId}_${index}`, event.message);
      }
      return streamId;
    },
  };
}

const LOCAL = /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

function serve() {
  const sessions = new Map();
  const listener = http.createServer(async (req, res) => {
    const { host, origin = host, 'mcp-session-id': id } = req.headers;
    let transport = sessions.get(id);
    const status =
      !LOCAL.test(host) || !LOCAL.test(origin) ? 403 : id !== undefined && transport === undefined ? 404 : 0;
    if (status !== 0 || (id === undefined && req.method !== 'POST')) {
      const error = { code: -32000, message: 'Not here.' };
      res.writeHead(status || 400, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
      return;
    }
    if (transport === undefined) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        eventStore: eventStore(),
        retryInterval: 500,
        onsessioninitialized: (newId) => sessions.set(newId, transport),
        onsessionclosed: (oldId) => sessions.delete(oldId),
      });
      await build().connect(transport);
    }
    await transport.handleRequest(req, res);
  });
  listener.listen(0, '127.0.0.1', () => {
    process.stderr.write(`listening http://127.0.0.1:${listener.address().port}/mcp\n`);
  });
}

if (process.argv.includes('--http')) serve();
else {
  await build().connect(new StdioServerTransport());
  process.stdin.on('end', () => process.exit(0));
}
