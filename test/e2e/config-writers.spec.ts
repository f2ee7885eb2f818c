import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfigFile } from '../../src/config/config-file.js';
import { buildConfig, ROOT } from '../support/gateway.js';

let folder: string;
let path: string;
let writers: Writer[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smg-writers-'));
  path = join(folder, 'config.json');
  const { json } = buildConfig({ projects: [{ servers: [] }] });
  writeFileSync(path, JSON.stringify(json), { mode: 0o600 });
  writers = [];
});
afterEach(async () => {
  await Promise.all(writers.map((writer) => writer.kill()));
  rmSync(folder, { recursive: true });
});

/** A process that adds users to the file, one after the other. */
class Writer {
  /** Users whose update has returned: from then on they must be in the file. */
  readonly written: string[] = [];
  readonly ended: Promise<number | null>;
  private stderr = '';
  private readonly child: ChildProcess;
  private readonly hung: Promise<void>;

  constructor(name: string, amount: number, hangAt = 0) {
    const script = join(ROOT, 'test', 'support', 'config-writer.mjs');
    const child = spawn(process.execPath, [script, path, name, String(amount), String(hangAt)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: folder },
    });
    this.child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    this.hung = new Promise((resolve) => {
      lines.on('line', (line) => {
        if (line === 'hanging') resolve();
        else this.written.push(line);
      });
    });
    const closed = once(lines, 'close');
    this.ended = once(child, 'exit').then(async ([code]) => {
      await closed;
      return code as number | null;
    });
    writers.push(this);
  }

  async finish(): Promise<void> {
    const code = await this.ended;
    if (code !== 0) throw new Error(`a writer failed: ${this.stderr}`);
  }

  /** Resolves while the writer stands in the middle of an update; fails when it ends instead. */
  async midway(): Promise<void> {
    await Promise.race([
      this.hung,
      this.ended.then(() => {
        throw new Error(`ended before it hung: ${this.stderr}`);
      }),
    ]);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

const usersInFile = (): string[] => {
  const { users } = JSON.parse(readFileSync(path, 'utf8')) as { users: Record<string, { email: string }> };
  return Object.keys(users);
};

const all = (name: string, amount: number): string[] =>
  Array.from({ length: amount }, (_, index) => `${name}-${String(index + 1)}`);

/** Names beside the config file and its backups. */
const leftovers = (): string[] =>
  readdirSync(folder).filter((name) => name !== 'config.json' && !name.startsWith('config.json.backup-'));

describe('several writers of one config file', () => {
  it('lose nothing, and readers never see a part of it', async () => {
    const [first] = usersInFile();
    const names = ['a', 'b', 'c', 'd'];
    const started = names.map((name) => new Writer(name, 12));
    const finished = Promise.all(started.map((writer) => writer.finish()));
    const state = { running: true };
    const stopped = finished.finally(() => (state.running = false));
    let reads = 0;
    while (state.running) {
      const done = started.flatMap((writer) => [...writer.written]);
      const seen = new Set(usersInFile());
      expect(done.filter((id) => !seen.has(id))).toEqual([]);
      const judged = await readConfigFile(path);
      expect(judged.ok ? [] : judged.problems).toEqual([]);
      reads += 1;
    }
    await stopped;
    expect(reads).toBeGreaterThan(20);
    expect(usersInFile().sort()).toEqual([first, ...names.flatMap((name) => all(name, 12))].sort());
    expect(leftovers()).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(11);
  }, 60_000);

  it('are not stopped by one that is killed in the middle, and the file stays whole', async () => {
    const victim = new Writer('victim', 9, 3);
    await victim.midway();
    expect(leftovers()).toHaveLength(2);
    const survivor = new Writer('survivor', 2);
    await victim.kill();
    expect(usersInFile()).toEqual(expect.arrayContaining(all('victim', 2)));
    await survivor.finish();
    expect(usersInFile()).toHaveLength(5);
    expect(usersInFile()).toEqual(expect.arrayContaining([...all('victim', 2), ...all('survivor', 2)]));
    expect(leftovers()).toEqual([]);
  }, 60_000);

  it('keep what every one of them was told is written, when all but one are killed at any moment', async () => {
    const victims = ['v', 'w', 'x'].map((name) => new Writer(name, 500));
    const killings = victims.map(async (victim, index) => {
      while (victim.written.length < 2 + index) await new Promise((resolve) => setImmediate(resolve));
      await victim.kill();
    });
    const survivor = new Writer('survivor', 5);
    await Promise.all([...killings, survivor.finish()]);
    await new Writer('last', 1).finish();
    const told = victims.flatMap(({ written }) => written);
    expect(told.length).toBeGreaterThanOrEqual(2 + 3 + 4);
    expect(usersInFile()).toEqual(expect.arrayContaining([...told, ...all('survivor', 5), 'last-1']));
    expect(leftovers()).toEqual([]);
  }, 90_000);
});
