// Minimal MCP echo server on bare net sockets with a hand-written HTTP/1.1 request parser: as fast as this machine's Node goes,
// so that what sits in front of it is what gets measured. Loopback only.
//   node upstream-http.mjs --port 9101[,9102...] [--legacy] [--sse] [--extra-tools N] [--prefix p_] [--stateless]
// Several ports are several servers in one process. --legacy refuses server/discover, so that a dual-era client opens 2025-era sessions.
// GET /stats -> {"sessions_open","sessions_total","calls","connections"} (to see whether a gateway leaks upstream sessions)
import net from 'node:net';
import { randomUUID } from 'node:crypto';
import { blobText, parseArgs, toolDefs } from './lib/common.mjs';

const a = parseArgs(process.argv.slice(2));
const SSE = !!a.sse,
  STATELESS = !!a.stateless,
  LEGACY = !!a.legacy,
  PREFIX = a.prefix ?? '';
const LIST = JSON.stringify({ tools: toolDefs(+(a['extra-tools'] ?? 0), PREFIX) });
const sessions = new Set();
const st = { sessions_total: 0, calls: 0, connections: 0 };
const blobs = new Map();

function send(sock, status, type, body, extra = '') {
  const b = Buffer.byteLength(body);
  sock.write(
    `HTTP/1.1 ${status}\r\n${type ? `Content-Type: ${type}\r\n` : ''}${extra}Content-Length: ${b}\r\n\r\n${body}`,
  );
}
const reply = (sock, id, result, extra = '') => {
  const json = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
  if (SSE) send(sock, '200 OK', 'text/event-stream', `event: message\ndata: ${json}\n\n`, extra);
  else send(sock, '200 OK', 'application/json', json, extra);
};

const META = 'io.modelcontextprotocol/protocolVersion';
const MODERN_LIST = LIST.replace('{', '{"resultType":"complete","ttlMs":0,"cacheScope":"private",');

const notFound = (sock, id) =>
  send(
    sock,
    '200 OK',
    'application/json',
    `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":{"code":-32601,"message":"Method not found"}}`,
  );

function rpc(sock, m) {
  if (m.id === undefined) return send(sock, '202 Accepted', '', '');
  const modern = m.params?._meta !== undefined && META in m.params._meta; // protocol revision 2026-07-28: no session, results carry resultType
  const open = modern ? '{"resultType":"complete",' : '{';
  switch (m.method) {
    case 'tools/call': {
      st.calls++;
      const name = PREFIX ? m.params.name.replace(PREFIX, '') : m.params.name;
      const args = m.params.arguments ?? {};
      if (name === 'echo')
        return reply(sock, m.id, `${open}"content":[{"type":"text","text":${JSON.stringify(args.message)}}]}`);
      if (name === 'blob') {
        let j = blobs.get(args.bytes); // encoded once: Node's own string encoding of 1 MB would be the bottleneck
        if (!j) {
          j = Buffer.from(
            `"content":[{"type":"text","text":${JSON.stringify(blobText(args.bytes))}}]}}${SSE ? '\n\n' : ''}`,
          );
          blobs.set(args.bytes, j);
        }
        const pre = `${SSE ? 'event: message\ndata: ' : ''}{"jsonrpc":"2.0","id":${JSON.stringify(m.id)},"result":${open}`;
        sock.cork();
        sock.write(
          `HTTP/1.1 200 OK\r\nContent-Type: ${SSE ? 'text/event-stream' : 'application/json'}\r\nContent-Length: ${Buffer.byteLength(pre) + j.length}\r\n\r\n${pre}`,
        );
        sock.write(j);
        return sock.uncork();
      }
      if (name === 'sleep')
        return void setTimeout(() => reply(sock, m.id, `${open}"content":[{"type":"text","text":"slept"}]}`), args.ms);
      return reply(sock, m.id, `${open}"content":[{"type":"text","text":"unknown tool"}],"isError":true}`);
    }
    case 'tools/list':
      return reply(sock, m.id, modern ? MODERN_LIST : LIST);
    case 'server/discover':
      if (LEGACY) return notFound(sock, m.id);
      return reply(
        sock,
        m.id,
        '{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"upstream-http","version":"1"},"ttlMs":0,"cacheScope":"private"}',
      );
    case 'ping':
      return reply(sock, m.id, '{}');
    case 'initialize': {
      let extra = '';
      if (!STATELESS) {
        const s = randomUUID();
        sessions.add(s);
        st.sessions_total++;
        extra = `Mcp-Session-Id: ${s}\r\n`;
      }
      const v = m.params?.protocolVersion === '2026-07-28' ? '2025-11-25' : (m.params?.protocolVersion ?? '2025-06-18');
      return reply(
        sock,
        m.id,
        `{"protocolVersion":${JSON.stringify(v)},"capabilities":{"tools":{}},"serverInfo":{"name":"upstream-http","version":"1"}}`,
        extra,
      );
    }
    default:
      return notFound(sock, m.id);
  }
}

