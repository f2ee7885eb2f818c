#!/usr/bin/env node
// `npm run dev`: compiles on every change and restarts the gateway. Its config is a throw-away one under out/dev with the echo server in it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const config = path.join(root, 'out', 'dev', 'config.json');
const cli = path.join(root, 'dist', 'cli', 'main.js');
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
/** What tsc prints after each compilation without errors. */
const COMPILED = /Found 0 errors/;
const KILL_AFTER_MS = 5000;

let gateway;
let restarting = Promise.resolve();

/** The generator prints the keys once; they belong to the throw-away config and stay on this terminal. */
function ensureConfig() {
  if (existsSync(config)) return;
  mkdirSync(path.dirname(config), { recursive: true });
  spawnSync(process.execPath, [cli, 'generate-config', '--config', config], { cwd: root, stdio: 'inherit' });
}

function stopGateway() {
  const child = gateway;
  gateway = undefined;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function restart() {
  await stopGateway();
  ensureConfig();
  gateway = spawn(process.execPath, [cli, 'start', '--config', config, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
}

const compiler = spawn(
  process.execPath,
  [tsc, '--watch', '--preserveWatchOutput', '--outDir', 'dist', '-p', 'tsconfig.build.json'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
compiler.stdout.setEncoding('utf8');
compiler.stdout.on('data', (text) => {
  process.stdout.write(text);
  if (COMPILED.test(text)) restarting = restarting.then(restart);
});
compiler.on('exit', (code) => {
  void stopGateway().then(() => process.exit(code ?? 0));
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => compiler.kill('SIGTERM'));
