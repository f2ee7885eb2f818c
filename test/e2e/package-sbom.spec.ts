import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/gateway.js';

type Json = Record<string, unknown>;
interface LockEntry {
  readonly version: string;
  readonly license?: string | undefined;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}
interface Lock {
  readonly packages: Record<string, LockEntry>;
}
interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly licenses: readonly Json[];
  }[];
}

const LOCK = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');

/** A package that npm reads the licence of, and that is a dependency of ours. */
const SAMPLE = 'node_modules/commander';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sbom-spec-'));
  writeFileSync(join(folder, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  // Two old packages say their licence in a form that npm does not read.
  for (const name of ['busboy', 'streamsearch'])
    add((packages) => (packages[`node_modules/${name}`] = { ...entry(`node_modules/${name}`), license: 'MIT' }));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function entry(place: string): LockEntry {
  const found = (JSON.parse(LOCK) as Lock).packages[place];
  if (found === undefined) throw new Error(`${place} is not in the lock file`);
  return found;
}

function add(change: (packages: Record<string, LockEntry>) => void): void {
  const file = join(folder, 'package-lock.json');
  const lock = JSON.parse(existsSync(file) ? readFileSync(file, 'utf8') : LOCK) as Lock;
  change(lock.packages);
  writeFileSync(file, JSON.stringify(lock));
}

function run(): { status: number | null; stderr: string; bom: Bom | null } {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'sbom.mjs'), folder], {
    env: { PATH: process.env.PATH, HOME: folder },
    encoding: 'utf8',
    timeout: 60_000,
  });
  const file = join(folder, 'sbom.cdx.json');
  return { status, stderr, bom: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Bom) : null };
}

describe('the list of components', () => {
  it('has everything that is installed in production, nothing of development, and each licence', () => {
    const { status, stderr, bom } = run();
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('licence')]);
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'secure-mcp-gateway' } } });
    const listed = new Set(bom?.components.map(({ name, version }) => `${name}@${version}`));
    const { packages } = JSON.parse(LOCK) as Lock;
    const production = Object.entries(packages).filter(
      ([place, { dev, devOptional }]) => place !== '' && dev !== true && devOptional !== true,
    );
    expect(production.length).toBeGreaterThan(100);
    const ids = production.map(([place, { version }]) => `${place.split('node_modules/').at(-1) ?? ''}@${version}`);
    expect([...listed].sort()).toEqual([...new Set(ids)].sort());
    expect([...listed].filter((id) => /^(jest|eslint|typescript|@nestjs\/testing)@/.test(id))).toEqual([]);
    expect(bom?.components.filter(({ licenses }) => licenses.length === 0)).toEqual([]);
  });

  it.each(['GPL-3.0-only', '(MIT AND GPL-3.0-only)', '(MIT AND (GPL-3.0-only OR MIT))'])(
    'is refused with a package under %s, which is named',
    (license) => {
      add((packages) => (packages[SAMPLE] = { ...entry(SAMPLE), license }));
      const { status, stderr, bom } = run();
      expect([status, bom]).toEqual([1, null]);
      expect(stderr).toContain(`commander@${entry(SAMPLE).version} has the licence`);
    },
  );

  it.each(['(MIT OR GPL-3.0-only)', '(MIT AND ISC)'])('takes %s', (license) => {
    add((packages) => (packages[SAMPLE] = { ...entry(SAMPLE), license }));
    expect(run().status).toBe(0);
  });

  it.each([undefined, 'UNLICENSED', 'SEE LICENSE IN LICENSE.md'])(
    'is refused with a package whose licence is said to be %s',
    (license) => {
      add((packages) => (packages[SAMPLE] = { ...entry(SAMPLE), license }));
      expect(run()).toMatchObject({ status: 1, bom: null, stderr: expect.stringContaining('names no licence') });
    },
  );

  it('is refused with an install script that nobody has looked at, unless only development has it', () => {
    add((packages) => (packages['node_modules/jest'] = { ...entry('node_modules/jest'), hasInstallScript: true }));
    expect(run().status).toBe(0);
    add((packages) => (packages[SAMPLE] = { ...entry(SAMPLE), hasInstallScript: true }));
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toMatch(/commander@\S+ has an install script/);
  });
});
