#!/usr/bin/env node
// What a cached token costs: calls of the same server with and without `oauth_config`, in turn, in one gateway.
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, round } from './lib/common.mjs';
import { startUpstreams, writeConfig } from './lib/gateway.mjs';
import { runLoad } from './lib/load.mjs';
import { Processes, freePorts, pinSelf, waitReady } from './lib/processes.mjs';

const HELP = `node bench/oauth-overhead.mjs [options]          (npm run build first)
  --rounds N     pairs of runs; default 9
  --duration S   of one run; default 3
Passes when the median ratio of throughput, with a token by without, is 0.98 or more.`;

const MUST = 0.98;
const a = parseArgs(process.argv.slice(2));
if (a.help) {
  console.error(HELP);
  process.exit(0);
}
const rounds = Number(a.rounds ?? 9);
const duration = Number(a.duration ?? 3);

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'oauth-overhead-'));
const processes = new Processes(directory);
let tokens = 0;
const authorization = http.createServer((request, response) => {
  request.resume();
  tokens++;
  response.writeHead(200, { 'content-type': 'application/json' });
  // As long as JWTs of usual servers are.
  response.end(JSON.stringify({ access_token: 'x'.repeat(900), token_type: 'Bearer', expires_in: 3600 }));
});
try {
  pinSelf(0);
  await new Promise((resolve) => authorization.listen(0, '127.0.0.1', resolve));
  const urls = await startUpstreams(processes);
  const { file, key } = writeConfig(directory, { up: urls.up, up_token: urls.up });
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const { mcp_config: servers } of Object.values(config.mcp_configs)) {
    servers.find(({ server_name: name }) => name === 'up_token').oauth_config = {
      enabled: true,
      OAUTH_CLIENT_ID: 'gateway',
      OAUTH_CLIENT_SECRET: 'secret-of-the-benchmark',
      OAUTH_TOKEN_URL: `http://127.0.0.1:${authorization.address().port}/token`,
    };
  }
  fs.writeFileSync(file, JSON.stringify(config));
  const [port] = await freePorts(1);
  const cli = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
  const url = `http://127.0.0.1:${port}/mcp`;
  const headers = { apikey: key };
  processes.start({
    name: 'gateway',
    cmd: [process.execPath, cli, 'start', '--config', file, '--host', '127.0.0.1', '--port', String(port)],
    cpu: 1,
    env: { NODE_ENV: 'production' },
  });
  await waitReady({ url, headers, tool: 'up__echo' });
  const run = async (tool, seconds = duration) => {
    const result = await runLoad({ mode: 'call', url, headers, tool, concurrency: 64, duration: seconds, warmup: 0.3 });
    if (result.errors > 0 || result.mismatches > 0) throw new Error(`${tool}: ${JSON.stringify(result)}`);
    return result.rps;
  };
  for (const tool of ['up__echo', 'up_token__echo']) await run(tool, 4);
  const ratios = [];
  for (let n = 0; n < rounds; n++) {
    const order = n % 2 === 0 ? ['up__echo', 'up_token__echo'] : ['up_token__echo', 'up__echo'];
    const rates = {};
    for (const tool of order) rates[tool] = await run(tool);
    ratios.push(rates.up_token__echo / rates.up__echo);
    console.error(`round ${n + 1}: ${Math.round(rates.up__echo)} and ${Math.round(rates.up_token__echo)} calls/s`);
  }
  const median = ratios.toSorted((x, y) => x - y)[Math.floor(ratios.length / 2)];
  console.log(
    JSON.stringify({ median: round(median, 4), ratios: ratios.map((one) => round(one, 4)), tokens, must: MUST }),
  );
  if (!(median >= MUST)) process.exitCode = 1;
} finally {
  await processes.stopAll();
  authorization.close();
  fs.rmSync(directory, { recursive: true, force: true });
}
process.exit();
