// Reference "bare node proxy": node:http in, node:http keep-alive agent out, bodies piped, nothing looked at.
// This is the physical limit for an http.Server + http.request gateway in one Node process.
//   node refs/bare-proxy.mjs --port 9201 --target http://127.0.0.1:9101
import http from 'node:http';
import { parseArgs } from '../lib/common.mjs';

const a = parseArgs(process.argv.slice(2));
const t = new URL(a.target ?? 'http://127.0.0.1:9101');
const agent = new http.Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512, noDelay: true });
const server = http.createServer({ noDelay: true }, (req, res) => {
  const up = http.request(
    { host: t.hostname, port: t.port, method: req.method, path: req.url, headers: req.headers, agent },
    (r) => {
      res.writeHead(r.statusCode, r.headers);
      r.pipe(res);
    },
  );
  up.on('error', () => {
    if (!res.headersSent) res.writeHead(502);
    res.end();
  });
  req.pipe(up);
});
server.keepAliveTimeout = 60000;
server.listen(+(a.port ?? 9201), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
