#!/usr/bin/env node
// Three gateways behind HAProxy that are restarted all the time while calls go on: what is lost, done twice, or answered to another.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from './lib/common.mjs';
import { startCountingUpstream } from './lib/counting-upstream.mjs';
import { writeConfig } from './lib/gateway.mjs';
import { McpClient } from './lib/mcp-raw.mjs';
import { sleep } from './lib/processes.mjs';
import { hasHaproxy, Replicas } from './lib/replicas.mjs';

const HELP = `node bench/rolling.mjs [options]          (build first: npm run build)
  --calls N     calls during a rolling restart, as fast as sixteen clients are answered; default 100000
  --sigterm N   gateways ended by SIGTERM under 200 calls a second; default 1000
  --sigkill N   the same by SIGKILL; default 200
All times GATEWAY_SOAK_FRACTION if that is set. Passes when no call was refused or lost but those that a SIGKILL cut, none was done
twice, and every answer was that to its call. Needs HAProxy (Debian package haproxy). Calls are of the 2026 protocol, without sessions.`;

const REPLICAS = 3;
const RATE = 200;
const CLIENTS = 16;
/** A paced client waits for its call, and others go on meanwhile. */
const PACED_CLIENTS = 32;

const a = parseArgs(process.argv.slice(2));
const fraction = Number(process.env.GATEWAY_SOAK_FRACTION ?? 1);
const amount = (given, usual) => Math.ceil(Number(given ?? usual * fraction));
const wanted = {
  calls: amount(a.calls, 100_000),
  sigterm: amount(a.sigterm, 1000),
  sigkill: amount(a.sigkill, 200),
};
if (a.help || !Object.values(wanted).every((number) => number >= 0)) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}
if (!hasHaproxy()) {
  console.error('HAProxy is not installed (Debian package haproxy).');
  process.exit(1);
}

/** Calls until told to end. */
class Load {
  made = 0;
  failed = [];
  misrouted = 0;
  running = true;

  constructor(name, replicas, key) {
    this.name = name;
    this.replicas = replicas;
    this.key = key;
  }

  start(clients, rate) {
    const gapMs = rate === undefined ? 0 : (1000 * clients) / rate;
    this.workers = Array.from({ length: clients }, (_, index) => this.work(index, gapMs));
  }

  async work(index, gapMs) {
    const open = () => new McpClient(this.replicas.url, { headers: { apikey: this.key }, modern: true });
    let client = open();
    let next = performance.now() + Math.random() * gapMs;
    for (let n = 0; this.running; n++) {
      const wait = next - performance.now();
      if (wait > 0) await sleep(wait);
      next = Math.max(next + gapMs, performance.now() - gapMs);
      const message = `${this.name}-${index}-${n}`;
      this.made++;
      try {
        const { content } = await client.rpc('tools/call', { name: 'up__echo', arguments: { message } });
        if (content[0].text !== message) this.misrouted++;
      } catch (error) {
        this.failed.push(`${message}: ${error.message}`);
        client.close();
        client = open();
      }
    }
    client.close();
  }

  async end() {
    this.running = false;
    await Promise.all(this.workers);
  }
}

async function phase({ name, replicas, key, seen, signal, cycles, calls = 0, clients, rate }) {
  seen.clear();
  const load = new Load(name, replicas, key);
  const started = performance.now();
  load.start(clients, rate);
  let done = 0;
  while (done < cycles || load.made < calls) {
    await replicas.cycle(replicas.ports[done % REPLICAS], signal);
    done++;
  }
  await load.end();
  const seconds = (performance.now() - started) / 1000;
  const twice = [...seen.values()].filter((times) => times > 1).length;
  const mayFail = signal === 'SIGKILL';
  const passed =
    twice === 0 && load.misrouted === 0 && (mayFail || load.failed.length === 0) && replicas.faults.length === 0;
  const stop = mayFail ? '' : `, longest stop ${Math.round(replicas.longestStopMs)} ms`;
  console.log(
    `${passed ? 'PASS' : 'FAIL'}  ${name}: ${load.made} calls in ${seconds.toFixed(1)} s, ${done} × ${signal}: ` +
      `${load.failed.length} ${mayFail ? 'cut' : 'lost'}, ${twice} done twice, ${load.misrouted} misrouted${stop}`,
  );
  for (const line of [...load.failed.slice(0, mayFail ? 0 : 5), ...replicas.faults]) console.error(`  ${line}`);
  return passed;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-rolling-'));
const upstream = await startCountingUpstream();
const { file, key } = writeConfig(folder, { up: upstream.url });
const replicas = new Replicas(folder, file);
let passed = true;
try {
  await replicas.start(REPLICAS);
  const common = { replicas, key, seen: upstream.seen };
  const paced = { ...common, clients: PACED_CLIENTS, rate: RATE };
  const rolling = {
    ...common,
    name: 'rolling',
    signal: 'SIGTERM',
    cycles: REPLICAS,
    calls: wanted.calls,
    clients: CLIENTS,
  };
  if (wanted.calls > 0) passed = (await phase(rolling)) && passed;
  if (wanted.sigterm > 0) {
    passed = (await phase({ ...paced, name: 'terminated', signal: 'SIGTERM', cycles: wanted.sigterm })) && passed;
  }
  if (wanted.sigkill > 0) {
    passed = (await phase({ ...paced, name: 'killed', signal: 'SIGKILL', cycles: wanted.sigkill })) && passed;
  }
} catch (error) {
  passed = false;
  console.error(error.stack);
} finally {
  await replicas.stop();
  upstream.close();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(passed ? 0 : 1);
