import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { CliHome } from '../support/cli-process.js';
import { type ConfigOptions, eventually } from '../support/gateway.js';
import { CallRecords, echoServer, HttpUpstreams, stdioServer } from '../support/upstreams.js';
import { auditRecords } from '../support/audit-records.js';

type Json = Record<string, unknown>;

// Whole processes on a machine that may be busy.
jest.setTimeout(60_000);

const WORD = 'project x';
const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: [WORD] }, pii: { entities: ['EMAIL'] } } },
};
const BLOCKS = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };
const REDACTS = { ...BLOCKS, additional_config: { pii_redaction: true } };

const homes: CliHome[] = [];
const upstreams = new HttpUpstreams();
const records = new CallRecords();
afterEach(async () => {
  for (const home of homes.splice(0)) home.remove();
  await upstreams.close();
});
afterAll(() => {
  records.remove();
});

function homeWith(options: ConfigOptions): CliHome {
  const home = new CliHome(options);
  homes.push(home);
  return home;
}

interface Report {
  readonly status: string;
  readonly error: string | null;
  readonly caller: Json | null;
  readonly tools: { readonly name: string; readonly state: string; readonly exposed_as: string | null }[];
  readonly call: (Json & { readonly findings: Json[] }) | null;
}

/** `server test --json`, with the key of a project unless told otherwise. */
async function test(home: CliHome, args: readonly string[], key: string | null = home.key()) {
  const environment = key === null ? {} : { ENKRYPT_GATEWAY_KEY: key };
  const ended = await home.run(['server', 'test', '--json', ...args], environment);
  const report = (ended.stdout === '' ? {} : JSON.parse(ended.stdout)) as Report;
  return { ...ended, report };
}

const call = (tool: string, args: Json): string[] => ['--tool', tool, '--args', JSON.stringify(args)];

function audit(home: CliHome): Json[] {
  const path = join(home.folder, 'audit.jsonl');
  if (!existsSync(path)) return [];
  return auditRecords(readFileSync(path, 'utf8'));
}

