// Floor prototype: the least a Node gateway can do that still parses JSON-RPC, checks an API key, maps sessions, runs regex guardrails
// on arguments and results, and re-serialises. One upstream, tools prefixed by nothing, JSON answers. Not a product: a yardstick.
//   node refs/floor.mjs --port 9203 --target http://127.0.0.1:9101/mcp --key bench-key [--no-guardrails] [--no-result-parse] [--out request|dispatch|http]
//     [--fast-guardrails: literal prefilters] [--pass-bytes: a result that was parsed and scanned is forwarded as the upstream's own text]
import http from 'node:http';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { Pool } from 'undici';
import { parseArgs } from '../lib/common.mjs';
import { scan, scanText as scanAll, scanTextFast } from './guardrails.mjs';

const a = parseArgs(process.argv.slice(2));
const t = new URL(a.target ?? 'http://127.0.0.1:9101/mcp');
const pool = new Pool(t.origin, { connections: 128, pipelining: 1, keepAliveTimeout: 60000 });
const agent = new http.Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512, noDelay: true });
const GUARD = !a['no-guardrails'],
  PARSE_RESULT = !a['no-result-parse'],
  OUT = a.out ?? 'dispatch';
const scanText = a['fast-guardrails'] ? scanTextFast : scanAll,
  PASS = !!a['pass-bytes'];
const sha = (s) => createHash('sha256').update(s).digest();
const keys = [{ hash: sha(a.key ?? 'bench-key'), user: 'bench' }];
const keyCache = new Map();
function auth(k) {
  if (!k) return null;
  let u = keyCache.get(k);
  if (u === undefined) {
    const h = sha(k);
    u = keys.find((x) => timingSafeEqual(x.hash, h))?.user ?? null;
    if (u && keyCache.size < 1000) keyCache.set(k, u);
  }
  return u;
}
const sessions = new Map(); // gateway session id -> { user, up: upstream session id, version }

const read = (stream) =>
  new Promise((res, rej) => {
    let first = null,
      parts = null;
    stream.on('data', (d) => {
      if (!first) first = d;
      else (parts ??= [first]).push(d);
    });
    stream.on('end', () => res(parts ? Buffer.concat(parts).toString('utf8') : first ? first.toString('utf8') : ''));
    stream.on('error', rej);
  });

const upstream = {
  async request(method, headers, body) {
    const r = await pool.request({ path: t.pathname, method, headers, body });
    return { status: r.statusCode, headers: r.headers, body: await r.body.text() };
  },
  dispatch: (method, headers, body) =>
    new Promise((res, rej) => {
      let status,
        hdrs,
        first = null,
        parts = null;
      pool.dispatch(
        { path: t.pathname, method, headers, body },
        {
          onRequestStart() {},
          onResponseStart(_c, s, h) {
            status = s;
            hdrs = h;
          },
          onResponseData(_c, d) {
            if (!first) first = d;
            else (parts ??= [first]).push(d);
          },
          onResponseEnd() {
            const raw = parts ? Buffer.concat(parts) : first;
            res({
              status,
              headers: hdrs,
              raw: raw && String(hdrs['content-type']).startsWith('application/json') ? raw : null,
              body: raw ? raw.toString('utf8') : '',
            });
          },
          onResponseError(_c, e) {
            rej(e);
          },
        },
      );
    }),
  http: (method, headers, body) =>
    new Promise((res, rej) => {
      const q = http.request(
        {
          host: t.hostname,
          port: t.port,
          path: t.pathname,
          method,
          agent,
          headers: { ...headers, 'content-length': Buffer.byteLength(body ?? '') },
        },
        (r) => {
          read(r).then((b) => res({ status: r.statusCode, headers: r.headers, body: b }), rej);
        },
      );
      q.on('error', rej);
      q.end(body);
    }),
}[OUT];

