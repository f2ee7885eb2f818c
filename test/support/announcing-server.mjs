// An upstream of the 2026 era that announces changes, over HTTP with --http (it then says where on stderr), else on stdio. Its tools change
// it: `touch` says that a resource was updated, `offer` adds a tool, a prompt and a resource, `listens` tells what each open stream listens
// to, `cut` breaks the streams off, `mute` says whether subscriptions/listen is refused from then on. With --silent it announces nothing.
import http from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, InMemoryServerEventBus, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const LISTEN = 'subscriptions/listen';
const isSilent = process.argv.includes('--silent');
const offered = ['first'];
/** Open streams of listen requests, with their filters. */
const streams = new Map();
let isMuted = false;
const text = (value) => ({ content: [{ type: 'text', text: value }] });

/** Tells of changes: over HTTP all listening clients, on stdio the one there is. */
let announce = {};

function build() {
  const capabilities = isSilent
    ? { tools: {}, prompts: {}, resources: {} }
    : {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
      };
  const mcp = new McpServer({ name: 'announcing', version: '1' }, { capabilities });
  const tool = (name, inputSchema, run) => mcp.registerTool(name, { inputSchema: z.object(inputSchema) }, run);
  tool('touch', { uri: z.string() }, async ({ uri }) => {
    await announce.updated(uri);
    return text('touched');
  });
  tool('offer', { name: z.string() }, async ({ name }) => {
    offered.push(name);
    await announce.offered(name);
    return text('offered');
  });
  tool('listens', {}, () => text(JSON.stringify([...streams.values()])));
  tool('cut', {}, () => {
    setTimeout(() => [...streams.keys()].forEach((res) => res.destroy()), 20);
    return text('cut');
  });
  tool('mute', { on: z.boolean() }, ({ on }) => {
    isMuted = on;
    return text('muted');
  });
  for (const name of offered) offer(mcp, name);
  return mcp;
}

function offer(mcp, name) {
  mcp.registerTool(`tool_${name}`, {}, () => text(name));
  mcp.registerPrompt(name, {}, () => ({ messages: [{ role: 'user', content: { type: 'text', text: name } }] }));
  mcp.registerResource(name, `note://${name}`, {}, (uri) => ({ contents: [{ uri: uri.href, text: name }] }));
}

if (process.argv.includes('--http')) {
  const bus = new InMemoryServerEventBus();
  const handler = createMcpHandler(build, { legacy: 'reject', bus });
  const node = toNodeHandler(handler);
  const { notify } = handler;
  announce = {
    updated: (uri) => notify.resourceUpdated(uri),
    offered: () => {
      notify.toolsChanged();
      notify.promptsChanged();
      notify.resourcesChanged();
    },
  };
  const serve = async (req, res) => {
    const parts = [];
    for await (const part of req) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (body.method === LISTEN) {
      if (isMuted) {
        res.writeHead(503).end();
        return;
      }
      streams.set(res, body.params.notifications);
      res.on('close', () => streams.delete(res));
    }
    await node(req, res, body);
  };
  const listener = http.createServer((req, res) => void serve(req, res));
  listener.listen(0, '127.0.0.1', () => {
    process.stderr.write(`listening http://127.0.0.1:${listener.address().port}/mcp\n`);
  });
} else {
  let current;
  announce = {
    updated: (uri) => current.server.sendResourceUpdated({ uri }),
    offered: (name) => offer(current, name),
  };
  await serveStdio(() => (current = build()), { legacy: 'reject' });
}
