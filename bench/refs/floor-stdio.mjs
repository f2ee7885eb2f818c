// Floor prototype for a stdio upstream: HTTP in, one shared child process, JSON-RPC ids remapped, API key + regex guardrails as in floor.mjs.
//   node refs/floor-stdio.mjs --port 9325 --key bench-key -- node upstream-stdio.mjs
import http from 'node:http';
import { spawn } from 'node:child_process';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { parseArgs } from '../lib/common.mjs';
import { scan, scanText } from './guardrails.mjs';

const cut = process.argv.indexOf('--', 2);
const a = parseArgs(process.argv.slice(2, cut)),
  cmd = process.argv.slice(cut + 1);
const child = spawn(cmd[0], cmd.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
child.on('exit', () => process.exit(1));
const waiting = new Map();
let next = 0,
  parts = [];
child.stdout.on('data', (d) => {
  let from = 0,
    i;
  while ((i = d.indexOf(10, from)) >= 0) {
    parts.push(d.subarray(from, i));
    from = i + 1;
    const m = JSON.parse(parts.length === 1 ? parts[0].toString('utf8') : Buffer.concat(parts).toString('utf8'));
    parts = [];
    const w = waiting.get(m.id);
    if (w) {
      waiting.delete(m.id);
      w(m);
    }
  }
  if (from < d.length) parts.push(d.subarray(from));
});
const ask = (method, params) =>
  new Promise((res) => {
    const id = ++next;
    waiting.set(id, res);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  });
const init = (
  await ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'floor', version: '1' },
  })
).result;
child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');

const want = createHash('sha256')
  .update(a.key ?? 'bench-key')
  .digest();
const keyOk = (k) => typeof k === 'string' && timingSafeEqual(createHash('sha256').update(k).digest(), want);
const sessions = new Set();
function json(res, status, o, extra) {
  const b = JSON.stringify(o);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(b), ...extra });
  res.end(b);
}
const fail = (res, status, id, code, message) =>
  json(res, status, { jsonrpc: '2.0', id: id ?? null, error: { code, message } });

async function handle(req, res, body) {
  if (!keyOk(req.headers.apikey)) return fail(res, 401, null, -32001, 'Unauthorized');
  const sid = req.headers['mcp-session-id'];
  if (req.method === 'DELETE') {
    sessions.delete(sid);
    res.writeHead(200).end();
    return;
  }
  if (req.method !== 'POST') {
    res.writeHead(405).end();
    return;
  }
  const m = JSON.parse(body);
  if (m.method === 'initialize') {
    const id = randomUUID();
    sessions.add(id);
    return json(res, 200, { jsonrpc: '2.0', id: m.id, result: init }, { 'mcp-session-id': id });
  }
  if (!sessions.has(sid)) return fail(res, 404, m.id, -32001, 'Session not found');
  if (m.id === undefined) {
    res.writeHead(202).end();
    return;
  }
  if (m.method === 'tools/call') {
    const hit = scan(m.params?.arguments);
    if (hit) return fail(res, 200, m.id, -32003, `Blocked by guardrail ${hit}`);
  }
  const ans = await ask(m.method, m.params);
  if (m.method === 'tools/call')
    for (const c of ans.result?.content ?? [])
      if (typeof c.text === 'string') {
        const hit = scanText(c.text);
        if (hit) return fail(res, 200, m.id, -32003, `Blocked by guardrail ${hit}`);
      }
  json(res, 200, { jsonrpc: '2.0', id: m.id, result: ans.result, error: ans.error });
}
const server = http.createServer({ noDelay: true }, (req, res) => {
  const p = [];
  req.on('data', (d) => p.push(d));
  req.on('end', () =>
    handle(req, res, Buffer.concat(p).toString('utf8')).catch((e) => fail(res, 500, null, -32000, e.message)),
  );
});
server.keepAliveTimeout = 60000;
server.listen(+(a.port ?? 9325), '127.0.0.1');
process.on('SIGTERM', () => {
  child.kill();
  process.exit(0);
});
