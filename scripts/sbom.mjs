#!/usr/bin/env node
// `npm run sbom`: writes sbom.cdx.json, a CycloneDX list of everything that runs in production, and fails when something in it has a
// licence that does not fit Apache-2.0, or a script that wants to run at install time and was never looked at.
// node scripts/sbom.mjs [FOLDER] does the same for another folder with a package.json and a package-lock.json.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));
const OUTPUT = path.join(ROOT, 'sbom.cdx.json');
const NPM_TIMEOUT_MS = 60_000;

const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

/** Packages with a script at install time. Scripts are off (`ignore-scripts`), and nothing is missing without these. */
const NEEDLESS_SCRIPTS = new Map([
  ['@scarf/scarf', 'reports downloads of swagger-ui-dist to its authors'],
  ['protobufjs', 'warns about the version range with which it was asked for'],
]);

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Path in node_modules -> entry of the lock file, for everything that is installed in production. `devOptional` is what development
 * needs and a package would merely like to have beside it: an installation without our devDependencies does not have it.
 */
function productionEntries(lock) {
  return Object.entries(lock.packages).filter(([place, entry]) => place !== '' && !entry.dev && !entry.devOptional);
}

function nameOf(place) {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * npm's own list, of a copy of the lock file without what only development needs: with `--omit dev`, npm also leaves out whatever
 * development and production share, which is most of it.
 */
function generate(manifest, lock) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sbom-'));
  try {
    const packages = Object.fromEntries([['', lock.packages['']], ...productionEntries(lock)]);
    const withoutDev = (each) => ({ ...each, devDependencies: undefined });
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(withoutDev(manifest)));
    writeFileSync(
      path.join(folder, 'package-lock.json'),
      JSON.stringify({ ...lock, packages: { ...packages, '': withoutDev(packages['']) } }),
    );
    const text = execFileSync(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'],
      {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: NPM_TIMEOUT_MS,
        maxBuffer: 2 ** 26,
      },
    );
    const bom = JSON.parse(text);
    bom.metadata.component.name = manifest.name;
    return bom;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The licences as npm read them; packages of before 2014 have a list that npm does not read. */
function licencesOf(component, places) {
  const known = (component.licenses ?? []).map((each) => each.expression ?? each.license?.id ?? each.license?.name);
  if (known.length > 0) return known;
  for (const place of places) {
    try {
      const { licenses } = readJson(path.join(ROOT, place, 'package.json'));
      if (Array.isArray(licenses) && licenses.length > 0) return [licenses.map(({ type }) => type).join(' OR ')];
    } catch {
      // Not installed: reported as a package without a licence.
    }
  }
  return [];
}

/** An SPDX expression: each part of an AND, some part of an OR. One with both is for a person to read. */
function isAllowed(expression) {
  const parts = expression.replace(/[()]/g, '').split(/ (?:AND|OR) /);
  const allowed = parts.filter((part) => LICENCES.has(part.trim()));
  if (!expression.includes(' OR ')) return allowed.length === parts.length;
  return allowed.length > 0 && !expression.includes(' AND ');
}

const manifest = readJson(path.join(ROOT, 'package.json'));
const lock = readJson(path.join(ROOT, 'package-lock.json'));
const places = new Map();
for (const [place, entry] of productionEntries(lock)) {
  const id = `${nameOf(place)}@${entry.version}`;
  places.set(id, [...(places.get(id) ?? []), [place, entry]]);
}

const bom = generate(manifest, lock);
const problems = [];
const listed = new Set();
for (const component of bom.components) {
  const id = `${component.name}@${component.version}`;
  listed.add(id);
  const licences = licencesOf(
    component,
    (places.get(id) ?? []).map(([place]) => place),
  );
  if (licences.length === 0)
    problems.push(
      `${id} names no licence that can be read. Run npm ci if it is not installed; else look into the package.`,
    );
  for (const licence of licences.filter((each) => !isAllowed(each))) {
    problems.push(
      `${id} has the licence ${licence}, which is not in the list of ${path.basename(import.meta.filename)}.`,
    );
  }
  if (component.licenses === undefined) component.licenses = licences.map((expression) => ({ expression }));
}
for (const [id, entries] of places) {
  if (!listed.has(id)) problems.push(`${id} is in the lock file and not in npm's list.`);
  const [[place, { hasInstallScript }]] = entries;
  if (hasInstallScript === true && !NEEDLESS_SCRIPTS.has(nameOf(place))) {
    problems.push(
      `${id} has an install script. See what it does; if nothing is missing without it, add it to the list with the reason.`,
    );
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  writeFileSync(OUTPUT, `${JSON.stringify(bom, null, 2)}\n`);
  console.log(`${bom.components.length} components, all with a licence that fits: ${OUTPUT}`);
}
