import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CLI, type ConfigOptions, buildConfig, type TestConfig } from './gateway.js';

const RUN_LIMIT_MS = 30_000;

export interface EndedProcess {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the built command line under way. */
export class CliProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<EndedProcess>;
  stdout = '';
  stderr = '';

  /** Killed when it does not end within half a minute. Its stdin is closed, unless it is told to stay open. */
  constructor(
    args: readonly string[],
    home: string,
    environment: NodeJS.ProcessEnv = {},
    stdin: 'closed' | 'open' = 'closed',
  ) {
    this.child = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH, HOME: home, USERPROFILE: home, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: RUN_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    if (stdin === 'closed') this.child.stdin.end();
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }
}

/** A throw-away home with a config file in it, for commands that are run on it. */
export class CliHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'smg-cli-home-'));
  readonly configPath = join(this.folder, 'config.json');
  readonly config: TestConfig;

  constructor(options: ConfigOptions, change: (json: Record<string, unknown>) => void = () => undefined) {
    this.config = buildConfig(options);
    change(this.config.json);
    writeFileSync(this.configPath, JSON.stringify(this.config.json), { mode: 0o600 });
  }

  /** Key of the first user of a project. */
  key(project = 0): string {
    const found = this.config.keys[project]?.[0];
    if (found === undefined) throw new Error('no such key');
    return found.key;
  }

  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): CliProcess {
    return new CliProcess(args, this.folder, { ENKRYPT_CONFIG: this.configPath, ...environment });
  }

  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<EndedProcess> {
    return this.start(args, environment).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
