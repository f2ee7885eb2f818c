#!/usr/bin/env node
// Compares running endpoints side by side in interleaved rounds: any gateway against any other, with one line of figures each.
import { parseArgs } from './lib/common.mjs';
import { runLoad } from './lib/load.mjs';
import { parseHeaders } from './lib/options.mjs';
import { pinSelf } from './lib/processes.mjs';
import { detail } from './lib/report.mjs';
import { badTotal, measure, paired } from './lib/rounds.mjs';

const HELP = `node compare.mjs --target 'NAME URL [tool=T] [pid=N] [Header=value ...]' --target '...' [options]
  The first target is what the others are compared to.
  --scenario call|churn|list   default call
  --blob N                     call tool "blob" (or tool=T) for N characters instead of echo
  -c/--concurrency N           default 16
  --rounds N                   default 5      --duration S  default 1.5     --warmup-calls N  default 10000
Example
  node bench/compare.mjs --target 'direct http://127.0.0.1:9101/mcp' \\
    --target 'gateway http://127.0.0.1:8000/mcp tool=up__echo apikey=KEY pid=4711'`;

function targetFrom(text) {
  const [name, url, ...rest] = text.split(' ').filter((word) => word !== '');
  const pairs = new Map(rest.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
  const [tool, pid] = [pairs.get('tool'), pairs.get('pid')];
  pairs.delete('tool');
  pairs.delete('pid');
  const headers = parseHeaders([...pairs].map(([key, value]) => `${key}: ${value}`));
  return { name, url, headers, tool, pid: pid === undefined ? undefined : [Number(pid)] };
}

const a = parseArgs(
  process.argv.slice(2).map((word) => (word === '-c' ? '--concurrency' : word)),
  { repeat: ['target'] },
);
if (a.help || (a.target ?? []).length === 0) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}
pinSelf(0);
const concurrency = Number(a.concurrency ?? 16);
const variants = a.target.map(targetFrom).map(({ name, tool, ...target }) => ({
  name,
  load: {
    ...target,
    mode: a.scenario ?? 'call',
    concurrency,
    ...(a.blob ? { blobTool: tool ?? 'blob', bytes: Number(a.blob) } : { tool }),
  },
}));
const count = Number(a['warmup-calls'] ?? 10_000);
for (const { load } of variants) await runLoad({ ...load, count });
const results = await measure(variants, {
  rounds: Number(a.rounds ?? 5),
  duration: Number(a.duration ?? 1.5),
  warmup: 0.3,
  note: (line) => console.error(line),
});
console.log(detail({ name: `${a.scenario ?? 'call'}, ${concurrency} connections` }, results));
const [first, ...others] = variants.map((variant) => variant.name);
for (const name of others) {
  const ratio = paired(results, name, first, 'rps', (x, y) => x / y);
  console.log(`${name} / ${first}: ${ratio.toFixed(3)} × calls/s`);
}

process.exit(variants.some(({ name }) => badTotal(results, name) > 0) ? 1 : 0);
