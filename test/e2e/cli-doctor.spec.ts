import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CliHome, CliProcess, type EndedProcess } from '../support/cli-process.js';
import { type ConfigOptions, eventually, TestGateway } from '../support/gateway.js';
import { isRunning, processState } from '../support/processes.js';
import { RESOURCE, TokenIssuer } from '../support/token-issuer.js';
import { echoServer, HttpUpstreams, stdioServer } from '../support/upstreams.js';

interface Check {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly remedy: string | null;
}

// Whole processes on a machine that may be busy.
jest.setTimeout(60_000);

const SECRET = 'this-is-a-secret-header';
const QUICK = { timeout_settings: { discovery_timeout: 10 } };

const homes: CliHome[] = [];
const upstreams = new HttpUpstreams();
afterEach(async () => {
  for (const home of homes.splice(0)) home.remove();
  await upstreams.close();
});

function homeWith(...args: ConstructorParameters<typeof CliHome>): CliHome {
  const home = new CliHome(...args);
  homes.push(home);
  return home;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function doctor(home: CliHome, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const port = ['--port', String(await freePort())];
  const ended = await home.run(['doctor', '--json', ...port, ...args], environment);
  return { ...ended, ...(JSON.parse(ended.stdout) as { status: string; checks: Check[] }) };
}

const named = (checks: readonly Check[], name: string): Check | undefined => checks.find((one) => one.name === name);

describe('doctor', () => {
  it('finds nothing wrong with a config that works, and ends by itself with exit code 0', async () => {
    const http = await upstreams.start('far');
    const home = homeWith({ projects: [{ servers: [echoServer('echo'), http] }] });
    const result = await doctor(home);
    expect(result).toMatchObject({ code: 0, status: 'ok' });
    expect(result.checks.map(({ name }) => name)).toEqual([
      'node',
      'config',
      'keys',
      'guardrails',
      'cache',
      'audit_log',
      'port',
      'server echo',
      'server far',
    ]);
    expect(named(result.checks, 'server echo')?.detail).toMatch(/^5 tools, \d+ ms \(stdio\)$/);
    expect(named(result.checks, 'server far')?.detail).toMatch(/^\d tools, \d+ ms \(http\)$/);
    for (const { remedy } of result.checks) expect(remedy).toBeNull();
    expect(readdirSync(home.folder).sort()).toEqual(['children', 'config.json']);
    expect(readdirSync(join(home.folder, 'children'))).toEqual([]);
  });

  it('asks the authorization servers for their keys and says what is wrong with them', async () => {
    const issuer = await TokenIssuer.start();
    const { url } = issuer;
    const closed = `http://127.0.0.1:${String(await freePort())}`;
    const issuers = [url, `${url}/realms/none`, closed].map((each) => ({ issuer: each }));
    const home = homeWith({
      projects: [{ servers: [echoServer('echo')] }],
      common: { inbound_oauth: { resource: RESOURCE, issuers } },
    });
    const result = await doctor(home);
    await issuer.stop();
    expect(result).toMatchObject({ code: 1, status: 'fail' });
    expect(named(result.checks, `issuer ${url}`)?.detail).toMatch(/^1 signature key \(\d+ ms\)$/);
    const absent = named(result.checks, `issuer ${url}/realms/none`);
    expect(absent).toMatchObject({ status: 'fail', remedy: expect.stringContaining('letter by letter') });
    expect(absent?.detail).toContain('answered with status 404 instead of 200');
    expect(named(result.checks, `issuer ${closed}`)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('(ECONNREFUSED)'),
      remedy: expect.stringContaining('firewall'),
    });
  });

  it('warns of a detector that blocks nothing, because it has nothing to look for', async () => {
    const input_guardrails_policy = { enabled: true, policy_name: 'default', block: ['topic_detector', 'pii'] };
    const home = homeWith({ projects: [{ servers: [{ ...echoServer('echo'), extra: { input_guardrails_policy } }] }] });
    const result = await doctor(home);
    expect(result).toMatchObject({ code: 0, status: 'warn' });
    expect(result.checks.filter(({ status }) => status === 'warn')).toEqual([
      {
        name: 'config',
        status: 'warn',
        detail: expect.stringMatching(
          /blocks topic_detector, but policy default has no topics, so it blocks nothing; name a/,
        ),
        remedy: expect.stringContaining('input_guardrails_policy.block'),
      },
    ]);
  });

  it('tells of each server what is wrong with it, side by side, and delays none for another', async () => {
    const home = homeWith({
      common: QUICK,
      projects: [
        {
          servers: [
            { ...echoServer('echo'), extra: { tools: { echo: '', ecko: '' } } },
            stdioServer('dies', ['--mode', 'die-at-start']),
            stdioServer('hangs', ['--mode', 'hang-init']),
            stdioServer('mute', ['--mode', 'hang', '--on', 'tools/list']),
            { name: 'missing', config: { command: '/no/such/command' } },
            await upstreams.start('locked', ['--mode', 'http-401', '--on', 'all']),
            {
              name: 'closed',
              config: { url: `http://127.0.0.1:${String(await freePort())}/mcp`, headers: { 'x-a': SECRET } },
            },
          ],
        },
        { servers: [echoServer('echo')] },
      ],
    });
    const result = await doctor(home, ['--timeout', '2.5']);
    expect(result).toMatchObject({ code: 1, status: 'fail' });
    const found = result.checks.filter(({ name }) => name.startsWith('server '));
    expect(found.map(({ name, status }) => [name, status])).toEqual([
      ['server config_0/echo', 'warn'],
      ['server config_0/dies', 'fail'],
      ['server config_0/hangs', 'fail'],
      ['server config_0/mute', 'fail'],
      ['server config_0/missing', 'fail'],
      ['server config_0/locked', 'fail'],
      ['server config_0/closed', 'fail'],
      ['server config_1/echo', 'ok'],
    ]);
    const details = found.map(({ detail }) => detail);
    expect(details[0]).toContain('not among them: ecko');
    expect(details[1]).toContain('exit code 1');
    expect(details[2]).toBe('did not answer within 2.5 s');
    expect(details[3]).toBe('did not answer within 2.5 s');
    expect(details[4]).toContain('ENOENT');
    expect(details[5]).toContain('401');
    expect(details[6]).toContain('ECONNREFUSED');
    for (const { status, remedy } of found) expect(remedy === null).toBe(status === 'ok');
    expect(result.stdout + result.stderr).not.toContain(SECRET);
    // Not a terminal: whole lines, and only because it took longer than a second.
    expect(result.stderr).toMatch(/^waiting for \d of 8: server .*\(\d+ s\)$/m);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves no process behind after %s', async (signal) => {
    const home = homeWith({
      common: QUICK,
      projects: [{ servers: [stdioServer('hangs', ['--mode', 'hang-init,grandchild']), echoServer('echo')] }],
    });
    const run = home.start(['doctor', '--port', String(await freePort())]);
    // Both servers and the grandchild, which would outlive its parent for ten minutes.
    const started = await eventually(
      () => descendantsOf(run.child.pid),
      ({ length }) => length >= 3,
      20_000,
    );
    run.child.kill(signal);
    const ended = await run.ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('error: Interrupted.');
    expect(ended.stdout).not.toContain('server hangs');
    expect(started.filter(isRunning)).toEqual([]);
    expect(readdirSync(join(home.folder, 'children'))).toEqual([]);
  });

  it('shows people a line for each check as it comes, and the remedy below', async () => {
    const home = homeWith({ projects: [{ servers: [stdioServer('dies', ['--mode', 'die-at-start'])] }] });
    const { code, stdout, stderr } = await home.run(['doctor', '--port', String(await freePort())]);
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^(ok {4}|warn {2}|fail {2}| {6})\S/);
    expect(lines.at(-2)).toMatch(/^fail {2}server dies {3}Server "dies" stopped with exit code 1\.$/);
    expect(lines.at(-1)).toContain('secure-mcp-gateway server test "dies"');
    expect(stderr).toMatch(/\d ok, 0 warn, 1 fail\n$/);
  });

  it('says what is wrong with a broken config, and still looks at what it can', async () => {
    const home = homeWith({ projects: [{ servers: [] }] }, (json) => {
      json.surprise = 1;
    });
    const result = await doctor(home);
    expect(result).toMatchObject({ code: 1, status: 'fail' });
    expect(result.checks.map(({ name }) => name)).toEqual(['node', 'config', 'config', 'port']);
    expect(result.checks[2]).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('surprise: unknown key'),
    });
  });

  it('fails when the audit log cannot be written', async () => {
    const home = homeWith({ projects: [{ servers: [] }], common: { audit_log: 'logs' } });
    mkdirSync(join(home.folder, 'logs'));
    const { code, checks } = await doctor(home);
    expect(code).toBe(1);
    expect(named(checks, 'audit_log')).toMatchObject({ status: 'fail', detail: expect.stringContaining('EISDIR') });
  });

  it('finds the gateway that serves on the port', async () => {
    const gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
    try {
      const home = homeWith({ projects: [{ servers: [] }] });
      const { port } = new URL(gateway.url);
      const { stdout } = await home.run(['doctor', '--json', '--port', port]);
      const { checks } = JSON.parse(stdout) as { checks: Check[] };
      expect(named(checks, 'port')).toMatchObject({
        status: 'ok',
        detail: `127.0.0.1:${port} is served by a gateway (status ok)`,
      });
      // Beside a gateway on the same config, it ends nothing of that gateway's.
      expect(await runBeside(gateway)).toMatchObject({ code: 0 });
      expect((await gatewayHealth(gateway)).status).toBe('ok');
    } finally {
      await gateway.stop();
    }
  });
});

