#!/usr/bin/env node
// Closed-loop load generator for MCP Streamable HTTP servers and gateways. Prints one JSON object. See README.md.
import { parseArgs } from './lib/common.mjs';
import { runLoad } from './lib/load.mjs';
import { optionsFrom } from './lib/options.mjs';

const HELP = `node loadgen.mjs --url http://127.0.0.1:PORT/mcp [options]
  --mode call|list|churn|sizes|mixed   (default call)
  --header 'apikey: KEY'               repeatable
  --tool NAME                          tool to call (default echo)
  --args JSON                          arguments; "$MSG" is replaced by a unique message per call
  --message-bytes N                    length of that message (default 32)
  --match exact|contains|none          how the answer's text must relate to the message (default exact)
  --blob-tool NAME --bytes N           call a tool that returns N characters (checked against the known text)
  --sizes 1024,65536,1048576           sizes mode: one run per size with the blob tool
  --tools a_echo,b_echo                mixed mode: tools of N upstreams behind one URL, round robin
  --urls URL,URL                       mixed mode: N URLs, round robin
  -c/--concurrency N (default 1)  --duration S (default 5) | --count N  --warmup S (default 1)
  --shared-session                     all workers use one session (default: one session per worker)
  --new-conn                           churn: a new TCP connection for each session
  --era legacy|modern                  2025-era sessions (default) or protocol revision 2026-07-28
  --protocol V                         protocol version to offer in initialize (default 2025-06-18)
  --pid P[,P]  --tree [--tree-exclude REGEX]   processes whose CPU and memory to report`;

const a = parseArgs(
  process.argv.slice(2).map((x) => (x === '-c' ? '--concurrency' : x)),
  { repeat: ['header'] },
);
if (a.help || (!a.url && !a.urls)) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}
const o = optionsFrom(a);
if (o.mode === 'sizes') {
  const out = [];
  for (const n of (a.sizes ?? '1024,65536,1048576').split(',').map(Number))
    out.push({ bytes: n, ...(await runLoad({ ...o, mode: 'call', bytes: n })) });
  console.log(JSON.stringify(out, null, 2));
} else {
  const r = await runLoad(o);
  console.log(JSON.stringify(r, null, 2));
  if (r.mismatches || r.errors || !r.calls) process.exitCode = 1;
}
process.exit();
