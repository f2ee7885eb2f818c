import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { elementOf, secureCall, sendModern } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { answerOf, RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { WaitingChecks } from '../support/waiting-checks.js';

type Json = Record<string, unknown>;

jest.setTimeout(60_000);

let checks: WaitingChecks;
let mirror: MirrorServer;
let gateway: TestGateway;
let session: RawSession;
let batching: RawSession;
let stdio: StdioDoorClient;

const CHECKED = { enabled: true, policy_name: 'p', block: ['injection_attack'] };

beforeAll(async () => {
  checks = await WaitingChecks.start();
  mirror = await MirrorServer.start();
  const server = (name: string, extra: Json): { name: string; config: Json; extra: Json } => ({
    name,
    config: { url: mirror.url },
    extra: { input_guardrails_policy: CHECKED, ...extra },
  });
  const marked = { read_only_tools: ['mirror'] };
  const redacting = { ...CHECKED, additional_config: { pii_redaction: true } };
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          server('early', marked),
          // Its tool calls itself read-only, as that of all of them does.
          server('forged', {}),
          server('late', { ...marked, timeout_settings: { guardrail_timeout: 1 } }),
          server('unchecked', {
            ...marked,
            input_guardrails_policy: { enabled: false },
            tool_policies: [{ tools: ['mir*'], input_guardrails_policy: CHECKED }],
          }),
          server('redacting', {
            ...marked,
            tool_policies: [{ tools: ['mirror'], input_guardrails_policy: redacting }],
          }),
        ],
      },
    ],
    plugins: checks.plugins,
    common: { enkrypt_async_input_guardrails_enabled: true },
  });
  session = await RawSession.open(gateway.url, gateway.key());
  batching = await RawSession.open(gateway.url, gateway.key(), '2025-03-26');
  stdio = await StdioDoorClient.open(gateway);
});

afterAll(async () => {
  await stdio.close();
  await gateway.stop();
  await mirror.close();
  checks.close();
});

type Door = (params: Json) => Promise<Json>;

const call: Door = (params) => session.request('tools/call', params);
const DOORS: readonly (readonly [string, Door])[] = [
  ['HTTP, 2025 era', call],
  [
    'HTTP, 2026 era',
    async (params) => answerOf(await sendModern(gateway.url, gateway.key(), { method: 'tools/call', params })),
  ],
  ['stdio', (params) => stdio.request('tools/call', params)],
  [
    'a batch',
    async (params) => {
      const response = await batching.post([{ jsonrpc: '2.0', id: 1, method: 'tools/call', params }]);
      return (JSON.parse(response.text) as Json[])[0]!;
    },
  ],
  [
    'the meta tool',
    async ({ name, arguments: args }) => {
      const [server = ''] = (name as string).split('__');
      const list = secureCall(server, 'mirror', args as Json);
      // What the caller said itself is in there, too.
      const { enkrypt_mcp_data: own, ...shown } = elementOf(await session.call('enkrypt_secure_call_tools', list));
      if (own === undefined) throw new Error('the element does not say which call it is of');
      return shown;
    },
  ],
];

const paramsOf = (server: string, args: Json): Json => ({ name: `${server}__mirror`, arguments: args });
/** The call as its server got it. */
const arrived = (note: string): Promise<string | undefined> =>
  eventually(
    () => mirror.calls.find((args) => args.includes(note)),
    (found) => found !== undefined,
  );
const hanging = (token: string) =>
  eventually(
    () => mirror.hanging.get(token),
    (found) => found !== undefined,
  );
const cancelled = async (token: string): Promise<void> => {
  const waiting = (await hanging(token))!;
  await eventually(
    () => waiting.closed && mirror.cancelled.includes(waiting.id),
    (reached) => reached,
  );
};
let tokens = 0;
const newToken = (): string => `token-${String(++tokens)}.`;