describe('server test', () => {
  it('lists the tools without a key, and what the allow-list makes of them', async () => {
    const extra = { tools: { echo: '', add: '' } };
    const home = homeWith({ projects: [{ servers: [{ ...echoServer('e'), extra }] }] });
    const { code, report } = await test(home, ['e'], null);
    expect({ code, status: report.status, caller: report.caller }).toEqual({ code: 0, status: 'ok', caller: null });
    expect(report.tools.map(({ name, state, exposed_as }) => [name, state, exposed_as])).toEqual([
      ['echo', 'allowed', 'e__echo'],
      ['reverse', 'hidden', null],
      ['add', 'allowed', 'e__add'],
      ['sleep', 'hidden', null],
      ['blob', 'hidden', null],
    ]);
    expect(audit(home)).toEqual([]);
    expect(readdirSync(join(home.folder, 'children'))).toEqual([]);
  });

  it('shows which tools a policy for definitions withholds, without their text', async () => {
    const policies = { shy: { detectors: { keyword_detector: { banned_keywords: ['backwards'] } } } };
    const extra = { tool_guardrails_policy: { enabled: true, policy_name: 'shy', block: ['keyword_detector'] } };
    const home = homeWith({ projects: [{ servers: [{ ...echoServer('e'), extra }] }], policies });
    const { code, stdout, report } = await test(home, ['e'], null);
    expect(code).toBe(0);
    expect(report.tools.map(({ name, state }) => [name, state])).toContainEqual(['reverse', 'withheld']);
    expect(report.tools.filter(({ state }) => state === 'allowed')).toHaveLength(4);
    expect(stdout).not.toContain('backwards');
  });

  it('makes no call without a key: nobody could be named for it', async () => {
    const extra = { tools: {} };
    const home = homeWith({
      projects: [{ servers: [stdioServer('s', ['--record', records.path('s')], extra)] }],
    });
    const { code, stdout, stderr } = await test(home, ['s', ...call('echo', { message: 'hi' })], null);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('A call needs a caller: set ENKRYPT_GATEWAY_KEY');
    expect(records.calls('s')).toEqual([]);
  });

  it.each(['both', 'meta', 'direct'] as const)('calls as the holder of the key, with exposure %s', async (exposure) => {
    const server = stdioServer('s', ['--record', records.path(exposure)]);
    const home = homeWith({ projects: [{ exposure, servers: [server] }] });
    const { code, report } = await test(home, ['s', ...call('echo', { message: 'hi there' })]);
    expect({ code, status: report.status }).toEqual({ code: 0, status: 'ok' });
    expect(report.call).toMatchObject({ status: 'success', verdict: 'allowed', response: 'hi there', findings: [] });
    expect(records.calls(exposure)).toEqual(['echo']);
    const { projectId, userId } = home.config.keys[0]![0]!;
    expect(report.caller).toEqual({ project: projectId, user: userId });
    // One line, of the caller, under the id that was told.
    expect(audit(home)).toMatchObject([
      {
        event: 'call',
        request_id: report.call?.request_id,
        project: projectId,
        user: userId,
        tool: 'echo',
        decision: 'allowed',
      },
    ]);
  });

  it('takes the key from the variable that --key-env names', async () => {
    const home = homeWith({ projects: [{ servers: [echoServer('e')] }] });
    const args = ['server', 'test', 'e', '--json', '--key-env', 'MY_KEY', ...call('add', { a: 1, b: 2 })];
    const { code, stdout } = await home.run(args, { MY_KEY: home.key(), ENKRYPT_GATEWAY_KEY: 'wrong' });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Report).call).toMatchObject({ response: '3', structured_content: { sum: 3 } });
  });

  it('shows a block with its findings by category, and the server never sees the call', async () => {
    const server = stdioServer('s', ['--record', records.path('in')], { input_guardrails_policy: BLOCKS });
    const home = homeWith({ projects: [{ servers: [server] }], policies: POLICIES });
    const { code, stdout, report } = await test(home, [
      's',
      ...call('echo', { message: `${WORD}, mail a@example.com` }),
    ]);
    expect({ code, status: report.status }).toEqual({ code: 1, status: 'blocked' });
    expect(report.call).toMatchObject({ status: 'blocked_input', verdict: 'blocked_input', response: '' });
    expect(report.call?.findings).toEqual([
      { direction: 'input', detector: 'keyword_detector', category: 'keyword', hits: 1, action: 'block' },
      { direction: 'input', detector: 'pii', category: 'EMAIL', hits: 1, action: 'report' },
    ]);
    expect(stdout).not.toContain('a@example.com');
    expect(records.calls('in')).toEqual([]);
    expect(audit(home)).toMatchObject([{ decision: 'blocked_input' }]);
  });

  it('shows a withheld answer without its text', async () => {
    const server = { ...echoServer('e'), extra: { output_guardrails_policy: BLOCKS } };
    const home = homeWith({ projects: [{ servers: [server] }], policies: POLICIES });
    const { code, stdout, report } = await test(home, ['e', ...call('reverse', { text: 'x tcejorp' })]);
    expect(code).toBe(1);
    expect(report.call).toMatchObject({ status: 'blocked_output', verdict: 'blocked_output', response: '' });
    expect(report.call?.findings).toMatchObject([
      { direction: 'output', detector: 'keyword_detector', action: 'block' },
    ]);
    expect(stdout).not.toContain(WORD);
  });

  it('tells people of a redacted call, and writes control characters of the answer out', async () => {
    const server = { ...echoServer('e'), extra: { input_guardrails_policy: REDACTS } };
    const home = homeWith({ projects: [{ servers: [server] }], policies: POLICIES });
    const args = ['server', 'test', 'e', ...call('echo', { message: 'a@example.com\u001b[2J' })];
    const { code, stdout } = await home.run(args, { ENKRYPT_GATEWAY_KEY: home.key() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^call of echo: success in \d+ ms$/m);
    expect(stdout).toMatch(/^ {2}verdict {2}redacted$/m);
    expect(stdout).toMatch(/^ {2}finding {2}input: pii EMAIL × 1 \(redact\)$/m);
    expect(stdout).toMatch(/^ {4}a@example\.com\\u\{1b\}\[2J$/m);
    expect(stdout).not.toContain('\u001b');
  });

  it.each<[string, string[], Json, RegExp, string]>([
    ['a tool off the allow-list', ['reverse'], { text: 'x' }, /Tool 'reverse' not found/, 'unknown_tool'],
    ['arguments that do not fit', ['echo'], { message: 1 }, /do not fit the input schema/, 'arguments_invalid'],
  ])('is refused what a client is refused: %s', async (_what, [tool = ''], args, message, reason) => {
    const home = homeWith({ projects: [{ servers: [{ ...echoServer('e'), extra: { tools: { echo: '' } } }] }] });
    const { code, report } = await test(home, ['e', ...call(tool, args)]);
    expect({ code, status: report.status }).toEqual({ code: 1, status: 'failed' });
    expect(report.call).toMatchObject({ status: 'error', verdict: null, message: expect.stringMatching(message) });
    expect(audit(home)).toMatchObject([{ decision: 'refused', reasons: [reason] }]);
  });

  it.each<[string, string[], RegExp]>([
    ['hang', [], /did not answer within 1 s/],
    ['die', [], /stopped with exit code 1/],
    ['error-result', [], /The tool reported an error/],
    ['rpc-error', [], /The server refused the call/],
  ])('fails with the reason when the tool does: %s', async (mode, more, message) => {
    const common = { timeout_settings: { tool_execution_timeout: 1 } };
    const home = homeWith({ projects: [{ servers: [stdioServer('s', ['--mode', mode, ...more])] }], common });
    const { code, report } = await test(home, ['s', ...call('echo', { message: 'hi' })]);
    expect({ code, status: report.status, error: report.error }).toEqual({ code: 1, status: 'failed', error: null });
    expect(report.call).toMatchObject({ status: 'error', message: expect.stringMatching(message) });
    expect(audit(home)).toHaveLength(1);
  });

  it('tells why a server cannot be reached, with its last words on stderr', async () => {
    const home = homeWith({
      projects: [
        {
          servers: [
            stdioServer('dies', ['--mode', 'die-at-start']),
            await upstreams.start('locked', ['--mode', 'http-401', '--on', 'all']),
          ],
        },
      ],
    });
    const dies = await test(home, ['dies'], null);
    expect(dies).toMatchObject({
      code: 1,
      report: { status: 'failed', error: 'Server "dies" stopped with exit code 1.' },
    });
    expect(dies.stderr).toContain('this server always dies at start');
    const locked = await test(home, ['locked'], null);
    expect(locked).toMatchObject({ code: 1, report: { status: 'failed', error: expect.stringContaining('401') } });
  });

  it('stands for nobody whose key is not good for the server', async () => {
    const home = homeWith({
      projects: [{ servers: [echoServer('a')] }, { servers: [echoServer('b'), echoServer('c')] }],
    });
    const refused = await test(home, ['a'], 'nobody-has-this-key');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('The key in ENKRYPT_GATEWAY_KEY is not a key of this config');
    expect(refused.stderr).not.toContain('nobody-has-this-key');
    expect((await test(home, ['b'])).stderr).toContain('There is no server "b"');
    expect((await test(home, ['b', '--mcp-config', 'config_1'])).stderr).toContain(
      'is of a project with config "config_0"',
    );
    expect(await test(home, ['b'], home.key(1))).toMatchObject({ code: 0 });
  });

  it('asks which server is meant when several configs have one, and finds the only one', async () => {
    const home = homeWith({
      projects: [{ servers: [echoServer('a')] }, { servers: [echoServer('a'), echoServer('c')] }],
    });
    expect((await test(home, ['a'], null)).stderr).toMatch(/Several configs have a server "a".*--mcp-config/);
    expect(await test(home, ['c'], null)).toMatchObject({ code: 0, report: { mcp_config: { name: 'config_1' } } });
    expect(await test(home, ['a', '--mcp-config', 'config_1'], null)).toMatchObject({ code: 0 });
  });

  it('shows that it waits, and ends in order on Ctrl-C', async () => {
    const home = homeWith({ projects: [{ servers: [stdioServer('s', ['--mode', 'hang-init'])] }] });
    const run = home.start(['server', 'test', 's']);
    await eventually(
      () => run.stderr,
      (text) => /^connecting to s \(\d+ s\)$/m.test(text),
      20_000,
    );
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('error: Interrupted.'),
    });
    expect(readdirSync(join(home.folder, 'children'))).toEqual([]);
  });
});

describe('server add --test', () => {
  it('adds the server and connects to it at once', async () => {
    const home = homeWith({ projects: [{ servers: [] }] });
    const [entry] = [echoServer('e').config as { command: string; args: string[] }];
    const added = await home.run(['server', 'add', 'e', '--json', '--test', '--', entry.command, ...entry.args]);
    expect(added.code).toBe(0);
    const { server, test: report } = JSON.parse(added.stdout) as { server: string; test: Report };
    expect({ server, status: report.status, tools: report.tools.length }).toEqual({
      server: 'e',
      status: 'ok',
      tools: 5,
    });
    expect(await test(home, ['e', ...call('echo', { message: 'x' })])).toMatchObject({ code: 0 });
  });

  it('fails when it cannot be reached; the entry stays', async () => {
    const home = homeWith({ projects: [{ servers: [] }] });
    const added = await home.run(['server', 'add', 'gone', '--test', '--command', '/no/such/command']);
    expect(added.code).toBe(1);
    expect(added.stdout).toMatch(/^Added "gone"/);
    expect(added.stdout).toContain('could not be started (ENOENT)');
    expect((await home.run(['server-names'])).stdout).toBe('gone\n');
  });
});
