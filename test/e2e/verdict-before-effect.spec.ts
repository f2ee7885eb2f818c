import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callModern, elementOf, resultOf, secureCall, sendModern, textOf } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { answerOf, RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { CallRecords, HttpUpstreams, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

/** Arguments (and `_meta`) that the policy blocks, each in another disguise or at another place. */
interface Payload {
  readonly args: Json;
  readonly meta?: Json;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const message = (text: string): Payload => ({ args: { message: text } });
const beside = (more: Json): Payload => ({ args: { message: 'harmless', ...more } });

const BLOCKED: readonly (readonly [string, Payload])[] = [
  ['plain', message('all about project x')],
  ['upper case', message('ALL ABOUT PROJECT X')],
  ['title case at the end of a sentence', message('It is Project X.')],
  ['two spaces and a line end', message('project \n x')],
  ['no-break space', message('project\u00a0x')],
  ['ideographic space', message('project\u3000x')],
  ['zero-width space inside', message('pro\u200bject x')],
  ['zero-width joiner and word joiner inside', message('p\u200droj\u2060ect x')],
  ['soft hyphen inside', message('pro\u00adject x')],
  ['byte order mark inside', message('project \ufeffx')],
  ['right-to-left override inside', message('pro\u202eject x')],
  ['variation selector inside', message('pro\ufe0fject x')],
  ['fullwidth letters', message('ｐｒｏｊｅｃｔ ｘ')],
  ['mathematical letters', message('𝐩𝐫𝐨𝐣𝐞𝐜𝐭 𝐱')],
  ['circled letters', message('ⓟⓡⓞⓙⓔⓒⓣ ⓧ')],
  ['far into a long text', message(`${'lorem ipsum '.repeat(2000)}project x`)],
  ['nested object', beside({ a: { b: { c: { d: 'project x' } } } })],
  ['member name', beside({ 'project x': true })],
  ['nested member name in capitals', beside({ a: [{ 'PROJECT X': 1 }] })],
  ['array', beside({ list: ['one', 'two', 'project x'] })],
  ['array in an array in an object', beside({ list: [[{ deep: [['project x']] }]] })],
  ['member called __proto__', { args: JSON.parse('{"message":"m","__proto__":{"a":"project x"}}') as Json }],
  ['text in base64', beside({ part: { type: 'image', mimeType: 'text/plain', data: base64('project x') } })],
  ['_meta', { args: { message: 'harmless' }, meta: { note: 'project x' } }],
  ['member name in _meta', { args: { message: 'harmless' }, meta: { 'project x': 1 } }],
  ['e-mail address', message('write to jane.doe@example.com')],
  ['e-mail address in fullwidth letters', message('ｊａｎｅ．ｄｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ')],
  ['card number', beside({ card: '4111 1111 1111 1111' })],
  ['card number as a number', beside({ card: 4111111111111111 })],
];

const POLICIES = {
  team: {
    detectors: { keyword_detector: { banned_keywords: ['project x'] }, pii: { entities: ['EMAIL', 'CREDIT_CARD'] } },
  },
};
const GUARDED = {
  input_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector', 'pii'] },
};
const SERVERS = ['pipe', 'web'] as const;
const ROUNDS = 3;

/** One way in; resolves to true when the answer says that the input guardrail refused the call. */
type Door = (server: string, payload: Payload) => Promise<boolean>;

const records = new CallRecords();
const upstreams = new HttpUpstreams();
let gateway: TestGateway;
let session: RawSession;
let batching: RawSession;
let stdio: StdioDoorClient;
let doors: ReadonlyMap<string, Door>;
let blocked = 0;

const refusedInput = (answer: Json): boolean =>
  resultOf(answer)?.isError === true && textOf(answer).startsWith('Request blocked due to input guardrail violations');
const refusedElement = (answer: Json): boolean => elementOf(answer).status === 'blocked_input';
const paramsOf = (server: string, { args, meta }: Payload): Json => ({
  name: `${server}__echo`,
  arguments: args,
  ...(meta === undefined ? {} : { _meta: meta }),
});
/** The meta tool takes no `_meta` for the calls it makes; what the client sends with it goes no further. */
const metaTool = (server: string, { args, meta }: Payload): Json => ({
  name: 'enkrypt_secure_call_tools',
  arguments: secureCall(server, 'echo', meta === undefined ? args : { ...args, meta }),
});

beforeAll(async () => {
  const web = await upstreams.start('web', ['--record', records.path('web')], GUARDED);
  const narrow = { tools: { echo: 'Returns the message.' } };
  const servers = [
    stdioServer('pipe', ['--record', records.path('pipe')], GUARDED),
    web,
    stdioServer('narrow', ['--record', records.path('narrow')], narrow),
  ];
  gateway = await TestGateway.start({ projects: [{ servers, users: 2 }], policies: POLICIES });
  session = await RawSession.open(gateway.url, gateway.key());
  batching = await RawSession.open(gateway.url, gateway.key(), '2025-03-26');
  stdio = await StdioDoorClient.open(gateway);
  doors = new Map<string, Door>([
    ['direct, HTTP, 2025 era', async (s, p) => refusedInput(await session.request('tools/call', paramsOf(s, p)))],
    [
      'direct, HTTP, 2026 era',
      async (s, p) => {
        const params = paramsOf(s, p);
        return refusedInput(answerOf(await sendModern(gateway.url, gateway.key(), { method: 'tools/call', params })));
      },
    ],
    ['direct, stdio', async (s, p) => refusedInput(await stdio.request('tools/call', paramsOf(s, p)))],
    ['meta tool, HTTP, 2025 era', async (s, p) => refusedElement(await session.request('tools/call', metaTool(s, p)))],
    ['meta tool, stdio', async (s, p) => refusedElement(await stdio.request('tools/call', metaTool(s, p)))],
  ]);
}, 60_000);

afterAll(async () => {
  await stdio.close();
  await gateway.stop();
  await upstreams.close();
  records.remove();
}, 60_000);

describe('a call that is blocked', () => {
  describe.each(SERVERS)('for server "%s"', (server) => {
    it.each([
      'direct, HTTP, 2025 era',
      'direct, HTTP, 2026 era',
      'direct, stdio',
      'meta tool, HTTP, 2025 era',
      'meta tool, stdio',
    ])(
      'is refused in every disguise through the door "%s"',
      async (name) => {
        const door = doors.get(name)!;
        const passed: string[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          await Promise.all(
            BLOCKED.map(async ([title, payload]) => {
              if (await door(server, payload)) blocked++;
              else passed.push(title);
            }),
          );
        }
        expect(passed).toEqual([]);
      },
      60_000,
    );

    it('is refused in every disguise in one batch', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const requests = BLOCKED.map(([id, payload]) => {
          return { jsonrpc: '2.0', id, method: 'tools/call', params: paramsOf(server, payload) };
        });
        const response = await batching.post(requests);
        const answers = JSON.parse(response.text) as Json[];
        expect(answers).toHaveLength(BLOCKED.length);
        expect(answers.filter((answer) => !refusedInput(answer)).map(({ id }) => id)).toEqual([]);
        blocked += answers.length;
      }
    }, 60_000);

    it('is refused as the second of several calls, and ends the list', async () => {
      const calls = {
        server_name: server,
        tool_calls: [{ name: 'pids' }, { name: 'echo', args: { message: 'project x' } }, { name: 'pids' }],
      };
      const answer = await session.call('enkrypt_secure_call_tools', calls);
      const results = resultOf(answer)!.structuredContent.results as Json[];
      expect(results.map(({ status }) => status)).toEqual(['success', 'blocked_input']);
      blocked++;
    });
  });

  it('never reached an upstream, over more than 1,000 calls', async () => {
    expect(blocked).toBeGreaterThan(1_000);
    for (const server of SERVERS) expect(records.calls(server)).toEqual(['pids']);
    const decisions = await eventually(
      () => gateway.audit().filter(({ decision }) => decision === 'blocked_input').length,
      (count) => count >= blocked,
    );
    expect(decisions).toBe(blocked);
  });

  it('left the record in working order: a clean call through each door shows', async () => {
    const clean = { message: 'hello' };
    for (const server of SERVERS) {
      const tool = `${server}__echo`;
      expect(textOf(await session.call(tool, clean))).toBe('hello');
      expect(textOf(await callModern(gateway.url, gateway.key(), tool, clean))).toBe('hello');
      expect(textOf(await stdio.request('tools/call', { name: tool, arguments: clean }))).toBe('hello');
      expect(
        elementOf(await session.call('enkrypt_secure_call_tools', secureCall(server, 'echo', clean))).response,
      ).toBe('hello');
      expect(records.calls(server)).toEqual(['pids', 'echo', 'echo', 'echo', 'echo']);
    }
  });
});

describe('a call that is refused before the guardrails', () => {
  const refused = async (name: string, args: Json): Promise<Json[]> => [
    await session.call(name, args),
    await callModern(gateway.url, gateway.key(), name, args),
    await stdio.request('tools/call', { name, arguments: args }),
  ];

  it.each(SERVERS)('does not reach server "%s" when its arguments do not fit the schema', async (server) => {
    const before = records.calls(server).length;
    for (const args of [{}, { message: 5 }, { message: null }, { message: ['m'] }]) {
      for (const answer of await refused(`${server}__echo`, args)) expect(resultOf(answer)?.isError).toBe(true);
      const element = elementOf(await session.call('enkrypt_secure_call_tools', secureCall(server, 'echo', args)));
      expect(element).toMatchObject({ status: 'error', error: { code: 'TOOL_003' } });
    }
    expect(records.calls(server)).toHaveLength(before);
  });

  it('does not reach the server when the tool is not on its allow-list', async () => {
    for (const answer of await refused('narrow__pids', {})) expect(textOf(answer)).toMatch(/^error -32602: /);
    const element = elementOf(await session.call('enkrypt_secure_call_tools', secureCall('narrow', 'pids', {})));
    expect(element).toMatchObject({ status: 'error', error: { code: 'TOOL_002' } });
    expect(records.calls('narrow')).toEqual([]);
    expect(textOf(await session.call('narrow__echo', { message: 'allowed' }))).toBe('allowed');
    expect(records.calls('narrow')).toEqual(['echo']);
  });

  it('does not reach the server once the key is disabled, on live sessions through both doors', async () => {
    const { key, hash } = gateway.config.keys[0]![1]!;
    const other = await RawSession.open(gateway.url, key);
    const otherStdio = await StdioDoorClient.open(gateway, key);
    const call = { name: 'pipe__echo', arguments: { message: 'hello' } };
    expect(textOf(await other.request('tools/call', call))).toBe('hello');
    expect(textOf(await otherStdio.request('tools/call', call))).toBe('hello');
    gateway.edit((json) => {
      (json.apikeys as Record<string, Json>)[hash]!.disabled = true;
    });
    await eventually(
      async () => (await other.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status,
      (status) => status === 401,
      2_000,
    );
    await eventually(
      () => otherStdio.request('ping'),
      (answer) => 'error' in answer,
      2_000,
    );
    const before = records.calls('pipe').length;
    expect((await other.post({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call })).status).toBe(401);
    const modern = await sendModern(gateway.url, key, { method: 'tools/call', params: call });
    expect(modern.status).toBe(401);
    expect(textOf(await otherStdio.request('tools/call', call))).toMatch(/^error -32010: /);
    expect(records.calls('pipe')).toHaveLength(before);
    expect(textOf(await session.request('tools/call', call))).toBe('hello');
    await otherStdio.close();
  }, 20_000);
});
