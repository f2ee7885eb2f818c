// Some registries omit optional packages built for other platforms, and npm then leaves them out of the lock file, which
// `npm ci` refuses. This adds the missing optional entries (version, os, cpu) so that one lock file installs everywhere.
// Run it after every `npm install`: node scripts/fix-lockfile.mjs
import fs from 'node:fs';

const file = 'package-lock.json';
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const packages = lock.packages;

function platformOf(name) {
  const found =
    /(darwin|win32|freebsd|openharmony|android|linux)-(arm64|x64|ia32|arm|ppc64|s390x|riscv64|loong64)?/.exec(name);
  return found ? { os: [found[1]], cpu: [found[2] ?? 'x64'] } : {};
}

let added = 0;
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const hoisted = `node_modules/${name}`;
    if (packages[hoisted] || packages[`${path}/node_modules/${name}`]) continue;
    packages[hoisted] = {
      version: range.replace(/^[\^~]/, ''),
      ...platformOf(name),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stderr.write(`${added} optional entries added\n`);