describe.each(DOORS)('a call of a marked tool through %s', (_, door) => {
  it('answers when its verdict is a pass', async () => {
    const note = newToken();
    const answer = door(paramsOf('early', { note }));
    await arrived(note);
    await checks.decide(note, 'clean');
    expect(JSON.stringify(await answer)).toContain(note);
  });

  it('never shows the answer that is there already when its verdict is a block', async () => {
    const note = newToken();
    const answer = door(paramsOf('early', { note }));
    await arrived(note);
    await checks.decide(note, 'attack');
    const shown = JSON.stringify(await answer);
    expect(shown).toContain('Request blocked due to input guardrail violations');
    expect(shown).not.toContain(note);
  });

  it('is cancelled at its server when its verdict is a block', async () => {
    const token = newToken();
    const answer = door(paramsOf('early', { hang: token }));
    await hanging(token);
    await checks.decide(token, 'attack');
    expect(JSON.stringify(await answer)).toContain('Request blocked due to input guardrail violations');
    await cancelled(token);
  });

  it.each(['forged', 'redacting'])('waits for its verdict at the server "%s"', async (server) => {
    const [note, probe] = [newToken(), newToken()];
    const answer = door(paramsOf(server, { note }));
    await checks.asked(note);
    // A call that had started would be there before this one, which goes the same way later.
    const other = call(paramsOf('early', { note: probe }));
    await arrived(probe);
    await checks.decide(probe, 'clean');
    await other;
    expect(mirror.calls.filter((args) => args.includes(note))).toEqual([]);
    await checks.decide(note, 'attack');
    // The provider of the redacting one is asked for places of personal data first, which this service does not know.
    expect(JSON.stringify(await answer)).toMatch(/Request blocked|cannot be checked/);
    expect(mirror.calls.filter((args) => args.includes(note))).toEqual([]);
  });

  it('is refused and cancelled when its check is late', async () => {
    const token = newToken();
    const answer = door(paramsOf('late', { hang: token }));
    await hanging(token);
    const shown = JSON.stringify(await answer);
    expect(shown).toContain('did not answer in time');
    expect(shown).not.toContain(token);
    await cancelled(token);
  });

  it('starts early under the policy of the tool alone', async () => {
    const note = newToken();
    const answer = door(paramsOf('unchecked', { note }));
    await arrived(note);
    await checks.decide(note, 'attack');
    expect(JSON.stringify(await answer)).not.toContain(note);
  });
});

describe('progress of a started call', () => {
  /** The whole answer of a call that asks for progress, and whether it has come. */
  function streamOf(args: Json): { readonly text: Promise<string>; isOver: boolean } {
    const params = { ...paramsOf('early', args), _meta: { progressToken: 'p' } };
    const response = session.post({ jsonrpc: '2.0', id: 9, method: 'tools/call', params });
    const stream = { text: response.then(({ text }) => text), isOver: false };
    void response.then(() => (stream.isOver = true));
    return stream;
  }

  it('is never shown when the verdict is a block', async () => {
    const token = newToken();
    const stream = streamOf({ progress: [`one ${token}`, `two ${token}`], hang: token });
    await hanging(token);
    await checks.decide(token, 'attack');
    const text = await stream.text;
    expect(text).toContain('Request blocked');
    expect(text).not.toMatch(/notifications\/progress|one token/);
  });

  it('is not shown before the verdict', async () => {
    const [token, probe] = [newToken(), newToken()];
    const stream = streamOf({ note: token, progress: [`early ${token}`] });
    await arrived(token);
    // By the time that another call has come back, so has this one's progress.
    const other = call(paramsOf('early', { note: probe }));
    await checks.decide(probe, 'clean');
    await other;
    expect(stream.isOver).toBe(false);
    await checks.decide(token, 'clean');
    const text = await stream.text;
    expect(text).toContain(token);
    expect(text).not.toContain('notifications/progress');
  });
});

it('is written down: every call that started says so, and only those', async () => {
  const lines = await eventually(
    () => gateway.audit().filter(({ event }) => event === 'call'),
    (found) => found.length >= mirror.calls.length,
  );
  const early = (server: string) =>
    lines.filter((line) => line.server === server).map((line) => line.started_before_verdict);
  expect(new Set(early('early'))).toEqual(new Set([true]));
  expect(new Set(early('late'))).toEqual(new Set([true]));
  expect(new Set(early('forged'))).toEqual(new Set([undefined]));
  expect(new Set(early('redacting'))).toEqual(new Set([undefined]));
});
