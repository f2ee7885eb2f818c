// An MCP server that remembers every call that reached it, in the process of the benchmark, so that a call done twice is seen.
import http from 'node:http';

const TOOL = {
  name: 'echo',
  description: 'Returns the message unchanged.',
  inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
};
/** Calls last a while, so that some are under way whenever a gateway ends. */
const CALL_MS = 20;

function resultOf({ method, params }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'counting', version: '1' },
      };
    case 'tools/list':
      return { tools: [TOOL] };
    case 'tools/call':
      return { content: [{ type: 'text', text: params.arguments.message }] };
    default:
      return null;
  }
}

function answer(res, message) {
  const result = resultOf(message);
  const outcome = result === null ? { error: { code: -32601, message: 'Method not found' } } : { result };
  const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, ...outcome });
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Resolves with its URL and with how often each message arrived. */
export async function startCountingUpstream() {
  const seen = new Map();
  const server = http.createServer((req, res) => {
    if (req.method !== 'POST') return res.writeHead(405).end();
    const parts = [];
    req.on('data', (part) => parts.push(part));
    req.on('end', () => {
      const message = JSON.parse(Buffer.concat(parts));
      if (message.id === undefined) return res.writeHead(202).end();
      if (message.method !== 'tools/call') return answer(res, message);
      const { message: text } = message.params.arguments;
      seen.set(text, (seen.get(text) ?? 0) + 1);
      setTimeout(() => answer(res, message), CALL_MS);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, seen, close: () => server.close() };
}
