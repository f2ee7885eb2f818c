#!/usr/bin/env node
// What a cached token costs: calls of the same server with `oauth_config`, and twice without, in turn, in one gateway. How far the two
// without are apart is what the measurement itself adds. `header`: a header as long as the token in the config, which is what the bytes cost.
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
  const { file, key } = writeConfig(directory, { plain: urls.up, other: urls.up, header: urls.up, token: urls.up });
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  const bearer = 'x'.repeat(900);
  for (const { mcp_config: servers } of Object.values(config.mcp_configs)) {
    const named = (wanted) => servers.find(({ server_name: name }) => name === wanted);
    named('header').config.headers = { authorization: `Bearer ${bearer}` };
    named('token').oauth_config = {
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
  const gateway = processes.start({
    name: 'gateway',
    cmd: [process.execPath, cli, 'start', '--config', file, '--host', '127.0.0.1', '--port', String(port)],
    cpu: 1,
    env: { NODE_ENV: 'production' },
  });
  await waitReady({ url, headers, tool: 'plain__echo' });
  const run = async (tool, seconds = duration) => {
    const result = await runLoad({
      mode: 'call',
      url,
      pid: gateway.pid,
      headers,
      tool,
      concurrency: 64,
      duration: seconds,
      warmup: 0.3,
    });
    if (result.errors > 0 || result.mismatches > 0) throw new Error(`${tool}: ${JSON.stringify(result)}`);
    return { rps: result.rps, cpu: result.cpu_s_per_1000 };
  };
  const tools = ['plain__echo', 'other__echo', 'header__echo', 'token__echo'];
  for (const tool of tools) await run(tool, 4);
  const ratios = { token: [], header: [], control: [], cpu: [], cpuOfHeader: [] };
  for (let n = 0; n < rounds; n++) {
    const runs = {};
    for (let i = 0; i < tools.length; i++) {
      const tool = tools[(i + n) % tools.length];
      runs[tool] = await run(tool);
    }
    const [plain, other, header, token] = tools.map((tool) => runs[tool]);
    ratios.token.push((2 * token.rps) / (plain.rps + other.rps));
    ratios.header.push((2 * header.rps) / (plain.rps + other.rps));
    ratios.control.push(other.rps / plain.rps);
    ratios.cpu.push((2 * token.cpu) / (plain.cpu + other.cpu));
    ratios.cpuOfHeader.push((2 * header.cpu) / (plain.cpu + other.cpu));
    console.error(
      `round ${n + 1}: ${[plain, other, header, token].map(({ rps }) => Math.round(rps)).join(', ')} calls/s`,
    );
  }
  const median = (list) => round(list.toSorted((x, y) => x - y)[Math.floor(list.length / 2)], 4);
  const medians = Object.fromEntries(Object.entries(ratios).map(([name, list]) => [name, median(list)]));
  console.log(JSON.stringify({ ...medians, tokens, must: MUST }));
  if (!(medians.token >= MUST)) process.exitCode = 1;
} finally {
  await processes.stopAll();
  authorization.close();
  fs.rmSync(directory, { recursive: true, force: true });
}
process.exit();
