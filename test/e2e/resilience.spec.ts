import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { elementOf, resultOf, secureCall, textOf } from '../support/answers.js';
import { type ServerOptions, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer, HttpUpstreams, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const TIMEOUT_S = 1;
/** How long a call to a healthy server may take while, and after, another server misbehaves. */
const HEALTHY_MS = 1_000;

const upstreams = new HttpUpstreams();
/** Tools have one second. */
let hasty: TestGateway;
/** Tools have twenty: for answers that are only large. */
let patient: TestGateway;
const sessions = new Map<TestGateway, RawSession>();

interface Misbehaviour {
  readonly mode: string;
  readonly over: 'stdio' | 'http';
  /** What the client of a direct call reads. */
  readonly text: RegExp;
  readonly isError: boolean;
  /** Status and error code of the meta tool's element; undefined code = not an error of the gateway. */
  readonly element: { readonly status: 'success' | 'error'; readonly code?: string };
  readonly withinMs: number;
  /** Length of the text, where it is too long for a pattern. */
  readonly chars?: number;
  /** Size of a huge result, when it is not the usual one. */
  readonly bytes?: number;
  /** With an output policy. */
  readonly checked?: boolean;
}

const timedOut = {
  text: /did not answer within 1 s/,
  isError: true,
  element: { status: 'error', code: 'TOOL_004' },
  withinMs: 2_000,
} as const;
const failedAs = (code: string, text: RegExp) =>
  ({ text, isError: true, element: { status: 'error', code }, withinMs: 1_000 }) as const;
const answered = (text: RegExp) => ({ text, isError: false, element: { status: 'success' }, withinMs: 1_000 }) as const;

const HASTY: readonly Misbehaviour[] = [
  { mode: 'hang', over: 'stdio', ...timedOut },
  { mode: 'hang', over: 'http', ...timedOut },
  { mode: 'wrong-ids', over: 'stdio', ...timedOut },
  { mode: 'wrong-ids', over: 'http', ...failedAs('TOOL_001', /ended its event stream without an answer/) },
  { mode: 'endless-progress', over: 'stdio', ...timedOut },
  { mode: 'endless-progress', over: 'http', ...timedOut },
  { mode: 'slow-body', over: 'http', ...timedOut },
  { mode: 'die', over: 'stdio', ...failedAs('TOOL_006', /stopped with exit code 1/) },
  { mode: 'die-at-start', over: 'stdio', ...failedAs('TOOL_006', /exit code 1|several times in a row/) },
  { mode: 'http-401', over: 'http', ...failedAs('TOOL_006', /refused the gateway's credentials \(HTTP 401\)/) },
  { mode: 'http-500', over: 'http', ...failedAs('TOOL_006', /answered HTTP 500/) },
  { mode: 'redirect', over: 'http', ...failedAs('TOOL_006', /redirects \(HTTP 307\), which is not followed/) },
  { mode: 'sse-cut', over: 'http', ...failedAs('TOOL_001', /ended its event stream without an answer/) },
  { mode: 'duplicate-answers', over: 'stdio', ...answered(/^first answer$/) },
  { mode: 'duplicate-answers', over: 'http', ...answered(/^first answer$/) },
  { mode: 'garbage-stdout', over: 'stdio', ...answered(/^hello$/) },
  { mode: 'list-changed-storm', over: 'stdio', ...answered(/^hello$/) },
  { mode: 'list-changed-storm', over: 'http', ...answered(/^hello$/) },
  {
    mode: 'error-result',
    over: 'stdio',
    text: /^It did not work\.$/,
    isError: true,
    element: { status: 'error' },
    withinMs: 1_000,
  },
  {
    mode: 'error-result',
    over: 'http',
    text: /^It did not work\.$/,
    isError: true,
    element: { status: 'error' },
    withinMs: 1_000,
  },
  {
    mode: 'rpc-error',
    over: 'stdio',
    text: /^error -32000: This server always fails\.$/,
    isError: false,
    element: { status: 'error' },
    withinMs: 1_000,
  },
  {
    mode: 'rpc-error',
    over: 'http',
    text: /^error -32000: This server always fails\.$/,
    isError: false,
    element: { status: 'error' },
    withinMs: 1_000,
  },
  { mode: 'deep-result', over: 'stdio', ...failedAs('TOOL_001', /nested deeper than 64 levels/) },
  { mode: 'deep-result', over: 'http', ...failedAs('TOOL_001', /nested deeper than 64 levels/) },
];
const HUGE = 52_428_800;
const PATIENT: readonly Misbehaviour[] = [
  { mode: 'stderr-flood', over: 'stdio', ...answered(/^hello$/), withinMs: 5_000 },
  { mode: 'huge-result', over: 'stdio', ...answered(/^xxx/), chars: HUGE, withinMs: 10_000 },
  { mode: 'huge-result', over: 'http', ...answered(/^xxx/), chars: HUGE, withinMs: 10_000 },
  // The same once more with a check of every character.
  { mode: 'huge-result', over: 'http', checked: true, ...answered(/^xxx/), chars: HUGE, withinMs: 30_000 },
  {
    mode: 'huge-result',
    over: 'stdio',
    bytes: 2 * HUGE,
    ...failedAs('TOOL_001', /larger than the cap of 64 MiB/),
    withinMs: 10_000,
  },
  {
    mode: 'huge-result',
    over: 'http',
    bytes: 2 * HUGE,
    ...failedAs('TOOL_001', /larger than the cap of 64 MiB/),
    withinMs: 10_000,
  },
];

const nameOf = ({ mode, over, bytes, checked }: Misbehaviour): string =>
  [mode, over, ...(bytes === undefined ? [] : ['oversized']), ...(checked === true ? ['checked'] : [])].join('-');
const CHECKED = { output_guardrails_policy: { enabled: true, policy_name: 'default', block: ['pii'] } };

async function serverFor(misbehaviour: Misbehaviour): Promise<ServerOptions> {
  const name = nameOf(misbehaviour);
  const { mode, over, bytes = HUGE, checked = false } = misbehaviour;
  const args = ['--mode', mode, '--bytes', String(bytes)];
  const extra = checked ? CHECKED : {};
  return over === 'stdio' ? stdioServer(name, args, extra) : upstreams.start(name, args, extra);
}

async function startGateway(cases: readonly Misbehaviour[], timeoutS: number): Promise<TestGateway> {
  const servers = await Promise.all(cases.map(serverFor));
  const common = { timeout_settings: { tool_execution_timeout: timeoutS, discovery_timeout: 5 } };
  const gateway = await TestGateway.start({ projects: [{ servers: [echoServer('fine'), ...servers] }], common });
  const session = await RawSession.open(gateway.url, gateway.key());
  sessions.set(gateway, session);
  await session.request('tools/list');
  return gateway;
}

beforeAll(async () => {
  hasty = await startGateway(HASTY, TIMEOUT_S);
  patient = await startGateway(PATIENT, 20);
}, 60_000);

afterAll(async () => {
  await hasty.stop();
  await patient.stop();
  await upstreams.close();
}, 60_000);

afterEach(() => {
  for (const gateway of [hasty, patient]) {
    expect(gateway.child.exitCode).toBeNull();
    // Every failure of an upstream is expected: nothing may be logged as an error of the gateway, and no stack trace.
    expect(gateway.stderr).not.toMatch(/"level":"(error|fatal)"|\n\s+at |UnhandledPromise/);
  }
});

/** Milliseconds of one call to the healthy server. */
async function healthyCall(session: RawSession): Promise<number> {
  const started = performance.now();
  expect(textOf(await session.call('fine__echo', { message: 'fine' }))).toBe('fine');
  return performance.now() - started;
}

async function proves(gateway: TestGateway, misbehaviour: Misbehaviour): Promise<void> {
  const session = sessions.get(gateway)!;
  const { text, isError, element, withinMs } = misbehaviour;
  const server = nameOf(misbehaviour);
  const args = { message: 'hello' };
  const started = performance.now();
  const call = session.call(`${server}__echo`, args);
  expect(await healthyCall(session)).toBeLessThan(HEALTHY_MS);
  const answer = await call;
  expect(performance.now() - started).toBeLessThan(withinMs);
  const shown = textOf(answer);
  if (!text.test(shown)) throw new Error(`${String(text)} does not match ${shown.slice(0, 300)}`);
  if (misbehaviour.chars !== undefined) expect(shown).toHaveLength(misbehaviour.chars);
  expect(resultOf(answer)?.isError ?? false).toBe(isError);
  expect(await healthyCall(session)).toBeLessThan(HEALTHY_MS);
  const meta = await session.call('enkrypt_secure_call_tools', secureCall(server, 'echo', args));
  const found = elementOf(meta);
  expect(found.status).toBe(element.status);
  if (element.code !== undefined) expect((found.error as Json).code).toBe(element.code);
  expect(resultOf(meta)?.isError).toBe(element.status === 'error');
  expect(await healthyCall(session)).toBeLessThan(HEALTHY_MS);
}

describe('a server that misbehaves gets a clear and bounded answer and disturbs no other', () => {
  it.each(HASTY.map((each) => [nameOf(each), each] as const))('%s', (_, each) => proves(hasty, each), 20_000);
  it.each(PATIENT.map((each) => [nameOf(each), each] as const))('%s', (_, each) => proves(patient, each), 60_000);
});

describe('a server that never finishes its handshake', () => {
  it('is a failure of its own, while the tools of the others are listed at once', async () => {
    const common = { timeout_settings: { discovery_timeout: 1 } };
    const servers = [
      stdioServer('mute', ['--mode', 'hang-init']),
      stdioServer('fine'),
      stdioServer('dead', ['--mode', 'die-at-start']),
    ];
    const gateway = await TestGateway.start({ projects: [{ servers }], common });
    try {
      const session = await RawSession.open(gateway.url, gateway.key());
      const started = performance.now();
      const { tools } = (await session.request('tools/list')).result as { tools: { name: string }[] };
      expect(performance.now() - started).toBeLessThan(5_000);
      const names = tools.map(({ name }) => name);
      expect(names).toContain('fine__echo');
      expect(names.filter((name) => /^(mute|dead)__/.test(name))).toEqual([]);
      expect(textOf(await session.call('mute__echo', { message: 'm' }))).toMatch(
        /did not (list its tools|finish the handshake)/,
      );
      expect(textOf(await session.call('dead__echo', { message: 'm' }))).toMatch(/exit code 1|several times in a row/);
    } finally {
      await gateway.stop();
    }
  }, 30_000);
});
