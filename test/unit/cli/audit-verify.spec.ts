import { createHash, generateKeyPairSync } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainSealer } from '../../../src/telemetry/chain/chain-sealer.js';
import { runCli } from '../../../src/cli/program.js';
import { verify, writeCalls } from '../../support/audit-writer.js';

const ids = (count: number): number[] => [...Array(count).keys()];

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  path = join(folder, 'audit.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function lines(): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
}
const put = (text: readonly string[]): Promise<void> => writeFile(path, text.map((line) => `${line}\n`).join(''));

describe('audit verify', () => {
  it('finds a log intact that several lives of a gateway wrote, and prints its head', async () => {
    for (let life = 0; life < 3; life++) await writeCalls({ path, checkpointLines: 10 }, ids(20));
    const found = await verify(path);
    expect(found).toMatchObject({ code: 0, intact: true, faults: [], key_given: false });
    expect(found.chains).toHaveLength(1);
    const all = await lines();
    const digest = createHash('sha256').update(all.at(-1)!).digest('hex');
    expect(found.chains[0]).toMatchObject({ lines: all.length, first: 1, signed_up_to: all.length });
    expect(found.chains[0]!.head.split(':').slice(1)).toEqual([String(all.length), digest]);
  });

  it.each<[string, (all: string[]) => string[], string, number]>([
    ['changed', (all) => all.with(7, all[7]!.replace('"allowed"', '"refused"')), 'changed', 8],
    [
      'changed in its reference',
      (all) =>
        all.with(7, all[7]!.replace(/"prev":"./, '"prev":"x'.replace('x', all[7]!.includes('"prev":"0') ? '1' : '0'))),
      'changed',
      8,
    ],
    ['given another number', (all) => all.with(7, all[7]!.replace('"seq":8', '"seq":9')), 'changed', 8],
    ['missing', (all) => all.toSpliced(7, 1), 'missing', 8],
    ['swapped', (all) => all.with(7, all[8]!).with(8, all[7]!), 'moved', 8],
    ['there twice', (all) => all.toSpliced(8, 0, all[7]!), 'repeated', 8],
  ])('names the line that is %s', async (_, change, kind, seq) => {
    await writeCalls({ path }, ids(20));
    await put(change(await lines()));
    const { code, faults } = await verify(path);
    expect(code).toBe(1);
    expect(faults[0]).toMatchObject({ kind, seq });
  });

  it('finds a line that nobody gave a place, and one that ends in the middle', async () => {
    await writeCalls({ path }, ids(5));
    await put((await lines()).toSpliced(3, 0, '{"time":"2026-11-23T00:00:00.000Z","event":"call"}'));
    expect((await verify(path)).faults).toMatchObject([{ kind: 'foreign', place: { line: 4 } }]);
    await appendFile(path, '{"time":"2026');
    expect((await verify(path)).faults.map(({ kind }) => kind).sort()).toEqual(['foreign', 'torn']);
  });

  it('finds the end cut off: by the head kept elsewhere, by the state beside the log, and by the age of the last checkpoint', async () => {
    await writeCalls({ path }, ids(20));
    const [chain] = (await verify(path)).chains;
    await put((await lines()).slice(0, 10));
    expect((await verify(path)).faults).toMatchObject([{ kind: 'cut', seq: 22 }]);
    await rm(`${path}.chains`, { recursive: true });
    expect(await verify(path)).toMatchObject({ code: 0 });
    expect((await verify(path, '--head', chain!.head)).faults).toMatchObject([{ kind: 'cut', seq: 22 }]);
    await put((await lines()).map((line) => line.replaceAll(/20\d\d-/g, '2001-')));
    expect((await verify(path, '--max-age', '3600')).faults.map(({ kind }) => kind)).toContain('stale');
  });

  it('is not deceived by a chain that was made anew: with another key, or with none', async () => {
    await writeCalls({ path }, ids(5));
    const key = (await verify(path)).keys[0]!;
    const copy = join(folder, 'other', 'audit.jsonl');
    await writeCalls({ path: copy }, ids(5));
    expect((await verify(copy, '--key', key)).faults).toMatchObject([{ kind: 'wrong_key' }]);
    const sealer = new ChainSealer({ chain: 'ab'.repeat(8), seq: 0, digest: '0'.repeat(64) });
    sealer.seal(Buffer.from('{"time":"2026-11-23T00:00:00.000Z","event":"call"}\n'));
    await appendFile(path, sealer.take());
    expect((await verify(path)).faults).toMatchObject([{ kind: 'unsigned' }]);
  });

  it('finds a checkpoint that was signed for other lines', async () => {
    await writeCalls({ path }, ids(5));
    const all = await lines();
    // The lines are changed and linked anew, as an intruder without the key would; the old signatures are kept.
    const first = JSON.parse(all[0]!) as { chain: string };
    const sealer = new ChainSealer({ chain: first.chain, seq: 0, digest: '0'.repeat(64) });
    for (const line of all) {
      const bare = line.replace(/,"chain":.*$/, '}').replace('"allowed"', '"refused"');
      sealer.seal(Buffer.from(`${bare}\n`));
    }
    await writeFile(path, sealer.take());
    await rm(`${path}.chains`, { recursive: true });
    const { faults } = await verify(path);
    expect(faults.map(({ kind }) => kind)).toEqual(['forged_checkpoint']);
  });

  it('accepts a new key that the old one introduced, and no other', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, '{}', { mode: 0o600 });
    await writeCalls({ path }, ids(5));
    const old = (await verify(path)).keys[0]!;
    const quiet = { stdout: () => undefined, stderr: () => undefined };
    expect(await runCli(['audit', 'key', '--rotate', '--config', config], quiet)).toBe(0);
    await writeCalls({ path }, ids(5));
    const after = await verify(path, '--key', old);
    expect(after).toMatchObject({ code: 0, faults: [] });
    expect(after.keys).toHaveLength(2);
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(`${path}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeCalls({ path }, ids(5));
    expect((await verify(path, '--key', old)).faults).toMatchObject([{ kind: 'wrong_key' }]);
  });

  it('counts lines from before the log was chained, and does not vouch for them', async () => {
    await writeFile(path, '{"time":"2026-01-01T00:00:00.000Z","event":"call"}\n', { mode: 0o600 });
    await writeCalls({ path }, ids(5));
    expect(await verify(path)).toMatchObject({ code: 0, unprotected_lines: 1 });
  });
});

/** A small generator with a seed, so that a failure can be repeated (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('any single change of a log of two writers', () => {
  const MUTATIONS: Readonly<Record<string, (bytes: Buffer, random: (below: number) => number) => Buffer>> = {
    'of a byte': (bytes, random) => {
      const changed = Buffer.from(bytes);
      const at = random(bytes.length);
      changed[at] = (bytes[at]! + 1 + random(255)) % 256;
      return changed;
    },
    'that takes bytes away': (bytes, random) => {
      const from = random(bytes.length);
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random(2_000))]);
    },
    'that cuts the end off': (bytes, random) => bytes.subarray(0, random(bytes.length)),
    'that swaps two lines of one writer': (bytes, random) => {
      const all = bytes.toString('latin1').split('\n').slice(0, -1);
      const chain = /"chain":"(\w+)"/.exec(all[random(all.length)]!)![1]!;
      const own = [...all.keys()].filter((index) => all[index]!.includes(chain));
      const one = random(own.length);
      const other = (one + 1 + random(own.length - 1)) % own.length;
      [all[own[one]!], all[own[other]!]] = [all[own[other]!]!, all[own[one]!]!];
      return Buffer.from(all.map((line) => `${line}\n`).join(''), 'latin1');
    },
    'that repeats a line': (bytes, random) => {
      const all = bytes.toString('latin1').split('\n').slice(0, -1);
      all.splice(random(all.length + 1), 0, all[random(all.length)]!);
      return Buffer.from(all.map((line) => `${line}\n`).join(''), 'latin1');
    },
  };

  it.each(Object.keys(MUTATIONS))(
    'is found: %s',
    async (name) => {
      await Promise.all([
        writeCalls({ path, checkpointLines: 7 }, ids(30), 3),
        writeCalls({ path, checkpointLines: 7 }, ids(30), 4),
      ]);
      const original = await readFile(path);
      expect((await verify(path)).chains).toHaveLength(2);
      const victim = join(folder, 'victim.jsonl');
      await cp(`${path}.chains`, `${victim}.chains`, { recursive: true });
      await cp(`${path}.key`, `${victim}.key`);
      const random = randomOf(20261123);
      for (let round = 0; round < 80; round++) {
        const changed = MUTATIONS[name]!(original, random);
        await writeFile(victim, changed);
        const { code } = await verify(victim);
        expect({ round, code }).toEqual({ round, code: 1 });
      }
    },
    120_000,
  );
});
