import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLI, ROOT, type TestConfig, buildConfig } from '../../support/gateway.js';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const CLIENT_FILES = {
  'claude-desktop': '.config/Claude/claude_desktop_config.json',
  'claude-code': '.claude.json',
  cursor: '.cursor/mcp.json',
  vscode: '.config/Code/User/mcp.json',
} as const;
export type ClientName = keyof typeof CLIENT_FILES;

/** The part of a gateway's config that tests change. */
export interface ConfigJson {
  readonly apikeys: Record<string, object>;
}

const RUN_LIMIT_MS = 30_000;

/** A home folder of its own with a gateway config, in which the built command line runs. */
export class InstallSandbox {
  readonly home = mkdtempSync(join(tmpdir(), 'smg-install-'));
  readonly configPath = join(this.home, 'gateway.json');
  readonly config: TestConfig = buildConfig({
    projects: [
      {
        servers: [
          { name: 'echo', config: { command: process.execPath, args: [join(ROOT, 'examples/servers/echo.mjs')] } },
        ],
        users: 2,
      },
    ],
  });

  constructor() {
    this.writeConfig();
  }

  get key(): string {
    return this.config.keys[0]![0]!.key;
  }

  /** The config file anew, after a change of its JSON. */
  writeConfig(change: (json: ConfigJson) => void = () => undefined): void {
    const json = structuredClone(this.config.json) as unknown as ConfigJson;
    change(json);
    writeFileSync(this.configPath, JSON.stringify(json), { mode: 0o600 });
  }

  path(client: ClientName): string {
    return join(this.home, CLIENT_FILES[client]);
  }

  put(path: string, content: string | Buffer, mode = 0o644): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
    return path;
  }

  read(path: string): unknown {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  }

  mode(path: string): number {
    return statSync(path).mode & 0o777;
  }

  /** Names beside a file that start with its name: backups, locks, temp files. */
  beside(path: string): string[] {
    return readdirSync(dirname(path)).filter((name) => name !== path.slice(dirname(path).length + 1));
  }

  run(
    args: readonly string[],
    options: { env?: Record<string, string>; stdin?: string; cwd?: string } = {},
  ): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, ...args], {
        cwd: options.cwd ?? this.home,
        env: { PATH: process.env.PATH, HOME: this.home, ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: RUN_LIMIT_MS,
        killSignal: 'SIGKILL',
      });
      const output = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.stdin ?? '');
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, ...output });
      });
    });
  }

  /** `install` with the key of the config in the environment. */
  install(client: ClientName, ...more: readonly string[]): Promise<Run> {
    return this.run(['install', '--client', client, '--config', this.configPath, ...more], {
      env: { ENKRYPT_GATEWAY_KEY: this.key },
    });
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
