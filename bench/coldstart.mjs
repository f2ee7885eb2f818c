#!/usr/bin/env node
// Cold start of any gateway command: spawn, listening, first answered tool call.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { coldStarts } from './lib/cold-start.mjs';
import { median, parseArgs, round } from './lib/common.mjs';
import { parseHeaders } from './lib/options.mjs';
import { Processes, sleep } from './lib/processes.mjs';

const HELP = `node coldstart.mjs --cmd 'node dist/cli/main.js start ...' --url http://127.0.0.1:PORT/mcp [options]
  --header 'apikey: KEY'   repeatable
  --tool NAME --args JSON  the first call (default echo; "$MSG" is replaced)
  --upstream CMD           started before, for example 'node bench/upstream-http.mjs --port 9101'
  --runs N                 default 5`;

const a = parseArgs(process.argv.slice(2), { repeat: ['header'] });
if (a.help || !a.cmd || !a.url) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'coldstart-'));
const processes = new Processes(directory);
if (a.upstream) {
  processes.start({ name: 'upstream', cmd: a.upstream.split(' ') });
  await sleep(700);
}
const target = {
  name: 'target',
  cmd: a.cmd.split(' '),
  url: a.url,
  headers: parseHeaders(a.header),
  tool: a.tool,
  args: a.args,
};
const results = (await coldStarts(processes, { target: async () => target }, Number(a.runs ?? 5))).get('target');
const mid = (field, digits) => round(median(results.map((result) => result[field])), digits);
console.log(
  JSON.stringify({
    listening_ms: mid('listeningMs', 0),
    first_call_ms: mid('readyMs', 0),
    cpu_s: mid('cpuS', 2),
    runs: results.length,
  }),
);
await processes.stopAll();
fs.rmSync(directory, { recursive: true });
process.exit();
