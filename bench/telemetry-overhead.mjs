#!/usr/bin/env node
// What telemetry costs: calls through a gateway that exports traces of one call in ten, metrics and logs, and through one that does not,
// and one more that does not, in turn. How far the two without are apart is what the measurement itself adds.
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, round } from './lib/common.mjs';
import { startUpstreams, writeConfig } from './lib/gateway.mjs';
import { runLoad } from './lib/load.mjs';
import { Processes, freePorts, pinSelf, waitReady } from './lib/processes.mjs';

const HELP = `node bench/telemetry-overhead.mjs [options]          (npm run build first)
  --rounds N     of three runs; default 9
  --duration S   of one run; default 3
Passes when the median ratio of throughput, with telemetry by without, is 0.95 or more.`;

const MUST = 0.95;
const a = parseArgs(process.argv.slice(2));
if (a.help) {
  console.error(HELP);
  process.exit(0);
}
const rounds = Number(a.rounds ?? 9);
const duration = Number(a.duration ?? 3);

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'telemetry-overhead-'));
const processes = new Processes(directory);
let bytes = 0;
const collector = http.createServer((request, response) => {
  request.on('data', (part) => (bytes += part.length));
  request.on('end', () => response.end());
});
const cli = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');

async function startGateway(name, up, telemetry) {
  const home = path.join(directory, name);
  fs.mkdirSync(home);
  const { file, key } = writeConfig(home, { plain: up });
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  config.plugins = { ...config.plugins, telemetry: { config: telemetry } };
  fs.writeFileSync(file, JSON.stringify(config));
  const [port] = await freePorts(1);
  const at = { url: `http://127.0.0.1:${port}/mcp`, headers: { apikey: key }, tool: 'plain__echo' };
  processes.start({
    name,
    cmd: [process.execPath, cli, 'start', '--config', file, '--host', '127.0.0.1', '--port', String(port)],
    cpu: 1,
    env: { NODE_ENV: 'production' },
  });
  await waitReady(at);
  return at;
}

try {
  pinSelf(0);
  await new Promise((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const urls = await startUpstreams(processes);
  const url = `http://127.0.0.1:${collector.address().port}/otlp`;
  const gateways = [
    await startGateway('off', urls.up, { enabled: false }),
    await startGateway('off-too', urls.up, { enabled: false }),
    await startGateway('on', urls.up, { enabled: true, url, sample_ratio: 0.1 }),
  ];
  const run = async (at, seconds = duration) => {
    const result = await runLoad({ mode: 'call', ...at, concurrency: 64, duration: seconds, warmup: 0.3 });
    if (result.errors > 0 || result.mismatches > 0) throw new Error(JSON.stringify(result));
    return result.rps;
  };
  for (const at of gateways) await run(at, 4);
  const ratios = { telemetry: [], control: [] };
  for (let n = 0; n < rounds; n++) {
    const rates = [0, 0, 0];
    for (let i = 0; i < gateways.length; i++) {
      const which = (i + n) % gateways.length;
      rates[which] = await run(gateways[which]);
    }
    const [off, other, on] = rates;
    ratios.telemetry.push((2 * on) / (off + other));
    ratios.control.push(other / off);
    console.error(`round ${n + 1}: ${rates.map(Math.round).join(', ')} calls/s`);
  }
  const median = (list) => round(list.toSorted((x, y) => x - y)[Math.floor(list.length / 2)], 4);
  const [telemetry, control] = [median(ratios.telemetry), median(ratios.control)];
  console.log(JSON.stringify({ telemetry, control, bytes, must: MUST }));
  if (!(telemetry >= MUST)) process.exitCode = 1;
} finally {
  await processes.stopAll();
  collector.close();
  fs.rmSync(directory, { recursive: true, force: true });
}
process.exit();
