import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const RUN_LIMIT_MS = 20_000;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line with an environment of its own; killed when it does not end within the limit. */
function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH, HOME: home, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
}

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'smg-cli-e2e-'));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

describe('the built command line', () => {
  it('prints help and version with exit code 0', async () => {
    const [help, version] = await Promise.all([run(['--help']), run(['--version'])]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('generate-config');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends with exit code 2 after wrong usage, with nothing on stdout', async () => {
    const result = await run(['generate-konfig']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('Did you mean generate-config?');
  });

  it('writes a config at the default place, for its owner alone, that it then finds valid', async () => {
    const made = await run(['generate-config', '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const summary = JSON.parse(made.stdout) as { config_path: string };
    expect(summary.config_path).toBe(join(home, '.enkrypt', 'enkrypt_mcp_config.json'));
    expect((await stat(summary.config_path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, '.enkrypt'))).mode & 0o777).toBe(0o700);
    const judged = await run(['config', 'validate', '--json']);
    expect(judged).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(judged.stdout)).toMatchObject({ valid: true, problems: [], warnings: [] });
    expect(await run(['generate-config'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('takes the file from ENKRYPT_CONFIG and fails on a broken one with the path of each problem', async () => {
    const path = join(home, 'broken.json');
    await writeFile(path, '{"users": {"u": {}}, "surprise": 1}');
    const result = await run(['config', 'validate'], { ENKRYPT_CONFIG: path });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/users\.u\.email: is required/);
    expect(result.stderr).toMatch(/surprise: unknown key/);
  });

  it.each([['start', '--port', '0'], ['stdio']])(
    'ends %s with exit code 1 when the config is broken, without hanging',
    async (...args) => {
      const path = join(home, 'broken.json');
      await writeFile(path, '{"surprise": 1}');
      const result = await run([...args, '--config', path]);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toContain('surprise: unknown key');
    },
  );

  it('says what to do when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const port = String((other.address() as AddressInfo).port);
      const result = await run(['start', '--init', '--port', port]);
      expect(result).toMatchObject({ code: 1 });
      expect(result.stderr).toContain(`Port ${port} of 127.0.0.1 is in use`);
      expect(result.stderr).toContain('--port');
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });
});
