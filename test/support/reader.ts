import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, eventually, ROOT } from './gateway.js';

const BLOCK_LIMIT_MS = 60_000;
const START_LIMIT_MS = 20_000;
/** What of the clone the commands of the documents touch. */
const CLONED = ['package.json', 'node_modules', 'dist', 'config', 'docs', 'examples', 'scripts'];
/** The home of the reader in the documents. */
const SHOWN_HOME = '/home/you';

/** What a block left behind: its exit code, and stdout and stderr as a terminal shows them. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Somebody who follows the documents: a home of their own, a clone, a shell, and what they put in the place of the examples' values. */
export class Reader {
  readonly home: string;
  private readonly clone: string;
  private readonly exported: string[] = [];

  /**
   * @param prefix where `npm install --global` goes; readers may share it
   * @param values what stands in the documents -> what the reader has; may grow
   */
  constructor(
    private readonly prefix: string,
    private readonly values: ReadonlyMap<string, string>,
  ) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), 'reader-')));
    this.clone = join(this.home, 'clone');
    mkdirSync(this.clone);
    for (const name of CLONED) symlinkSync(join(ROOT, name), join(this.clone, name));
  }

  /** The environment of the reader's terminal; nothing may come from a registry. */
  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: `${join(this.prefix, 'bin')}:${process.env.PATH ?? ''}`,
      HOME: this.home,
      USERPROFILE: this.home,
      npm_config_prefix: this.prefix,
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
    };
  }

  /** Writes a file below the home. */
  put(path: string, content: string): void {
    const file = join(this.home, path);
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: 0o600 });
  }

  /** Text of the documents with the reader's own values. */
  filledIn(text: string): string {
    let filled = text.replaceAll(SHOWN_HOME, this.home);
    for (const [shown, value] of this.values) filled = filled.replaceAll(shown, value);
    return filled;
  }

  /** Runs a block in the clone, as if it was typed into one terminal with those before it: what they exported is there. */
  run(text: string): Promise<Ran> {
    const script = this.filledIn(text);
    const before = this.exported.join('\n');
    this.exported.push(...script.split('\n').filter((line) => line.startsWith('export ')));
    return new Promise((resolve, reject) => {
      const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', `exec 2>&1\n${before}\n${script}`], {
        cwd: this.clone,
        env: this.environment,
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: BLOCK_LIMIT_MS,
        killSignal: 'SIGKILL',
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, output });
      });
    });
  }

  /** The first start, on a port of the system's choice; ended by `stop`. */
  async start(): Promise<FirstStart> {
    const child = spawn(process.execPath, [CLI, 'start', '--init', '--port', '0'], {
      cwd: this.clone,
      env: this.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    try {
      await eventually(
        () => printed,
        (text) => /^ready .*\n/m.test(text),
        START_LIMIT_MS,
      );
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return new FirstStart(child, printed);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A gateway that was started without a config, and what it printed on stderr. */
export class FirstStart {
  constructor(
    private readonly child: ChildProcess,
    private readonly printed: string,
  ) {}

  /** Everything up to the ready line; the log follows. */
  get greeting(): string {
    return /^[^]*?^ready .*\n/m.exec(this.printed)?.[0] ?? '';
  }

  get origin(): string {
    return new URL(/^ready (\S+)$/m.exec(this.printed)?.[1] ?? '').origin;
  }

  get gatewayKey(): string {
    return /gateway key +(\S+)/.exec(this.printed)?.[1] ?? '';
  }

  get adminKey(): string {
    return /admin key +(\S+)/.exec(this.printed)?.[1] ?? '';
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await exited;
  }
}
