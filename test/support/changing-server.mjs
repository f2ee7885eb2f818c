// An upstream of the 2025 era whose resources and prompts change, on stdio or over HTTP with --http (it then says where on stderr). Its
// tools change it: `touch` says that a resource was updated, `offer` adds a prompt and a resource, `cut` closes the standing streams,
// `forget` forgets all sessions, `poll` closes the stream of its own call before it answers, `die` ends the process; `subscribed` tells
// what each session is subscribed to.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

const RETRY_MS = 100;
/** What outlives a process on stdio: the number of times it was started. */
const startsFile = process.argv.find((arg) => arg.startsWith('--starts='))?.slice('--starts='.length);
const starts = startsFile === undefined ? 1 : 1 + Number(readOr(startsFile, '0'));
if (startsFile !== undefined) writeFileSync(startsFile, String(starts));

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

const offered = { prompts: ['first'], resources: ['note://first'], listed: 0 };
/** One for each session: its server, its transport, its subscriptions. */
const sessions = new Set();
const text = (value) => ({ content: [{ type: 'text', text: value }] });

/** Events of all streams, kept for those that break off. */
const kept = [];
const eventStore = {
  async storeEvent(streamId, message) {
    const eventId = `e-${kept.length}`;
    kept.push({ eventId, streamId, message });
    return eventId;
  },
  async getStreamIdForEventId(eventId) {
    return kept.find((event) => event.eventId === eventId)?.streamId;
  },
  async replayEventsAfter(lastEventId, { send }) {
    const index = kept.findIndex(({ eventId }) => eventId === lastEventId);
    const { streamId } = kept[index];
    for (const event of kept.slice(index + 1)) {
      if (event.streamId === streamId && event.message.jsonrpc !== undefined) await send(event.eventId, event.message);
    }
    return streamId;
  },
};

async function tellAll(method, params, isFor = () => true) {
  for (const session of sessions) if (isFor(session)) await session.server.notification({ method, params });
}

const tools = {
  touch: async ({ uri, as = uri }) => {
    await tellAll('notifications/resources/updated', { uri: as }, ({ uris }) => uris.has(uri));
    return text('touched');
  },
  offer: async ({ name }) => {
    offered.prompts.push(name);
    offered.resources.push(`note://${name}`);
    await tellAll('notifications/prompts/list_changed');
    await tellAll('notifications/resources/list_changed');
    return text('offered');
  },
  listed: async () => text(String(offered.listed)),
  subscribed: async () =>
    text(JSON.stringify([...sessions].map(({ uris }) => [...uris]).filter((uris) => uris.length > 0))),
  starts: async () => text(String(starts)),
  cut: async () => {
    for (const { transport } of sessions) transport.closeStandaloneSSEStream();
    return text('cut');
  },
  forget: async (_args, _extra, answered) => {
    void answered.then(() => {
      for (const session of [...sessions]) void session.transport.close();
    });
    return text('forgotten');
  },
  poll: async (_args, extra) => {
    extra.closeSSEStream();
    await new Promise((resolve) => setTimeout(resolve, 2 * RETRY_MS));
    return text('polled');
  },
  die: () => process.exit(1),
};

const answers = {
  'tools/list': () => ({ tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } })) }),
  'prompts/list': () => ({ prompts: offered.prompts.map((name) => ({ name })) }),
  'prompts/get': ({ name }) => ({ messages: [{ role: 'user', content: { type: 'text', text: name } }] }),
  'resources/list': () => {
    offered.listed++;
    return { resources: offered.resources.map((uri) => ({ uri, name: uri })) };
  },
  'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'folder://{+path}', name: 'folder' }] }),
  'resources/read': ({ uri }) => ({ contents: [{ uri, text: uri }] }),
};

function build(transport) {
  const capabilities = {
    tools: {},
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
  };
  const server = new Server({ name: 'changing', version: '1' }, { capabilities });
  const session = { server, transport, uris: new Set() };
  sessions.add(session);
  server.onclose = () => sessions.delete(session);
  server.fallbackRequestHandler = async ({ method, params = {} }, extra) => {
    if (method === 'resources/subscribe') return session.uris.add(params.uri) && {};
    if (method === 'resources/unsubscribe') return session.uris.delete(params.uri) ? {} : {};
    if (method === 'tools/call') {
      const answered = new Promise((resolve) => setTimeout(resolve, 20));
      return tools[params.name](params.arguments ?? {}, extra, answered);
    }
    if (answers[method] !== undefined) return answers[method](params);
    throw Object.assign(new Error('Method not found'), { code: -32601 });
  };
  return server;
}

if (process.argv.includes('--http')) {
  const byId = new Map();
  const listener = http.createServer(async (req, res) => {
    const id = req.headers['mcp-session-id'];
    let transport = byId.get(id);
    if (transport === undefined && id !== undefined) {
      res.writeHead(404).end();
      return;
    }
    if (transport === undefined) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (newId) => byId.set(newId, transport),
        eventStore,
        retryInterval: RETRY_MS,
      });
      const server = build(transport);
      await server.connect(transport);
      const { onclose } = transport;
      transport.onclose = () => {
        byId.delete(transport.sessionId);
        onclose?.();
      };
    }
    await transport.handleRequest(req, res);
  });
  listener.listen(0, '127.0.0.1', () => {
    process.stderr.write(`listening http://127.0.0.1:${listener.address().port}/mcp\n`);
  });
} else {
  const transport = new StdioServerTransport();
  await build(transport).connect(transport);
  process.stdin.on('end', () => process.exit(0));
}
