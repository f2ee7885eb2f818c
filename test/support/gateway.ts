import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { auditRecords } from './audit-records.js';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const CLI = join(ROOT, 'dist', 'cli', 'main.js');

type Json = Record<string, unknown>;

/** One server entry of the config file; everything but name and config has a default. */
export interface ServerOptions {
  readonly name: string;
  readonly config: Json;
  readonly extra?: Json;
}

/** One project with its own config, users and keys. */
interface ProjectOptions {
  readonly servers: readonly ServerOptions[];
  readonly exposure?: 'meta' | 'direct' | 'both';
  /** How many members, each with one key. */
  readonly users?: number;
  /** `virtual_servers` of the config. */
  readonly virtual?: Json;
}

export interface ConfigOptions {
  readonly projects: readonly ProjectOptions[];
  /** Named local policies: name -> detectors. */
  readonly policies?: Json;
  /** Sections of `plugins` beside the guardrails. */
  readonly plugins?: Json;
  /** Members of common_mcp_gateway_config. */
  readonly common?: Json;
}

export interface TestKey {
  readonly key: string;
  readonly hash: string;
  readonly userId: string;
  readonly projectId: string;
}

/** A config file's content with the keys in clear beside it. */
export interface TestConfig {
  readonly json: Json;
  readonly adminKey: string;
  /** Keys of each project, in the order of the options. */
  readonly keys: readonly (readonly TestKey[])[];
}

export function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export function buildConfig(options: ConfigOptions): TestConfig {
  const now = new Date().toISOString();
  const adminKey = randomBytes(192).toString('base64url');
  const configs: Json = {};
  const projects: Json = {};
  const users: Json = {};
  const apikeys: Json = {};
  const keys = options.projects.map((project, index) => {
    const configId = randomUUID();
    const projectId = randomUUID();
    configs[configId] = {
      mcp_config_name: `config_${String(index)}`,
      exposure: project.exposure ?? 'both',
      mcp_config: project.servers.map(({ name, config, extra }) => ({
        server_name: name,
        description: `Test server ${name}`,
        config,
        ...extra,
      })),
      ...(project.virtual !== undefined && { virtual_servers: project.virtual }),
    };
    const members = Array.from({ length: project.users ?? 1 }, (_, member): TestKey => {
      const userId = randomUUID();
      const key = randomBytes(36).toString('base64url');
      users[userId] = { email: `user${String(member)}.${String(index)}@example.com`, created_at: now };
      apikeys[sha256(key)] = { project_id: projectId, user_id: userId, created_at: now };
      return { key, hash: sha256(key), userId, projectId };
    });
    projects[projectId] = {
      project_name: `project_${String(index)}`,
      mcp_config_id: configId,
      users: members.map(({ userId }) => userId),
      created_at: now,
    };
    return members;
  });
  const json: Json = {
    admin_apikey: sha256(adminKey),
    common_mcp_gateway_config: { enkrypt_log_level: 'INFO', ...options.common },
    plugins: { guardrails: { provider: 'local', config: { policies: options.policies ?? {} } }, ...options.plugins },
    mcp_configs: configs,
    projects,
    users,
    apikeys,
  };
  return { json, adminKey, keys };
}

/** A gateway process with a throw-away home. */
export class TestGateway {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly home: string,
    readonly configPath: string,
    readonly config: TestConfig,
    private readonly log: { text: string },
  ) {}

  /**
   * Starts the built gateway on a free port and waits for its ready line.
   * @param environment variables beside PATH and HOME
   */
  static start(
    options: ConfigOptions,
    args: readonly string[] = [],
    environment: (config: TestConfig) => Readonly<Record<string, string>> = () => ({}),
  ): Promise<TestGateway> {
    return TestGateway.startWith(buildConfig(options), args, environment);
  }

  /** The same with a config that is already written out. */
  static async startWith(
    config: TestConfig,
    args: readonly string[] = [],
    environment: (config: TestConfig) => Readonly<Record<string, string>> = () => ({}),
  ): Promise<TestGateway> {
    const home = mkdtempSync(join(tmpdir(), 'gateway-'));
    const path = join(home, 'config.json');
    writeFileSync(path, JSON.stringify(config.json), { mode: 0o600 });
    return TestGateway.run(config, home, path, args, environment(config));
  }

  /** Another gateway on the same config file, with a home of its own. */
  replica(args: readonly string[] = []): Promise<TestGateway> {
    return TestGateway.run(this.config, mkdtempSync(join(tmpdir(), 'replica-')), this.configPath, args, {});
  }

  private static async run(
    config: TestConfig,
    home: string,
    path: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<TestGateway> {
    const argv = [CLI, 'start', '--config', path, '--host', '127.0.0.1', '--port', '0', ...args];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, HOME: home, ...environment },
    });
    const log = { text: '' };
    const url = await new Promise<string>((resolveUrl, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`not ready after 20 s: ${log.text}`));
      }, 20_000);
      child.stderr.on('data', (chunk: Buffer) => {
        log.text += chunk.toString();
        const ready = /^ready (\S+)$/m.exec(log.text)?.[1];
        if (ready === undefined) return;
        clearTimeout(timer);
        resolveUrl(ready);
      });
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`exited with ${String(code)}: ${log.text}`));
      });
    });
    return new TestGateway(child, url, home, path, config, log);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  /** First key of a project. */
  key(project = 0, user = 0): string {
    const found = this.config.keys[project]?.[user];
    if (found === undefined) throw new Error('no such key');
    return found.key;
  }

  /** Everything the gateway wrote to stderr so far. */
  get stderr(): string {
    return this.log.text;
  }

  /** Rewrites the config file in place; the gateway follows within a second. */
  edit(change: (json: Json) => void): void {
    const json = JSON.parse(readFileSync(this.configPath, 'utf8')) as Json;
    change(json);
    writeFileSync(this.configPath, JSON.stringify(json));
  }

  /** Audit lines so far, without the checkpoints between them; flushed every 100 ms, so poll. */
  audit(): Json[] {
    const path = join(this.home, 'audit.jsonl');
    return existsSync(path) ? auditRecords(readFileSync(path, 'utf8')) : [];
  }

  /** SIGTERM and wait; returns the exit code. */
  async stop(): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolveExit) => child.once('exit', resolveExit));
      child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.home, { recursive: true, force: true });
    return child.exitCode;
  }
}

/** Polls until the condition holds; fails with the last value after `ms`. */
export async function eventually<T>(probe: () => T | Promise<T>, holds: (value: T) => boolean, ms = 5000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`did not come true within ${String(ms)} ms: ${JSON.stringify(value)}`);
    await new Promise((resolvePoll) => setTimeout(resolvePoll, 25));
  }
}
