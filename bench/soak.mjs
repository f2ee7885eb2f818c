#!/usr/bin/env node
// The endurance test behind `npm run soak`: a million calls in one process, memory at every checkpoint, nothing lost.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median, parseArgs, round } from './lib/common.mjs';
import { NOT_THE_GATEWAY, startTarget, startUpstreams, targets, writeConfig } from './lib/gateway.mjs';
import { runLoad } from './lib/load.mjs';
import { sumMem, tree } from './lib/proc.mjs';
import { pinSelf, Processes } from './lib/processes.mjs';
import { bad } from './lib/rounds.mjs';

const HELP = `node bench/soak.mjs [options]          (npm run soak builds first)
  --calls N         default 1000000, times GATEWAY_SOAK_FRACTION if that is set (0.02 for a short run)
  --checkpoint N    calls between two readings of memory; default a tenth of the calls
  --concurrency N   default 16
  --gateway-cmd CMD, --plain-names   as in bench/run.mjs
Without --calls, bench/key-timing.mjs, bench/crash.mjs, bench/keys.mjs, bench/rolling.mjs and the tests that have full figures (wrong keys) run first.
30,000 calls of warm-up come before. Memory is the median over each tenth of the run. Passes when that of the last tenth is at most
1.1 times that of the first, and no answer was wrong or missing.`;

const MAX_GROWTH = 1.1;
/** Before the count starts: the first ten thousands of calls are when the engine compiles and sizes its heap. */
const WARM_UP_CALLS = 30_000;

const a = parseArgs(process.argv.slice(2));
const fraction = Number(process.env.GATEWAY_SOAK_FRACTION ?? 1);
const calls = Math.round(Number(a.calls ?? 1_000_000) * fraction);
const checkpoint = a.checkpoint === undefined ? Math.ceil(calls / 10) : Math.round(Number(a.checkpoint) * fraction);
if (a.help || !(checkpoint > 0 && calls > checkpoint)) {
  console.error(a.help ? HELP : `--calls must be more than --checkpoint, both positive.\n${HELP}`);
  process.exit(a.help ? 0 : 2);
}

const SAMPLE_MS = 20;

/** Runs one interval of load; the median of the resident memory during it, because every single reading depends on the last collection. */
async function interval(load, pid) {
  const samples = [];
  const sampler = setInterval(() => samples.push(sumMem(tree(pid, NOT_THE_GATEWAY)).rss_mb), SAMPLE_MS);
  try {
    return { result: await runLoad(load), rssMb: median(samples) };
  } finally {
    clearInterval(sampler);
  }
}

async function soak(processes, directory) {
  const urls = await startUpstreams(processes);
  const config = writeConfig(directory, urls);
  const makers = targets({ config, urls, gatewayCmd: a['gateway-cmd'], plainNames: a['plain-names'] === true });
  const gateway = await startTarget(processes, makers.gateway);
  const { url, headers, tool, pid } = gateway;
  const load = { url, headers, tool, pid: [pid], concurrency: Number(a.concurrency ?? 16) };
  let done = 0;
  let wrong = bad(await runLoad({ ...load, count: WARM_UP_CALLS }));
  let first;
  let last;
  while (done < calls) {
    const count = Math.min(checkpoint, calls - done);
    const { result, rssMb } = await interval({ ...load, count }, pid);
    done += count;
    wrong += bad(result) + (count - result.calls - result.errors);
    last = rssMb;
    first ??= last;
    console.error(
      `${done} calls: ${round(last, 1)} MB (${round(last / first, 3)} × first checkpoint), ${result.rps}/s, ` +
        `p99 ${result.p99_ms} ms, ${wrong} errors`,
    );
    if (wrong > 0) break;
  }
  return { done, wrong, growth: last / first, first, last };
}

/** Kills of writers, and keys in a database: runs of their own, before this one; not when a number of calls is asked for. */
function others() {
  const root = path.resolve(import.meta.dirname, '..');
  const bench = (script, ...flags) => [...flags, path.join(import.meta.dirname, script)];
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
  ];
  const runs = [
    bench('key-timing.mjs'),
    [...jest, '--selectProjects=e2e', '--testPathPatterns', 'e2e/wrong-keys'],
    bench('crash.mjs'),
    bench('keys.mjs', '--expose-gc'),
    bench('rolling.mjs'),
  ];
  const env = { ...process.env, GATEWAY_SOAK_FRACTION: String(fraction) };
  return runs.every((args) => spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status === 0);
}

if (a.calls === undefined && !others()) process.exit(1);
pinSelf(0);
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-soak-'));
const processes = new Processes(directory);
// Also after Ctrl-C: nothing of a run stays behind.
process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
let passed = false;
try {
  const { done, wrong, growth, first, last } = await soak(processes, directory);
  passed = wrong === 0 && growth <= MAX_GROWTH;
  const memory = `${round(first, 1)} MB -> ${round(last, 1)} MB, × ${round(growth, 3)} (at most ${MAX_GROWTH})`;
  console.log(`${passed ? 'PASS' : 'FAIL'}  ${done} calls, ${wrong} errors, memory ${memory}`);
} catch (error) {
  console.error(error.stack);
} finally {
  await processes.stopAll();
}
process.exit(passed ? 0 : 1);
