// An upstream of the 2025 era that asks its client: for a model's words, for a form, for a page to be opened, for its roots; that logs and
// shows progress. On stdio, or over HTTP with --http (it then says where on stderr). What its client declared is told by the tool `declared`.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';

const text = (value) => ({ content: [{ type: 'text', text: value }] });
const schema = { type: 'object', properties: { text: { type: 'string' } } };
const form = { type: 'object', properties: { email: { type: 'string', format: 'email' }, note: { type: 'string' } } };

/** The client's answer, or the error in its place. */
async function ask(extra, method, params) {
  try {
    return JSON.stringify(await extra.sendRequest({ method, params }, ResultSchema));
  } catch (error) {
    return `error ${error.code}: ${error.message}`;
  }
}

const sampling = (words) => ({ messages: [{ role: 'user', content: { type: 'text', text: words } }], maxTokens: 9 });
const logged = (data, level = 'info') => ({
  method: 'notifications/message',
  params: { level, logger: 'asking', data },
});

const tools = {
  declared: async (_args, _extra, server) => text(JSON.stringify(server.getClientCapabilities())),
  sample: async (args, extra) => text(await ask(extra, 'sampling/createMessage', sampling(args.text))),
  'sample-tools': async (args, extra) =>
    text(
      await ask(extra, 'sampling/createMessage', {
        ...sampling(args.text),
        tools: [{ name: 'x', inputSchema: schema }],
      }),
    ),
  elicit: async (args, extra) =>
    text(await ask(extra, 'elicitation/create', { message: args.text, requestedSchema: form })),
  open: async (args, extra) => {
    const params = { mode: 'url', message: 'Open it.', url: args.text, elicitationId: 'page-1' };
    const answer = await ask(extra, 'elicitation/create', params);
    await extra.sendNotification({ method: 'notifications/elicitation/complete', params: { elicitationId: 'page-1' } });
    return text(answer);
  },
  /** The end of an elicitation that nobody was asked for. */
  announce: async (args, extra) => {
    await extra.sendNotification({
      method: 'notifications/elicitation/complete',
      params: { elicitationId: args.text },
    });
    return text('announced');
  },
  roots: async (_args, extra) => text(await ask(extra, 'roots/list')),
  unknown: async (_args, extra) => text(await ask(extra, 'nobody/knows', {})),
  log: async (args, extra) => {
    for (const level of ['debug', 'info', 'error'])
      await extra.sendNotification(logged(`${level}: ${args.text}`, level));
    return text('logged');
  },
  /** Asks, and takes the question back at once. */
  regret: async (args, extra) => {
    const regret = new AbortController();
    const asked = extra.sendRequest({ method: 'sampling/createMessage', params: sampling(args.text) }, ResultSchema, {
      signal: regret.signal,
    });
    setTimeout(() => regret.abort('not needed'), 100);
    return text(await asked.then(JSON.stringify, (error) => `error: ${error.message}`));
  },
  busy: async (args, extra) => {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [1, 2, 3]) {
      await extra.sendNotification(logged(`${args.text} log ${progress}`));
      if (progressToken === undefined) continue;
      const params = { progressToken, progress, total: 3, message: `${args.text} step ${progress}` };
      await extra.sendNotification({ method: 'notifications/progress', params });
    }
    const sampled = await ask(extra, 'sampling/createMessage', sampling(`${args.text} sample`));
    const elicited = await ask(extra, 'elicitation/create', { message: `${args.text} form`, requestedSchema: form });
    return text(`${sampled} ${elicited}`);
  },
};

tools['log-and-sample'] = async (args, extra) => {
  await extra.sendNotification(logged(`about ${args.text}`));
  return text(await ask(extra, 'sampling/createMessage', sampling(args.text)));
};
// The words stand here, because the gateway would not let them in as an argument either.
tools.shout = async (_args, extra) =>
  text(await ask(extra, 'sampling/createMessage', sampling('This text has a forbidden word.')));
tools['log-bad'] = async (_args, extra) => {
  await extra.sendNotification(logged('a forbidden line'));
  return text('logged');
};
tools['elicit-spelt'] = async (args, extra) => {
  const answer = await ask(extra, 'elicitation/create', { message: args.text, requestedSchema: form });
  return text(`${answer} ${answer.includes('jane') ? 'seen' : 'not seen'} by the server`);
};

const rootsHeard = { changes: 0 };
tools['roots-changed'] = async () => text(String(rootsHeard.changes));

function build() {
  const capabilities = { tools: { listChanged: true }, logging: {} };
  const server = new Server({ name: 'asking', version: '1' }, { capabilities });
  server.fallbackRequestHandler = async ({ method, params }, extra) => {
    if (method === 'tools/list') return { tools: Object.keys(tools).map((name) => ({ name, inputSchema: schema })) };
    if (method === 'tools/call') return tools[params.name](params.arguments ?? {}, extra, server);
    throw Object.assign(new Error('Method not found'), { code: -32601 });
  };
  server.fallbackNotificationHandler = async ({ method }) => {
    if (method === 'notifications/roots/list_changed') rootsHeard.changes++;
  };
  return server;
}

if (process.argv.includes('--http')) {
  const sessions = new Map();
  const listener = http.createServer(async (req, res) => {
    let transport = sessions.get(req.headers['mcp-session-id']);
    if (transport === undefined) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => sessions.set(id, transport),
      });
      await build().connect(transport);
    }
    await transport.handleRequest(req, res);
  });
  listener.listen(0, '127.0.0.1', () => {
    process.stderr.write(`listening http://127.0.0.1:${listener.address().port}/mcp\n`);
  });
} else {
  await build().connect(new StdioServerTransport());
  process.stdin.on('end', () => process.exit(0));
}
