import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { eventually, ROOT } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const BUILT_AT_S = 1_700_000_000;
const MAX_OWN_BYTES = 5 * 1024 * 1024;
/** Compiles, packs, downloads some 250 packages into an empty cache. */
const SET_UP_MS = 300_000;

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

let home: string;
let prefix: string;
/** The package as it is installed. */
let installed: string;

/** Of the caller's environment npm needs to know where the registry is, and nothing may be written to the caller's home. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) =>
    /^(PATH|SSL_.*|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i.test(name),
  );
  const registry = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY;
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    npm_config_cache: join(home, 'npm-cache'),
    ...(registry === undefined ? {} : { npm_config_registry: registry }),
    ...more,
  };
}

function npm(cwd: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): void {
  const { status, stderr, stdout } = spawnSync('npm', args, {
    cwd,
    env: environment(more),
    encoding: 'utf8',
    timeout: SET_UP_MS,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${String(status)}: ${stdout}${stderr}`);
}

/** The files of the repository without what git ignores, so that nothing that was built before gets in, and no build of others is disturbed. */
function copyOfSources(): string {
  const source = join(home, 'source');
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of list
    .split('\0')
    .filter((each) => each !== '' && statSync(join(ROOT, each), { throwIfNoEntry: false }))) {
    mkdirSync(dirname(join(source, file)), { recursive: true });
    cpSync(join(ROOT, file), join(source, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  return source;
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'package-'));
  prefix = join(home, 'prefix');
  installed = join(prefix, 'lib', 'node_modules', 'secure-mcp-gateway');
  const source = copyOfSources();
  const build = { SOURCE_COMMIT: COMMIT, SOURCE_DATE_EPOCH: String(BUILT_AT_S) };
  npm(source, ['run', '--silent', 'package', '--', '--pack-destination', home], build);
  const tarball = join(home, `secure-mcp-gateway-${version}.tgz`);
  npm(home, ['install', '--global', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', tarball]);
}, SET_UP_MS);
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Our own files in the installed package. */
function ownFiles(): string[] {
  return readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.startsWith('node_modules'))
    .filter((file) => statSync(join(installed, file)).isFile());
}

function run(command: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: home,
    env: environment({ npm_config_prefix: prefix }),
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

const command = (): string => join(prefix, 'bin', 'secure-mcp-gateway');

describe('the package', () => {
  it('holds what its users need and nothing else', () => {
    const files = ownFiles();
    const known =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|(config|docs|examples)\/.+|dist\/.+\.js|dist\/build-info\.json|dist\/guardrails\/local\/classifier\/tables\/[a-z]+\.bin)$/;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
    for (const needed of [
      'LICENSE',
      'SECURITY.md',
      'config/example.config.json',
      'docs/configuration.md',
      'examples/servers/echo.mjs',
      'dist/cli/main.js',
    ]) {
      expect(files).toContain(needed);
    }
  });

  it('weighs at most 5 MB without its dependencies', () => {
    const bytes = ownFiles()
      .filter((file) => !file.startsWith('dist/bundle/packages-'))
      .reduce((sum, file) => sum + statSync(join(installed, file)).size, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(MAX_OWN_BYTES);
  });

  it('runs nothing when it is installed, and asks for exact versions', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    expect(
      Object.keys(manifest.scripts ?? {}).filter((name) =>
        /^(pre|post)?(install|uninstall|prepare)$|^dependencies$/.test(name),
      ),
    ).toEqual([]);
    expect(Object.values(manifest.dependencies ?? {}).filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });

  it('was built for it, and says from which commit', () => {
    const info = JSON.parse(readFileSync(join(installed, 'dist', 'build-info.json'), 'utf8')) as unknown;
    expect(info).toEqual({ version, commit: COMMIT, builtAt: new Date(BUILT_AT_S * 1000).toISOString() });
  });
});

describe('the installed command', () => {
  it('prints its version, alone for scripts and with the commit for people', () => {
    expect(run(command(), '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const told = run(command(), 'version', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({ version, commit: COMMIT, node: process.version });
    expect(run(command(), 'version').stdout).toContain(`commit ${COMMIT}\n`);
  });

  it('runs with npx', () => {
    const { status, stdout } = run('npx', '--no', '--', 'secure-mcp-gateway', '--version');
    expect([status, stdout]).toEqual([0, `${version}\n`]);
  });

  it('writes a config, serves a call over HTTP and one over stdio, and shows its build and its docs to the operator', async () => {
    const made = run(command(), 'generate-config', '--json');
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const { gateway_key: key, admin_key: admin } = JSON.parse(made.stdout) as Record<string, string>;
    const gateway = spawn(command(), ['start', '--port', '0'], {
      cwd: home,
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const url = await readyUrl(gateway);
      const session = await RawSession.open(url, key ?? '');
      expect(textOf(await session.call('echo_server__echo', { message: 'from the package' }))).toBe('from the package');
      const ask = (path: string) =>
        send(new URL(path, url).href, { method: 'GET', headers: ['Authorization', `Bearer ${admin ?? ''}`] });
      expect((await ask('/health')).json()).toMatchObject({ detail: { version, commit: COMMIT } });
      for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/openapi.json']) {
        expect([path, (await ask(path)).status]).toEqual([path, 200]);
      }
    } finally {
      expect(await stop(gateway)).toBe(0);
    }

    const client = new Client({ name: 'package', version: '1' });
    const env = { ...environment(), ENKRYPT_GATEWAY_KEY: key ?? '' } as Record<string, string>;
    await client.connect(
      new StdioClientTransport({ command: command(), args: ['stdio'], cwd: home, env, stderr: 'ignore' }),
    );
    try {
      const result = await client.callTool({ name: 'echo_server__echo', arguments: { message: 'over stdio' } });
      expect(result.content).toEqual([{ type: 'text', text: 'over stdio' }]);
    } finally {
      await client.close();
    }
  }, 60_000);
});

async function readyUrl(gateway: ChildProcess): Promise<string> {
  let log = '';
  gateway.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const text = await eventually(
    () => log,
    (printed) => /^ready \S+$/m.test(printed) || gateway.exitCode !== null,
    20_000,
  );
  const url = /^ready (\S+)$/m.exec(text)?.[1];
  if (url === undefined) throw new Error(`the gateway did not start: ${text}`);
  return url;
}

async function stop(gateway: ChildProcess): Promise<number | null> {
  if (gateway.exitCode === null) {
    const exited = new Promise((resolve) => gateway.once('exit', resolve));
    gateway.kill('SIGTERM');
    await exited;
  }
  return gateway.exitCode;
}
