#!/usr/bin/env node
// The benchmark behind `npm run bench`: the gateway against a bare Node proxy and the floor prototypes, in one interleaved run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { coldStarts } from './lib/cold-start.mjs';
import { median, parseArgs, round } from './lib/common.mjs';
import { NOT_THE_GATEWAY, startTarget, startUpstreams, targets, upstreamStats, writeConfig } from './lib/gateway.mjs';
import { hostileBodies } from './lib/hostile.mjs';
import { runLoad } from './lib/load.mjs';
import { sumMem, tree } from './lib/proc.mjs';
import { canPin, pinSelf, Processes, sleep } from './lib/processes.mjs';
import { detail, row, rowsOf, table } from './lib/report.mjs';
import { badTotal, bad, measure } from './lib/rounds.mjs';
import { ALL_SCENARIOS, SCENARIOS, SPECIAL, variantsOf } from './lib/scenarios.mjs';

const NAMES = [...[...SCENARIOS, ...ALL_SCENARIOS].map((scenario) => scenario.name), ...SPECIAL];

const HELP = `node bench/run.mjs [options]          (npm run bench builds first; npm run bench -- --quick)
  --quick            one short round of everything; only errors and wrong answers fail it
  --only a,b         of: ${NAMES.join(', ')}
  --rounds N         rounds per scenario (default 5)
  --duration S       seconds per round and target (default 1.5)
  --warmup-calls N   calls before the rounds (default 10000)
  --era modern       only the modern-c16 scenario
  --json FILE        write everything that was measured
  --gateway-cmd CMD  measure another command instead of dist/cli/main.js; $PORT, $CONFIG, $UP (upstream URL) and $KEY are replaced
  --plain-names      that command shows the upstream's tools under their own names
Exit code: 0, or 1 when a "must" is missed or any answer was wrong, or 2 for wrong usage.`;

/** Variants that are answered by the gateway: whatever goes wrong there counts. */
const OURS = ['gateway', 'one'];

const log = (line) => console.error(line);

function optionsFrom(argv) {
  const a = parseArgs(argv);
  const only = a.era === 'modern' ? ['modern-c16'] : typeof a.only === 'string' ? a.only.split(',') : NAMES;
  const unknown = only.filter((name) => !NAMES.includes(name));
  if (a.help || unknown.length > 0) {
    log(unknown.length > 0 ? `No scenario "${unknown.join('", "')}".\n${HELP}` : HELP);
    process.exit(a.help ? 0 : 2);
  }
  const quick = a.quick === true;
  return {
    quick,
    only: new Set(only),
    rounds: Number(a.rounds ?? (quick ? 1 : 5)),
    duration: Number(a.duration ?? (quick ? 0.4 : 1.5)),
    warmup: quick ? 0.1 : 0.4,
    warmCalls: Number(a['warmup-calls'] ?? (quick ? 500 : 10_000)),
    quietMs: quick ? 0 : 2000,
    json: a.json,
    gatewayCmd: a['gateway-cmd'],
    plainNames: a['plain-names'] === true,
  };
}

/** One run: owns the processes, collects rows for the table and everything measured for --json. */
class Run {
  rows = [];
  errors = 0;
  measured = {};
  running = {};

  constructor(options, directory) {
    this.options = options;
    this.processes = new Processes(directory);
    this.directory = directory;
  }

  async start() {
    this.urls = await startUpstreams(this.processes);
    this.config = writeConfig(this.directory, this.urls);
    const allConfig = writeConfig(this.directory, { up: this.urls.up }, true);
    this.makers = targets({ config: this.config, allConfig, urls: this.urls, ...this.options });
    const stdio = this.options.only.has('stdio-c64');
    for (const key of ['bare', 'floor', ...(stdio ? ['floorStdio'] : []), 'gateway']) {
      this.running[key] = await startTarget(this.processes, this.makers[key]);
      log(`${this.running[key].name} answered its first call`);
    }
  }

  /** Warm-up of all; the gateway's memory before and after it. */
  async warmUp() {
    await sleep(1500);
    const rss = () => sumMem(tree(this.running.gateway.pid, NOT_THE_GATEWAY)).rss_mb;
    const idle = rss();
    for (const { name, url, headers, tool, pid } of Object.values(this.running)) {
      const result = await runLoad({ url, headers, tool, pid: [pid], concurrency: 16, count: this.options.warmCalls });
      log(`${name}: warm after ${result.calls} calls, ${result.rss_mb} MB, ${result.errors} errors`);
      if (name === 'gateway') this.errors += bad(result);
    }
    const after = rss();
    this.measured.memory = { idle, after };
    if (!this.options.only.has('memory')) return;
    this.rows.push(row('memory: RSS idle', idle, { unit: 'MB', must: 130, aim: 110, atLeast: false }));
    const title = `memory: RSS after ${this.options.warmCalls} calls`;
    this.rows.push(row(title, after, { unit: 'MB', must: 200, aim: 150, atLeast: false }));
  }

