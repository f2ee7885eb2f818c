import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomOf } from '../guardrails/fixtures.js';
import { clientSection, EMAIL, goesOn, GUARDED, HookHome, type Json, MARKER } from './hook-runs.js';

let home: HookHome;
beforeAll(async () => {
  home = await HookHome.make();
});
afterAll(async () => {
  await home.remove();
});

const both = (changes: Json): Json => ({ 'claude-code': clientSection(changes), cursor: clientSection(changes) });
const OPEN = both({ on_failure: 'open' });
const CLOSED = both({ on_failure: 'closed' });

/** Ways in which an input cannot be checked, made from a good one. */
const BAD_INPUTS: readonly [string, (good: Json) => Json | Buffer | string, string][] = [
  ['no bytes', () => '', 'parse_error'],
  ['no JSON', () => `{"${MARKER}`, 'parse_error'],
  ['no object', () => `["${MARKER}"]`, 'parse_error'],
  [
    'bytes that are not UTF-8',
    (good) => Buffer.concat([Buffer.from(JSON.stringify(good)), Buffer.of(0xff)]),
    'parse_error',
  ],
  ['a name twice', (good) => JSON.stringify(good).replace('{', '{"prompt":"a","prompt":"b",'), 'parse_error'],
  [
    '65 levels',
    (good) => ({ ...good, deep: JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`) as unknown }),
    'parse_error',
  ],
  ['more than 4 MiB', (good) => ({ ...good, more: 'a'.repeat(4 * 1024 * 1024) }), 'body_too_large'],
  ['no event name', (good) => ({ ...good, hook_event_name: undefined }), 'invalid_request'],
  ['none of its own fields', ({ hook_event_name }) => ({ hook_event_name }), 'invalid_request'],
];

describe.each(GUARDED)('$client $event', (guarded) => {
  const { client, event, input, pass, reasonOf } = guarded;

  describe.each(BAD_INPUTS)('with %s on stdin', (_what, broken, code) => {
    it('is refused', async () => {
      await home.configure(CLOSED);
      const answer = await home.run(client, event, broken(input('fine')));
      expect(answer.exitCode).toBe(0);
      expect(reasonOf(JSON.parse(answer.stdout) as Json)).toMatch(
        /^The guardrail check could not be made, so this was refused: ./,
      );
      expect(answer.stderr).toMatch(/^error: not checked, so it was refused: ./);
      expect(answer.stdout + answer.stderr).not.toContain(MARKER);
      expect((await home.audit()).at(-1)).toMatchObject({
        method: `hook/${event}`,
        decision: 'refused',
        reasons: [code],
      });
    });

    it('goes on with a warning when the config says so', async () => {
      await home.configure(OPEN);
      const answer = await home.run(client, event, broken(input('fine')));
      expect(answer).toEqual({
        stdout: pass,
        stderr: expect.stringMatching(/^warning: not checked, and it goes on: ./),
        exitCode: 0,
      });
      expect((await home.audit()).at(-1)).toMatchObject({ decision: 'error', reasons: [code] });
    });
  });

  it.each<[string, string]>([
    ['is not JSON', '{'],
    ['has an unknown key', '{"hook":{}}'],
    [
      'has a section that does not fit',
      JSON.stringify({ hooks: { [client]: { enabled: true, on_failure: 'never' } } }),
    ],
    [
      'names a policy that is not there',
      JSON.stringify({ hooks: { [client]: { enabled: true, policy_name: 'nobody' } } }),
    ],
    [
      'blocks what the policy does not have',
      JSON.stringify({
        hooks: { [client]: { enabled: true, policy_name: 'default', block: ['rudeness'], on_failure: 'open' } },
      }),
    ],
    [
      'asks for a provider that is not here',
      JSON.stringify({ plugins: { guardrails: { provider: 'enkrypt' } }, hooks: CLOSED }),
    ],
  ])('is refused when the config %s', async (_what, config) => {
    await home.write(config);
    const answer = await home.run(client, event, input('fine'));
    expect(answer.exitCode).toBe(0);
    expect(reasonOf(JSON.parse(answer.stdout) as Json)).toMatch(/the config file cannot be used.*config validate/);
    expect(answer.stderr).toMatch(/config\.json has \d problems?:\n {2}./);
  });

  it('is refused when its input does not end in time, and lets go of the stream', async () => {
    await home.configure(CLOSED);
    const stdin = new PassThrough();
    stdin.write(JSON.stringify(input('fine')));
    const answer = await home.stream(client, event, stdin, 200);
    expect(reasonOf(JSON.parse(answer.stdout) as Json)).toMatch(/reading the input took too long$/);
    expect(stdin.destroyed).toBe(true);
  });

  it('is refused when the check takes longer than guardrail_timeout', async () => {
    await home.configure(CLOSED, { common_mcp_gateway_config: { timeout_settings: { guardrail_timeout: 0.001 } } });
    const answer = await home.run(client, event, input('fine words '.repeat(100_000)));
    expect(reasonOf(JSON.parse(answer.stdout) as Json)).toMatch(/the guardrail check took too long$/);
    expect((await home.audit()).at(-1)).toMatchObject({ reasons: ['guardrail_unavailable'] });
  });

  it('blocks with exit code 2 when the input is of another event that can be blocked', async () => {
    await home.configure(OPEN);
    const answer = await home.run(client, event, { ...input('fine'), hook_event_name: 'SomethingNew' });
    expect(answer).toMatchObject({ stdout: '', exitCode: 2 });
    expect(answer.stderr).toMatch(/of the event "SomethingNew"/);
  });

  it('never goes on with bytes that are not its input', async () => {
    await home.configure(CLOSED);
    const random = randomOf(20_260_131);
    const good = Buffer.from(JSON.stringify(input(`fine ${'ü€😀"\\'.repeat(3)}`)), 'utf8');
    let refused = 0;
    for (let round = 0; round < 100; round++) {
      const bytes = mutated(good, random);
      const answer = await home.run(client, event, bytes);
      const isSound = parses(bytes);
      if (!isSound) {
        refused++;
        expect({ bytes: bytes.toString('latin1'), goesOn: goesOn(answer, guarded) }).toEqual({
          bytes: bytes.toString('latin1'),
          goesOn: false,
        });
      }
      expect(answer.stdout).not.toContain(MARKER);
    }
    expect(refused).toBeGreaterThan(50);
  });
});

it('says so when the audit log cannot be written, and decides all the same', async () => {
  await home.configure(CLOSED, { common_mcp_gateway_config: { audit_log: 'config.json/audit.jsonl' } });
  const { client, event, input, reasonOf } = GUARDED[0]!;
  const answer = await home.run(client, event, input(EMAIL));
  expect(reasonOf(JSON.parse(answer.stdout) as Json)).toContain('pii (EMAIL)');
  expect(answer.stderr).toMatch(
    /^warning: the decision could not be written to the audit log .*config\.json\/audit\.jsonl\n$/,
  );
});

/** What JSON.parse takes is what a lenient reader might; the event name must have survived. */
function parses(bytes: Buffer): boolean {
  try {
    return (
      typeof (JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json).hook_event_name === 'string'
    );
  } catch {
    return false;
  }
}

/** The bytes cut, with some of them changed, doubled or removed, or others altogether. */
function mutated(good: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * good.length);
  const byte = Math.floor(random() * 256);
  switch (Math.floor(random() * 6)) {
    case 0:
      return good.subarray(0, at);
    case 1:
      return Buffer.concat([good.subarray(0, at), Buffer.of(byte), good.subarray(at)]);
    case 2:
      return Buffer.concat([good.subarray(0, at), Buffer.of(byte), good.subarray(at + 1)]);
    case 3:
      return Buffer.concat([good, good.subarray(at)]);
    case 4:
      return Buffer.concat([good.subarray(0, at), good.subarray(at + 1 + Math.floor(random() * 20))]);
    default:
      return Buffer.from(Array.from({ length: Math.floor(random() * 64) }, () => Math.floor(random() * 256)));
  }
}

describe('output that could not be checked, which "block" alone would leave in sight of the model,', () => {
  const NOTICE = '[withheld by the guardrail policy]';
  const deep = JSON.parse(`${'['.repeat(64)}"${MARKER}"${']'.repeat(64)}`) as unknown;
  const call = (tool: string, output: unknown): Json => ({
    hook_event_name: 'PostToolUse',
    tool_name: tool,
    tool_input: {},
    tool_response: output,
  });

  async function shownOf(input: Json | string): Promise<unknown> {
    const { stdout } = await home.run('claude-code', 'PostToolUse', input);
    expect(stdout).not.toContain(MARKER);
    const { decision, hookSpecificOutput } = JSON.parse(stdout) as { decision: string; hookSpecificOutput: unknown };
    expect(decision).toBe('block');
    return hookSpecificOutput;
  }

  it.each<[string, Json | string]>([
    ['nested too deeply', call('mcp__crm__find', deep)],
    ['too large', call('mcp__crm__find', 'a'.repeat(4 * 1024 * 1024))],
    ['with a name twice', JSON.stringify(call('mcp__crm__find', 'x')).replace('"x"', '{"a":1,"a":2}')],
  ])('is replaced in the fields of all tools when it is %s', async (_what, input) => {
    await home.configure(CLOSED);
    expect(await shownOf(input)).toEqual({
      hookEventName: 'PostToolUse',
      updatedToolOutput: [{ type: 'text', text: NOTICE }],
      updatedMCPToolOutput: [{ type: 'text', text: NOTICE }],
    });
  });

  const FILE = { type: 'text', file: { filePath: `/${MARKER}`, lines: [MARKER, 7, null, true] } };
  it.each<[string, () => Promise<void>]>([
    ['the config is broken', () => home.write('{')],
    [
      'the check takes too long',
      () => home.configure(CLOSED, { common_mcp_gateway_config: { timeout_settings: { guardrail_timeout: 0.001 } } }),
    ],
  ])('keeps the shape that the client expects of its own tools, and nothing of others, when %s', async (_what, set) => {
    await set();
    const more = 'fine words '.repeat(100_000);
    expect(await shownOf(call('Read', { ...FILE, more }))).toEqual({
      hookEventName: 'PostToolUse',
      updatedToolOutput: { type: 'text', file: { filePath: NOTICE, lines: [NOTICE, 0, null, true] }, more: NOTICE },
    });
    expect(await shownOf(call('mcp__crm__find', { [MARKER]: more }))).toEqual({
      hookEventName: 'PostToolUse',
      updatedMCPToolOutput: NOTICE,
    });
  });
});