async function runBeside(gateway: TestGateway): Promise<EndedProcess> {
  const { port } = new URL(gateway.url);
  return new CliProcess(['doctor', '--config', gateway.configPath, '--port', port], gateway.home).ended;
}

async function gatewayHealth(gateway: TestGateway): Promise<{ status: string }> {
  return (await (await fetch(`${gateway.origin}/health`)).json()) as { status: string };
}

describe('the cache', () => {
  const external = (port: number) => ({
    enkrypt_mcp_use_external_cache: true,
    enkrypt_cache_host: '127.0.0.1',
    enkrypt_cache_port: port,
  });

  it('is a warning when the external one is away: memory stands in', async () => {
    const home = homeWith({ projects: [{ servers: [] }], common: external(await freePort()) });
    const { code, checks } = await doctor(home);
    expect(code).toBe(0);
    expect(named(checks, 'cache')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('cannot be reached'),
    });
  });

  it('is written to and read from when the external one is there, and left as it was', async () => {
    if (spawnSync('redis-server', ['--version']).status !== 0) return;
    const port = await freePort();
    const redis = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    try {
      for await (const line of createInterface({ input: redis.stdout })) {
        if (line.includes('Ready to accept connections')) break;
      }
      const home = homeWith({ projects: [{ servers: [echoServer('echo')] }], common: external(port) });
      const { code, checks } = await doctor(home);
      expect(code).toBe(0);
      expect(named(checks, 'cache')).toMatchObject({
        status: 'ok',
        detail: expect.stringContaining('keeps what it is given'),
      });
      expect(named(checks, 'server echo')?.status).toBe('ok');
      const keys = spawnSync('redis-cli', ['-p', String(port), 'KEYS', '*'], { encoding: 'utf8' });
      expect({ status: keys.status, left: keys.stdout.trim() }).toEqual({ status: 0, left: '' });
    } finally {
      const exited = new Promise((resolve) => redis.once('exit', resolve));
      redis.kill('SIGKILL');
      await exited;
    }
  });
});