  async scenario(scenario) {
    const variants = variantsOf(scenario, this.running, this.options.plainNames);
    const count = scenario.load.blobTool ? 200 : this.options.warmCalls / (scenario.load.mode === 'churn' ? 10 : 1);
    for (const variant of variants) {
      const result = await runLoad({ ...variant.load, count });
      if (OURS.includes(variant.name)) this.errors += bad(result);
    }
    const results = await measure(variants, { ...this.options, note: (line) => log(`  ${scenario.name} ${line}`) });
    for (const name of OURS) this.errors += badTotal(results, name);
    this.rows.push(...rowsOf(scenario, results));
    this.measured[scenario.name] = Object.fromEntries(results);
    log(detail(scenario, results));
  }

  /** Every detector on: what that costs in memory and throughput. Measured when the other gateway does nothing. */
  async allDetectors(scenarios) {
    this.running.gatewayAll = await startTarget(this.processes, this.makers.gatewayAll);
    log('gateway-all answered its first call');
    const { pid } = this.running.gatewayAll;
    const { url, headers, tool } = this.running.gatewayAll;
    const warm = { url, headers, tool, pid: [pid], concurrency: 16, count: this.options.warmCalls };
    this.errors += bad(await runLoad(warm));
    const more = sumMem(tree(pid, NOT_THE_GATEWAY)).rss_mb - this.measured.memory.after;
    this.measured.memory.allDetectors = more;
    const unit = 'MB more than without';
    this.rows.push(row('memory: all detectors', more, { unit, must: 60, aim: 40, atLeast: false }));
    for (const scenario of scenarios) await this.scenario(scenario);
    await this.processes.stop(this.running.gatewayAll.child);
  }

  async hostile() {
    const { callMs, refusals } = await hostileBodies(this.running.gateway, this.options.quick ? 100 : 1000);
    this.measured['hostile-bodies'] = { callMs, refusals };
    for (const { kind, cpuMs, wrong } of refusals) {
      this.errors += wrong;
      const unit = `× CPU of a call (${round(cpuMs, 3)} ms, a call ${round(callMs, 3)} ms, ${wrong} not 400)`;
      this.rows.push(row(`hostile-bodies: ${kind} refused`, cpuMs / callMs, { unit, atLeast: false }));
    }
  }

  /** Stops the gateway; no upstream session may be left behind. */
  async sessions() {
    const open = async () =>
      (await upstreamStats(this.urls.up_legacy)).sessions_open + (await upstreamStats(this.urls.up)).sessions_open;
    const before = await open();
    const clean = await this.processes.stop(this.running.gateway.child);
    let after = await open();
    for (let n = 0; n < 100 && after > 0; n++) {
      await sleep(50);
      after = await open();
    }
    this.measured.sessions = { before, after, clean };
    if (!this.options.only.has('sessions')) return;
    const unit = `open (${before} while the gateway ran${clean ? '' : '; it had to be killed'})`;
    this.rows.push(row('sessions: upstream sessions after the stop', after, { unit, must: 0, aim: 0, atLeast: false }));
  }

  async coldStart() {
    const { bare, gateway } = this.makers;
    const results = await coldStarts(this.processes, { bare, gateway }, this.options.quick ? 1 : 5);
    const ms = (key) => median(results.get(key).map((result) => result.readyMs));
    this.measured.start = Object.fromEntries(results);
    const unit = `× bare-node (${round(ms('gateway'), 0)} ms, ${round(ms('bare'), 0)} ms)`;
    const measured = ms('gateway') / ms('bare');
    this.rows.push(row('start: to the first answered call', measured, { unit, must: 12, aim: 8, atLeast: false }));
  }

  async all() {
    const { only } = this.options;
    await this.start();
    await this.warmUp();
    for (const scenario of SCENARIOS) if (only.has(scenario.name)) await this.scenario(scenario);
    const withAll = ALL_SCENARIOS.filter((scenario) => only.has(scenario.name));
    if (withAll.length > 0) await this.allDetectors(withAll);
    if (only.has('hostile-bodies')) await this.hostile();
    await this.sessions();
    if (only.has('start')) await this.coldStart();
    const unit = 'errors and wrong answers';
    this.rows.push(row('all of it', this.errors, { unit, must: 0, aim: 0, atLeast: false }));
    this.measured.auditLines = countLines(this.config.auditFile);
    if (this.options.gatewayCmd === undefined) {
      // A gateway that has quietly stopped auditing would be faster than it may be.
      const audit = { unit: 'lines', must: 1, aim: 1, atLeast: true };
      this.rows.push(row('audit log', this.measured.auditLines, audit));
    }
  }
}

function countLines(file) {
  return fs.existsSync(file) ? fs.readFileSync(file).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0) : 0;
}

const options = optionsFrom(process.argv.slice(2));
if (!canPin) log('Processes cannot be pinned to CPU 0 and 1 here: the ratios say little.');
pinSelf(0);
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-bench-'));
const run = new Run(options, directory);
// Also after Ctrl-C: nothing of a run stays behind.
process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
let failed = true;
try {
  await run.all();
  const setting = `${options.rounds} rounds of ${options.duration} s, Node ${process.version}`;
  console.log(`${setting}, ${run.measured.auditLines} audit lines\n\n${table(run.rows)}`);
  if (options.json) fs.writeFileSync(options.json, JSON.stringify({ rows: run.rows, measured: run.measured }, null, 1));
  failed = options.quick ? run.errors > 0 : run.rows.some((entry) => !entry.passed);
} catch (error) {
  log(error.stack);
} finally {
  await run.processes.stopAll();
}
process.exit(failed ? 1 : 0);
