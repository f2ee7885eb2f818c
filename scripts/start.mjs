// `npm start`: builds, then becomes the gateway in this same process. A shell stands between npm and this script and keeps npm's
// signals to itself, so the gateway also ends when its parent is gone.
// Arguments go on to the start command: npm start -- --port 9000.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const BUILD = path.join(ROOT, 'scripts', 'build.mjs');

const build = spawnSync(process.execPath, [BUILD], { cwd: ROOT, stdio: ['ignore', 2, 2] });
if (build.status !== 0) {
  console.error('The build failed; the gateway was not started. Run npm ci and try again.');
  process.exit(1);
}
const PARENT_POLL_MS = 500;
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, PARENT_POLL_MS).unref();

process.argv = [
  process.argv[0],
  path.join(ROOT, 'dist', 'cli', 'main.js'),
  'start',
  '--init',
  ...process.argv.slice(2),
];
await import('../dist/cli/main.js');
