// Minimal MCP echo server on stdio (newline-delimited JSON-RPC), no SDK: node upstream-stdio.mjs [--extra-tools N] [--prefix p_]
import { blobText, parseArgs, toolDefs } from './lib/common.mjs';

const a = parseArgs(process.argv.slice(2));
const PREFIX = a.prefix ?? '';
const tools = toolDefs(+(a['extra-tools'] ?? 0), PREFIX);
const out = (m) => process.stdout.write(JSON.stringify(m) + '\n');
const text = (id, t, isError) =>
  out({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: t }], ...(isError ? { isError } : {}) } });

function rpc(m) {
  if (m.id === undefined || m.method === undefined) return;
  switch (m.method) {
    case 'initialize':
      return out({
        jsonrpc: '2.0',
        id: m.id,
        result: {
          protocolVersion: m.params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'upstream-stdio', version: '1' },
        },
      });
    case 'ping':
      return out({ jsonrpc: '2.0', id: m.id, result: {} });
    case 'tools/list':
      return out({ jsonrpc: '2.0', id: m.id, result: { tools } });
    case 'tools/call': {
      const name = m.params.name.replace(PREFIX, ''),
        args = m.params.arguments ?? {};
      if (name === 'echo') return text(m.id, args.message);
      if (name === 'blob') return text(m.id, blobText(args.bytes));
      if (name === 'sleep') return void setTimeout(() => text(m.id, 'slept'), args.ms);
      return text(m.id, 'unknown tool', true);
    }
    default:
      return out({ jsonrpc: '2.0', id: m.id, error: { code: -32601, message: 'Method not found' } });
  }
}

let parts = [];
process.stdin.on('data', (d) => {
  let from = 0,
    i;
  while ((i = d.indexOf(10, from)) >= 0) {
    parts.push(d.subarray(from, i));
    const line = Buffer.concat(parts).toString('utf8');
    parts = [];
    from = i + 1;
    if (line.trim()) {
      try {
        rpc(JSON.parse(line));
      } catch (e) {
        console.error('bad line', e.message);
      }
    }
  }
  if (from < d.length) parts.push(d.subarray(from));
});
process.stdin.on('end', () => process.exit(0));
