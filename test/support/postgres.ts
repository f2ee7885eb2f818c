import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';
import pg from 'pg';
import { eventually } from './gateway.js';
import { freePort } from './redis.js';

const SKIP_VARIABLE = 'GATEWAY_TEST_WITHOUT_POSTGRES';
const DEBIAN = '/usr/lib/postgresql';
/** Held together here so that no scanner takes it for a real one; tests look for it where it must not be. */
export const PASSWORD = ['database', 'canary', 'Pa55%word'].join('-');

/**
 * Like `describe`, for tests that need a real PostgreSQL: left out when GATEWAY_TEST_WITHOUT_POSTGRES=1 says so, or when it is not
 * installed, of which `npm test` tells at its end. In CI it must be there.
 */
export function describeWithPostgres(name: string, body: () => void): void {
  const isLeftOut = process.env[SKIP_VARIABLE] === '1' || (binaries() === null && process.env.CI === undefined);
  const run = isLeftOut ? describe.skip : describe;
  run(name, body);
}

/** A PostgreSQL of one test file on loopback, with its own folder; it can be stopped hard, frozen and started again on its port. */
export class PostgresServer {
  private child: ChildProcess | undefined;
  private count = 0;

  private constructor(
    readonly port: number,
    private readonly bin: string,
    private readonly dir: string,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings such as `fsync=off` */
  static async start(settings: readonly string[] = ['fsync=off']): Promise<PostgresServer> {
    const bin = binaries();
    if (bin === null) {
      throw new Error(
        `PostgreSQL is not installed. Install the Debian package postgresql, or set ${SKIP_VARIABLE}=1 to leave these tests out.`,
      );
    }
    const dir = mkdtempSync(join(tmpdir(), 'postgres-'));
    const { uid, gid } = owner();
    if (uid !== undefined) chownSync(dir, uid, gid ?? uid);
    const server = new PostgresServer(await freePort(), bin, dir, settings);
    server.initialise();
    await server.run();
    return server;
  }

  private initialise(): void {
    const passwordFile = join(this.dir, 'password');
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
    const args = ['-D', join(this.dir, 'data'), '-U', 'gateway', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    execFileSync(join(this.bin, 'initdb'), [...args, '-E', 'UTF8', '--locale=C', '--no-sync'], {
      stdio: 'pipe',
      ...owner(),
    });
    rmSync(passwordFile);
  }

  /** Starts it and waits until it answers. */
  async run(): Promise<void> {
    const settings = [`port=${String(this.port)}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${this.dir}`];
    const args = [...settings, ...this.settings].flatMap((setting) => ['-c', setting]);
    this.child = spawn(join(this.bin, 'postgres'), ['-D', join(this.dir, 'data'), ...args], {
      stdio: 'ignore',
      ...owner(),
    });
    await eventually(
      () => this.answers(),
      (answers) => answers,
      30_000,
    );
  }

  /** `database` of the URL is `postgres` unless it is said. */
  url(database = 'postgres', password = PASSWORD): string {
    return `postgresql://gateway:${encodeURIComponent(password)}@127.0.0.1:${String(this.port)}/${database}`;
  }

  /** The URL of a new, empty database. */
  async database(): Promise<string> {
    const name = `test_${String(++this.count)}`;
    await this.sql(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** Rows of a statement on a connection of its own. */
  async sql(text: string, url = this.url()): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** SIGQUIT: every connection ends at once, and what was committed is recovered at the next start. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    await exited;
  }

  /** The processes stand still: connections stay, and nobody answers. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  async close(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private signal(signal: NodeJS.Signals): void {
    const pid = this.child?.pid;
    if (pid === undefined) return;
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(one, signal);
      } catch {
        // It ended meanwhile.
      }
    }
  }

  private async answers(): Promise<boolean> {
    try {
      await this.sql('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}

function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return listed
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** The folder of initdb and postgres; null = not installed. */
function binaries(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = versions.map((version) => join(DEBIAN, version, 'bin'));
  const found = [...(process.env.PATH ?? '').split(delimiter), ...debian];
  return found.find((dir) => existsSync(join(dir, 'initdb'))) ?? null;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string): number => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
