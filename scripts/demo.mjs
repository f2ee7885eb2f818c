#!/usr/bin/env node
// `npm run demo`: plays the scenes of scripts/demo/scenes.mjs with a real client, a real gateway and the servers of examples/servers.
// The result is on stdout, as a table or as JSON; what went wrong is on stderr.
import { writeFileSync } from 'node:fs';
import { castToSvg } from './demo/cast-to-svg.mjs';
import { withoutColours } from './demo/colours.mjs';
import { DemoGateway } from './demo/gateway.mjs';
import { HELP, optionsFrom, UsageError } from './demo/options.mjs';
import { Recording } from './demo/recording.mjs';
import { playScene, SCENES } from './demo/scenes.mjs';
import { headline, sceneLines, verdictLine } from './demo/table.mjs';

const TITLE = 'Secure MCP Gateway: npm run demo';
const MIN_COLUMNS = 60;
const MAX_COLUMNS = 100;
const SIGNALS = new Map([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
]);

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Where the table goes: the terminal, or nowhere; and into the recording, whose width is always the same. */
function screenFor({ json, record }) {
  const { isTTY, columns } = process.stdout;
  const width = isTTY && columns > 0 ? Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS) : MAX_COLUMNS;
  // https://no-color.org: any value but the empty one.
  const colours = isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const recording = record && new Recording(MAX_COLUMNS, TITLE);
  return {
    recording,
    /** @param linesFor makes the lines for a number of columns */
    show(linesFor) {
      recording?.add(linesFor(MAX_COLUMNS));
      if (json) return;
      const text = linesFor(width).join('\n');
      process.stdout.write(`${colours ? text : withoutColours(text)}\n`);
    },
  };
}

/** The SDK's client is a development dependency: there is none after an install without those. */
async function clientClass() {
  try {
    return (await import('./demo/client.mjs')).DemoClient;
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('The MCP client of the demo is not installed: run "npm ci", with development dependencies.', {
      cause: error,
    });
  }
}

/**
 * Plays every scene, whatever became of those before it.
 * @throws what `signal` was aborted with
 */
async function play(gateway, screen, signal) {
  const started = performance.now();
  const DemoClient = await clientClass();
  await gateway.start();
  const clients = [];
  const connect = async (key) => {
    const client = await DemoClient.connect(gateway.url, key);
    clients.push(client);
    return client;
  };
  const stage = { gateway, connect, client: await connect(gateway.key), calls: 0 };
  const ready = `ready after ${seconds(performance.now() - started)}`;
  screen.show(() => [headline(`One client, one gateway, four MCP servers, all of them real; ${ready}`)]);
  const scenes = [];
  for (const scene of SCENES) {
    scenes.push(await playScene(scene, stage));
    signal.throwIfAborted();
    screen.show((columns) => sceneLines(scenes.at(-1), scenes.length, columns));
  }
  await Promise.all(clients.map((client) => client.close()));
  return scenes;
}

function save({ cast, svg }, recording) {
  const text = recording.toCast();
  writeFileSync(cast, text);
  writeFileSync(svg, castToSvg(text));
  console.error(`Recorded ${cast} and ${svg}`);
}

async function run(options, gateway, signal) {
  const started = performance.now();
  const screen = screenFor(options);
  const scenes = await play(gateway, screen, signal);
  await gateway.stop();
  const duration_ms = Math.round(performance.now() - started);
  const failed = scenes.filter(({ ok }) => !ok);
  const told = `${scenes.length - failed.length} of ${scenes.length} scenes went as told`;
  const ending = `${told} in ${seconds(duration_ms)}; gateway, servers and their files are gone`;
  screen.show(() => [verdictLine(failed.length === 0, ending)]);
  if (options.json) console.log(JSON.stringify({ ok: failed.length === 0, duration_ms, scenes }, null, 2));
  for (const { title, reason } of failed) console.error(`"${title}" failed: ${reason}`);
  if (options.record !== undefined && failed.length === 0) save(options.record, screen.recording);
  else if (options.record !== undefined) console.error('Nothing was recorded, because the demo failed.');
  return failed.length === 0 ? 0 : 1;
}

/**
 * Ends everything when the terminal does, or on Ctrl-C; a second Ctrl-C does not wait.
 * @returns a signal that is aborted then
 */
function endOnSignals(gateway) {
  const interruption = new AbortController();
  for (const [signal, code] of SIGNALS) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(code);
      interruption.abort(new Error(`interrupted by ${signal}`));
      gateway.stop().finally(() => process.exit(code));
    });
  }
  process.on('exit', () => gateway.abandon());
  // A reader that has gone (`npm run demo | head`) is no reason to leave a gateway behind.
  process.stdout.on('error', () => undefined);
  return interruption.signal;
}

async function main(argv) {
  const options = optionsFrom(argv);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const gateway = new DemoGateway(options.broken);
  const signal = endOnSignals(gateway);
  try {
    return await run(options, gateway, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (options.json) console.log(JSON.stringify({ ok: false, error: error.message }, null, 2));
    throw error;
  } finally {
    await gateway.stop();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\nTry --help.` : `The demo failed: ${error.message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