function handle(sock, method, path, head, body) {
  if (method === 'POST') {
    let m;
    try {
      m = JSON.parse(body);
    } catch {
      return send(
        sock,
        '400 Bad Request',
        'application/json',
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
      );
    }
    return rpc(sock, m);
  }
  if (method === 'DELETE') {
    const s = /\r\nmcp-session-id: *([^\r\n]*)/i.exec(head)?.[1];
    sessions.delete(s);
    return send(sock, '200 OK', '', '');
  }
  if (method === 'GET' && path === '/stats')
    return send(sock, '200 OK', 'application/json', JSON.stringify({ sessions_open: sessions.size, ...st }));
  return send(sock, '405 Method Not Allowed', '', '', 'Allow: POST, DELETE\r\n');
}

function unchunk(buf) {
  // -> [body, bytesUsed] or null when incomplete
  let p = 0;
  const parts = [];
  for (;;) {
    const i = buf.indexOf('\r\n', p);
    if (i < 0) return null;
    const n = parseInt(buf.latin1Slice(p, i), 16);
    if (n === 0) return buf.length >= i + 4 ? [Buffer.concat(parts).toString('utf8'), i + 4] : null;
    if (buf.length < i + 2 + n + 2) return null;
    parts.push(buf.subarray(i + 2, i + 2 + n));
    p = i + 2 + n + 2;
  }
}

function onConnection(sock) {
  st.connections++;
  let buf = null;
  sock.on('error', () => {});
  sock.on('data', (d) => {
    buf = buf && buf.length ? Buffer.concat([buf, d]) : d;
    for (;;) {
      const i = buf.indexOf('\r\n\r\n');
      if (i < 0) return;
      const head = buf.latin1Slice(0, i);
      const rest = buf.subarray(i + 4);
      const low = head.toLowerCase();
      let body = '',
        used = 0;
      const m = /\r\ncontent-length: *(\d+)/.exec(low);
      if (m) {
        used = +m[1];
        if (rest.length < used) return;
        body = rest.utf8Slice(0, used);
      } else if (low.includes('\r\ntransfer-encoding: chunked')) {
        const r = unchunk(rest);
        if (!r) return;
        [body, used] = r;
      }
      buf = rest.subarray(used);
      const sp = head.indexOf(' ');
      handle(sock, head.slice(0, sp), head.slice(sp + 1, head.indexOf(' ', sp + 1)), head, body);
      if (low.includes('\r\nconnection: close')) {
        sock.end();
        return;
      }
      if (!buf.length) return;
    }
  });
}

const ports = String(a.port ?? 9101)
  .split(',')
  .map(Number);
for (const port of ports) {
  const server = net.createServer({ noDelay: true }, onConnection);
  server.listen(port, '127.0.0.1', () => console.error(`upstream-http on 127.0.0.1:${server.address().port}`));
}
process.on('SIGTERM', () => process.exit(0));
