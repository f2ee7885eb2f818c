#!/usr/bin/env node
// `npm test`: builds, runs the unit and then the end-to-end tests, and closes with one line `N passed, N failed`.
// Arguments go on to jest: npm test -- test/unit/config, npm test -- -t 'reload'.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const BUILD = path.join(ROOT, 'scripts', 'build.mjs');
const JEST = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
/** Each end-to-end file runs several processes of its own and measures times. */
const PROJECTS = [
  { name: 'unit', workers: '50%' },
  { name: 'e2e', workers: '2' },
];
/** A run that hangs must fail rather than hold up whoever waits for it. */
const MAX_RUN_MS = 20 * 60_000;

/** Runs node with these arguments, its output on ours; resolves with the exit code, null when it was killed. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: MAX_RUN_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
}

/** One jest project; a file that could not run at all, or a crash of jest itself, counts as a failure. */
async function runProject({ name, workers }, outputFile, jestArgs) {
  const code = await run([
    '--experimental-vm-modules',
    '--no-warnings',
    JEST,
    '--selectProjects',
    name,
    `--maxWorkers=${workers}`,
    '--passWithNoTests',
    '--json',
    `--outputFile=${outputFile}`,
    ...jestArgs,
  ]);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    counts.passed = result.numPassedTests;
    counts.failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    counts.skipped = result.numPendingTests + result.numTodoTests;
  } catch {
    console.error(`The ${name} tests ended without a result (exit code ${code}).`);
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** As test/support/postgres.ts looks for it. */
function hasPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => path.join(debian, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...versions];
  return folders.some((folder) => existsSync(path.join(folder, 'initdb')));
}

async function main(jestArgs) {
  if ((await run([BUILD])) !== 0) {
    console.error('The build failed; no test was run.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const directory = mkdtempSync(path.join(os.tmpdir(), 'gateway-test-'));
  try {
    for (const project of PROJECTS) {
      const counts = await runProject(project, path.join(directory, `${project.name}.json`), jestArgs);
      for (const kind of Object.keys(total)) total[kind] += counts[kind];
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return total;
}

const { passed, failed, skipped } = await main(process.argv.slice(2));
const leftOut = process.env.GATEWAY_TEST_WITHOUT_POSTGRES === '1' ? 'GATEWAY_TEST_WITHOUT_POSTGRES=1 says so' : null;
const reason =
  leftOut ??
  (hasPostgres() || process.env.CI !== undefined ? null : 'initdb is not installed (Debian package postgresql)');
if (reason !== null) console.log(`Skipped: every test with PostgreSQL, because ${reason}.`);
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
if (process.env.CI === undefined && !browsers.some((file) => existsSync(file))) {
  console.log('Skipped: every test with a browser, because Chromium is not installed (Debian package chromium).');
}
const tools = ['.helm', '.schemas', '.kubeconform', '.models'].map((part) =>
  path.join(ROOT, 'out', 'kube-tools', part),
);
if (process.env.CI === undefined && !tools.every((file) => existsSync(file))) {
  console.log('Skipped: every test with helm, because it is not there (node scripts/kube-tools.mjs gets it).');
}
if (process.env.CI === undefined && !existsSync('/usr/sbin/haproxy')) {
  console.log('Skipped: the restarts behind HAProxy, because it is not installed (Debian package haproxy).');
}
if (process.env.CI === undefined && (process.getuid?.() !== 0 || !existsSync('/usr/bin/tini'))) {
  console.log('Skipped: the files of the image in a chroot, which needs root and tini (Debian package tini).');
}
if (process.env.GATEWAY_TEST_WITHOUT_REDIS === '1') {
  console.log('Skipped: every test with Redis, because GATEWAY_TEST_WITHOUT_REDIS=1 says so.');
}
if (passed + failed === 0) console.error('No test was run.');
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
