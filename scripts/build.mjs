#!/usr/bin/env node
// `npm run build`: compiles into dist/ and writes dist/build-info.json {version, commit, builtAt} beside the code, so that a running
// gateway can say which build it is. Without git (a source archive, an image build) the commit comes from SOURCE_COMMIT, or is null.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const NEST = fileURLToPath(import.meta.resolve('@nestjs/cli/bin/nest.js'));
const COMMIT = /^[0-9a-f]{40}$/;
const GIT_TIMEOUT_MS = 10_000;

/** What git prints about this folder; null without git, or when this folder is not the top of a repository. */
function git(...args) {
  const { status, stdout } = spawnSync('git', ['-C', ROOT, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: GIT_TIMEOUT_MS,
  });
  return status === 0 ? stdout.trim() : null;
}

/** A source archive inside somebody else's repository must not carry that one's commit. */
function isOwnRepository() {
  const top = git('rev-parse', '--show-toplevel');
  return top !== null && realpathSync(top) === realpathSync(ROOT);
}

function commitOf(own) {
  const given = process.env.SOURCE_COMMIT;
  if (given !== undefined && given !== '') {
    if (!COMMIT.test(given))
      throw new Error('SOURCE_COMMIT must be the 40 hex digits of a commit. Set it so, or leave it out.');
    return given;
  }
  const commit = own ? git('rev-parse', 'HEAD') : null;
  if (commit === null) return null;
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}-dirty`;
}

/** Seconds since 1970 as reproducible-builds.org has them, else the time of the commit: never that of the clock. */
function builtAtOf(own) {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && given !== '' && !/^\d{1,11}$/.test(given)) {
    throw new Error('SOURCE_DATE_EPOCH must be whole seconds since 1970. Set it so, or leave it out.');
  }
  const seconds = given || (own ? git('log', '-1', '--format=%ct') : null);
  return seconds === null ? null : new Date(Number(seconds) * 1000).toISOString();
}

try {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const own = isOwnRepository();
  const info = { version, commit: commitOf(own), builtAt: builtAtOf(own) };
  const build = spawnSync(process.execPath, [NEST, 'build'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (build.status === 0) {
    await bundle(path.join(ROOT, 'dist'));
    // npm does this when it links the command; without it, the first build after that would take the right away again.
    chmodSync(path.join(ROOT, 'dist', 'cli', 'main.js'), 0o755);
    writeFileSync(path.join(ROOT, 'dist', 'build-info.json'), `${JSON.stringify(info)}\n`);
  }
  process.exitCode = build.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