describe('the key of the environment', () => {
  const options: ConfigOptions = { projects: [{ servers: [echoServer('echo')] }] };

  it('is told to be whose it is', async () => {
    const home = homeWith(options);
    const result = await doctor(home, [], { ENKRYPT_GATEWAY_KEY: home.key() });
    const { projectId, userId } = home.config.keys[0]![0]!;
    expect(named(result.checks, 'ENKRYPT_GATEWAY_KEY')).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining(`project ${projectId}, user ${userId}, config config_0`),
    });
    expect(result.stdout + result.stderr).not.toContain(home.key());
  });

  it.each<[string, (entry: Record<string, unknown>) => void, RegExp]>([
    ['expired', (entry) => (entry.expires_at = '2020-01-01T00:00:00Z'), /has expired/],
    ['disabled', (entry) => (entry.disabled = true), /is disabled/],
    ['homeless', (entry) => (entry.project_id = 'gone'), /project that does not exist/],
  ])('is told to be %s', async (_what, change, message) => {
    const home = homeWith(options, (json) => {
      for (const entry of Object.values(json.apikeys as Record<string, Record<string, unknown>>)) change(entry);
    });
    const result = await doctor(home, [], { ENKRYPT_GATEWAY_KEY: home.key() });
    expect(result.code).toBe(1);
    expect(named(result.checks, 'ENKRYPT_GATEWAY_KEY')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(message),
    });
    expect(named(result.checks, 'keys')?.status).toBe('fail');
  });

  it.each([
    ['not-a-key-of-this-file', /not a key of this config/],
    ['two words', /must not hold spaces/],
  ])('that is none fails and is not printed: %s', async (key, message) => {
    const result = await doctor(homeWith(options), [], { ENKRYPT_GATEWAY_KEY: key });
    expect(named(result.checks, 'ENKRYPT_GATEWAY_KEY')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(message),
    });
    expect(result.stdout + result.stderr).not.toContain(key);
  });
});

/** Everything that a process started, by /proc. */
function descendantsOf(root: number | undefined): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), processState(Number(name))?.ppid]),
  );
  const below = (pid: number | undefined): number[] =>
    [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(root);
}
