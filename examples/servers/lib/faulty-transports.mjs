// How the misbehaving server talks: newline-delimited JSON on stdio, or streamable HTTP with sessions on one loopback port.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

const GARBAGE = ['Server starting...', '{"jsonrpc":"2.0","id":', '42', 'null', '[]', '\u0000\u001b[31mred\u001b[0m'];
const STORM_MS = 10_000;
const PARSE_ERROR = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } });
const NOTE = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });

/** The value, or undefined for text that is not JSON. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends bursts of list_changed for ten seconds; returns the function that stops them. */
function storm(write) {
  const timer = setInterval(() => {
    for (let n = 0; n < 100; n++) write(NOTE);
  }, 10);
  const end = setTimeout(() => clearInterval(timer), STORM_MS);
  return () => {
    clearInterval(timer);
    clearTimeout(end);
  };
}

/** Serves until stdin ends. */
export function serveStdio(server, modes) {
  const endings = [];
  const line = (json) => process.stdout.write(`${json}\n`);
  const garbage = () => modes.has('garbage-stdout') && GARBAGE.forEach(line);
  const link = {
    session: null,
    accept: () => undefined,
    note: line,
    answer(json) {
      garbage();
      line(json);
      garbage();
    },
    onEnd: (stop) => endings.push(stop),
  };
  garbage();
  // The reader is gone: nothing is left to misbehave towards.
  process.stdout.on('error', () => process.exit(0));
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines.filter((each) => each.trim() !== '')) {
      const message = parsed(text);
      if (message === undefined) line(PARSE_ERROR);
      else server.receive(message, link);
      if (message?.method === 'notifications/initialized' && modes.has('list-changed-storm')) endings.push(storm(line));
    }
  });
  process.stdin.on('end', () => {
    for (const stop of endings) stop();
  });
}

/** The answer to one POST: JSON when there is one message, an event stream as soon as something comes before it. */
function httpLink(res, session, headers) {
  let streaming = false;
  const endings = [];
  res.on('close', () => endings.forEach((stop) => stop()));
  const stream = () => {
    if (!streaming) res.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    streaming = true;
  };
  const event = (json) => `event: message\ndata: ${json}\n\n`;
  return {
    session,
    accept: () => res.writeHead(202, headers).end(),
    note(json) {
      stream();
      res.write(event(json));
    },
    answer(json) {
      if (streaming) res.end(event(json));
      else res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(json);
    },
    onEnd: (stop) => endings.push(stop),
    http: {
      status: (code, more, body) => res.writeHead(code, { ...headers, ...more }).end(body),
      cut() {
        stream();
        res.end(': no answer will come\n\n');
      },
      trickle(json) {
        res.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(json),
          ...headers,
        });
        let sent = 0;
        const timer = setInterval(() => {
          if (sent < json.length) res.write(json[sent++]);
          else res.end(clearInterval(timer));
        }, 100);
        endings.push(() => clearInterval(timer));
      },
    },
  };
}

/** Serves /mcp on 127.0.0.1; also /elsewhere (where mode redirect points) and GET /stats. */
export function serveHttp(server, modes, port) {
  const sessions = new Set();
  const totals = { sessions_total: 0, redirects_followed: 0 };
  const plain = (res, code, value) =>
    res.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const notFound = (res) =>
    plain(res, 404, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } });

  const post = (res, session, message) => {
    const first = message?.method === 'initialize';
    if (!first && message?.method !== 'server/discover' && !sessions.has(session)) return notFound(res);
    const id = first ? randomUUID() : session;
    if (first) {
      sessions.add(id);
      totals.sessions_total++;
    }
    server.receive(message, httpLink(res, id ?? null, first ? { 'mcp-session-id': id } : {}));
  };

  const get = (req, res, session) => {
    if (req.url === '/stats') return plain(res, 200, { sessions_open: sessions.size, ...totals, calls: server.calls });
    if (!modes.has('list-changed-storm')) return res.writeHead(405, { allow: 'POST, DELETE' }).end();
    if (!sessions.has(session)) return notFound(res);
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.on(
      'close',
      storm((json) => res.write(`data: ${json}\n\n`)),
    );
  };

  const listener = http.createServer((req, res) => {
    const session = req.headers['mcp-session-id'];
    const parts = [];
    req.on('data', (part) => parts.push(part));
    req.on('end', () => {
      if (req.method === 'GET') return get(req, res, session);
      if (req.method === 'DELETE') return sessions.delete(session) ? res.writeHead(200).end() : notFound(res);
      if (req.url === '/elsewhere') {
        totals.redirects_followed++;
        return plain(res, 200, { followed: 'a redirect' });
      }
      const message = parsed(Buffer.concat(parts).toString('utf8'));
      if (message === undefined) return res.writeHead(400, { 'content-type': 'application/json' }).end(PARSE_ERROR);
      post(res, session, message);
    });
  });
  listener.listen(port, '127.0.0.1', () => {
    console.error(`listening http://127.0.0.1:${listener.address().port}/mcp`);
  });
}