const upHeaders = (s) => ({
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...(s?.up ? { 'mcp-session-id': s.up } : {}),
  ...(s?.version ? { 'mcp-protocol-version': s.version } : {}),
});
const parseAnswer = (r) => {
  if (!String(r.headers['content-type']).startsWith('text/event-stream')) return JSON.parse(r.body);
  for (const ev of r.body.split('\n\n')) {
    const i = ev.indexOf('data:');
    if (i >= 0) {
      const m = JSON.parse(ev.slice(i + 5));
      if ('result' in m || 'error' in m) return m;
    }
  }
  throw new Error('no answer');
};
function json(res, status, body, extra) {
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...extra });
  res.end(body);
}
const rpcError = (res, status, id, code, message) =>
  json(res, status, JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } }));

/** The whole gateway for one request; body is the raw text. */
async function handle(req, res, body) {
  const user = auth(req.headers.apikey);
  if (!user) return rpcError(res, 401, null, -32001, 'Unauthorized');
  const sid = req.headers['mcp-session-id'];
  if (req.method === 'DELETE') {
    const s = sessions.get(sid);
    if (!s || s.user !== user) return rpcError(res, 404, null, -32001, 'Session not found');
    sessions.delete(sid);
    await upstream('DELETE', upHeaders(s));
    res.writeHead(200).end();
    return;
  }
  if (req.method !== 'POST') {
    res.writeHead(405).end();
    return;
  }
  let m;
  try {
    m = JSON.parse(body);
  } catch {
    return rpcError(res, 400, null, -32700, 'Parse error');
  }
  if (m?.jsonrpc !== '2.0' || typeof m.method !== 'string') return rpcError(res, 400, m?.id, -32600, 'Invalid Request');
  if (m.method === 'initialize') {
    const r = await upstream('POST', upHeaders(), JSON.stringify(m));
    const ans = parseAnswer(r),
      id = randomUUID();
    sessions.set(id, { user, up: r.headers['mcp-session-id'], version: ans.result?.protocolVersion });
    return json(
      res,
      200,
      JSON.stringify({
        jsonrpc: '2.0',
        id: m.id,
        result: { ...ans.result, serverInfo: { name: 'floor', version: '1' } },
      }),
      { 'mcp-session-id': id },
    );
  }
  const s = sessions.get(sid);
  if (!s || s.user !== user) return rpcError(res, 404, m.id, -32001, 'Session not found');
  if (m.id === undefined) {
    await upstream('POST', upHeaders(s), JSON.stringify(m));
    res.writeHead(202).end();
    return;
  }
  if (m.method === 'tools/call') {
    if (typeof m.params?.name !== 'string') return rpcError(res, 200, m.id, -32602, 'Invalid params');
    const hit = GUARD && scan(m.params.arguments);
    if (hit) return rpcError(res, 200, m.id, -32003, `Blocked by guardrail ${hit}`);
  }
  const r = await upstream(
    'POST',
    upHeaders(s),
    JSON.stringify({ jsonrpc: '2.0', id: m.id, method: m.method, params: m.params }),
  );
  if (!PARSE_RESULT) return json(res, 200, r.body);
  const ans = parseAnswer(r);
  if (GUARD && m.method === 'tools/call' && ans.result?.content)
    for (const c of ans.result.content)
      if (typeof c.text === 'string') {
        const hit = scanText(c.text);
        if (hit) return rpcError(res, 200, m.id, -32003, `Blocked by guardrail ${hit}`);
      }
  if (PASS && r.raw) {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': r.raw.length });
    res.end(r.raw);
    return;
  }
  json(res, 200, JSON.stringify({ jsonrpc: '2.0', id: m.id, result: ans.result, error: ans.error }));
}

const listener = (req, res) => {
  read(req)
    .then((b) => handle(req, res, b))
    .catch((e) => {
      if (!res.headersSent) rpcError(res, 502, null, -32000, e.message);
      else res.end();
    });
};

const server = http.createServer({ noDelay: true }, listener);
server.keepAliveTimeout = 60000;
server.listen(+(a.port ?? 9203), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
