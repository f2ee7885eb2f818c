#!/usr/bin/env node
// An MCP server with named faults, for testing what stands in front of it. Everything it does wrong is asked for with --mode.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { HTTP_ONLY, MODES } from './lib/faults.mjs';
import { FaultyServer } from './lib/faulty-server.mjs';
import { serveHttp, serveStdio } from './lib/faulty-transports.mjs';

const HELP = `Usage: node misbehaving.mjs [--mode NAME[,NAME...]] [--http [--port N]] [options]

An MCP server (protocol revisions 2024-11-05 to 2025-11-25) that does wrong what it is told to, and the rest right.
Tools in every mode: echo {message}, record_count, pids. The last two always answer honestly.

Modes (repeat --mode or separate by commas)
${[...MODES].map(([name, what]) => `  ${name.padEnd(20)}${what}`).join('\n')}

Options
  --on METHOD        where hang, die, rpc-error and the HTTP modes strike: tools/call (default), another method, or all
  --record FILE      append one JSON line {"name", "sha256"} per received tools/call before doing anything else
                     (sha256 of the arguments as JSON; record_count itself is not recorded)
  --delay-ms N|A-B   wait that long, or a random time between A and B, before a call is answered
  --bytes N          size for huge-result (default 52428800)
  --start-ms N       pause for slow-start (default 5000)
  --redirect-to URL  where redirect points (default /elsewhere)
  --name NAME        server name in the handshake (default misbehaving)
  --http             streamable HTTP on 127.0.0.1 instead of stdio; prints "listening URL" on stderr
  --port N           port for --http (default 0: the system chooses)
  --help             this text

Examples
  node examples/servers/misbehaving.mjs --mode hang
  node examples/servers/misbehaving.mjs --mode error-result,stderr-flood --record calls.jsonl
  node examples/servers/misbehaving.mjs --http --mode http-401 --on initialize
`;

const GRANDCHILD_LIFE_S = '600';

function modesFrom(values, http) {
  const modes = new Set(values.flatMap((value) => value.split(',')).filter((name) => name !== ''));
  for (const mode of modes) {
    if (!MODES.has(mode)) throw new Error(`There is no mode "${mode}".`);
    if (!http && HTTP_ONLY.has(mode)) throw new Error(`Mode "${mode}" needs --http.`);
  }
  return modes;
}

function delayFrom(value) {
  const match = /^(\d+)(?:-(\d+))?$/.exec(value);
  if (match === null) throw new Error('--delay-ms is a number or a range such as 0-50.');
  return [Number(match[1]), Number(match[2] ?? match[1])];
}

async function main(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      mode: { type: 'string', multiple: true, default: [] },
      on: { type: 'string', default: 'tools/call' },
      record: { type: 'string' },
      'delay-ms': { type: 'string', default: '0' },
      bytes: { type: 'string', default: '52428800' },
      'start-ms': { type: 'string', default: '5000' },
      'redirect-to': { type: 'string', default: '/elsewhere' },
      name: { type: 'string', default: 'misbehaving' },
      http: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const modes = modesFrom(values.mode, values.http);
  const delayMs = delayFrom(values['delay-ms']);
  if (modes.has('die-at-start')) {
    console.error('fatal: this server always dies at start');
    process.exit(1);
  }
  if (modes.has('slow-start')) await new Promise((resolve) => setTimeout(resolve, Number(values['start-ms'])));
  // It inherits stdout: a pipe that stays open after its owner died is part of the fault.
  const grandchild = modes.has('grandchild')
    ? spawn('sleep', [GRANDCHILD_LIFE_S], { stdio: ['ignore', 'inherit', 'inherit'] })
    : null;
  grandchild?.unref();
  const server = new FaultyServer({
    modes,
    delayMs,
    on: values.on,
    record: values.record,
    bytes: Number(values.bytes),
    redirectTo: values['redirect-to'],
    name: values.name,
    grandchild: grandchild?.pid ?? null,
  });
  if (values.http) serveHttp(server, modes, Number(values.port));
  else serveStdio(server, modes);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`${error.message}\nTry --help.`);
  process.exitCode = 2;
});
