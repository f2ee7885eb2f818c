import { randomUUID } from 'node:crypto';
import { BUILT_DETECTORS, isPairDetector } from '../../src/contracts/finding.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callModern, elementOf, resultOf, secureCall, sendModern, textOf } from '../support/answers.js';
import { eventually, sha256, TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { answerOf, RawSession, send } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { HttpUpstreams, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

/** Stands next to what is banned, so that a leak of any part of the text shows. */
const MARKER = 'marker-7c1e';
const BANNED = `${MARKER} about project x`;
const EMAIL = 'jane.doe@example.com';

/** Tools of the upstream: each puts its argument into another place of the answer. */
const CARRIERS = [
  'leak_content',
  'leak_second_content',
  'leak_structured',
  'leak_structured_key',
  'leak_resource',
  'leak_resource_link',
  'leak_error_result',
  'leak_rpc_error',
  'leak_rpc_error_data',
] as const;

const POLICIES = {
  words: { detectors: { keyword_detector: { banned_keywords: ['project x'] } } },
  team: { detectors: { keyword_detector: { banned_keywords: ['project x'] }, pii: { entities: ['EMAIL'] } } },
};
const input = (policy: string, block: string[], redact = false) => ({
  input_guardrails_policy: { enabled: true, policy_name: policy, block, additional_config: { pii_redaction: redact } },
});
const output = (policy: string, block: string[]) => ({
  output_guardrails_policy: { enabled: true, policy_name: policy, block },
});

/** Server name -> its policies; all of them are the same upstream. */
const GUARDED = {
  off: {},
  blocks_output: output('team', ['keyword_detector', 'pii']),
  reports: { ...input('team', []), ...output('team', []) },
  blocks_input: input('team', ['keyword_detector', 'pii']),
  redacts: input('team', ['keyword_detector', 'pii'], true),
  redacts_checked: { ...input('team', [], true), ...output('team', ['pii']) },
  built_in: { ...input('default', ['pii']), ...output('default', ['pii']) },
};

const upstreams = new HttpUpstreams();
let mirror: MirrorServer;
let gateway: TestGateway;
let session: RawSession;
let stdio: StdioDoorClient;

beforeAll(async () => {
  mirror = await MirrorServer.start();
  const url = await upstreams.listen(['--mode', 'secret-echo']);
  const servers = Object.entries(GUARDED).map(([name, extra]) => ({ name, config: { url }, extra }));
  const mirrors = [
    { name: 'mirror_blocks', config: { url: mirror.url }, extra: output('team', ['keyword_detector', 'pii']) },
    { name: 'mirror_redacts', config: { url: mirror.url }, extra: input('team', [], true) },
    {
      name: 'mirror_both',
      config: { url: mirror.url },
      extra: { ...input('team', [], true), ...output('team', ['pii']) },
    },
  ];
  const piped = stdioServer('piped', [], { ...input('team', ['keyword_detector']), ...output('words', []) });
  gateway = await TestGateway.start({ projects: [{ servers: [...servers, ...mirrors, piped] }], policies: POLICIES });
  session = await RawSession.open(gateway.url, gateway.key());
  stdio = await StdioDoorClient.open(gateway);
}, 60_000);

afterAll(async () => {
  await stdio.close();
  await gateway.stop();
  await mirror.close();
  await upstreams.close();
}, 60_000);

/** Waits until the lines of all calls so far are written: they are written in order, so that of one more call is the last. */
async function auditSettled(): Promise<void> {
  const message = randomUUID();
  await session.call('off__echo', { message });
  const digest = sha256(JSON.stringify({ message })).slice(7);
  await eventually(
    () => gateway.audit(),
    (lines) => lines.some(({ args_sha256: found }) => found === digest),
  );
}

/** The audit line of a call of a tool of a server. */
async function lastAudit(server: string, tool: string, ran: () => Promise<unknown>): Promise<Json> {
  await auditSettled();
  const lines = (): Json[] => gateway.audit().filter((line) => line.server === server && line.tool === tool);
  const before = lines().length;
  await ran();
  return (await eventually(lines, (found) => found.length > before)).at(-1)!;
}

const callDoors: readonly (readonly [string, (name: string, args: Json) => Promise<Json>])[] = [
  ['HTTP, 2025 era', (name, args) => session.call(name, args)],
  ['HTTP, 2026 era', (name, args) => callModern(gateway.url, gateway.key(), name, args)],
  ['stdio', (name, args) => stdio.request('tools/call', { name, arguments: args })],
];

/** One call through the meta tool: its element without the caller's own arguments. */
async function metaCall(server: string, tool: string, args: Json): Promise<Json> {
  const answer = await session.call('enkrypt_secure_call_tools', secureCall(server, tool, args));
  const element = { ...elementOf(answer) };
  delete element.enkrypt_mcp_data;
  return element;
}

const side = (element: Json, name: 'input' | 'output'): Json =>
  (element.enkrypt_policy_detections as Record<string, Json>)[`${name}_guardrail_response`]!;

describe('an answer with a banned keyword', () => {
  describe.each(CARRIERS)('as the upstream sends it with %s', (tool) => {
    it.each(callDoors)('is withheld from a direct call (%s)', async (_, call) => {
      expect(JSON.stringify(await call(`off__${tool}`, { text: BANNED }))).toContain(MARKER);
      const answer = await call(`blocks_output__${tool}`, { text: BANNED });
      expect(JSON.stringify(answer)).not.toContain(MARKER);
      expect(resultOf(answer)?.isError).toBe(true);
      expect(textOf(answer)).toMatch(/^Request blocked due to output guardrail violations: keyword_detector\. /);
    });

    it('is withheld from the meta tool and named in the audit log', async () => {
      expect(JSON.stringify(await metaCall('off', tool, { text: BANNED }))).toContain(MARKER);
      let element: Json = {};
      const audit = await lastAudit('blocks_output', tool, async () => {
        element = await metaCall('blocks_output', tool, { text: BANNED });
      });
      expect(JSON.stringify(element)).not.toContain(MARKER);
      expect(element).toMatchObject({ status: 'blocked_output', response: '' });
      expect(audit).toMatchObject({ decision: 'blocked_output', reasons: ['keyword_detector'] });
    });

    it('is passed on unchanged, and reported, when keyword_detector is not in the block list', async () => {
      const plain = await session.call(`off__${tool}`, { text: BANNED }, 99);
      expect(await session.call(`reports__${tool}`, { text: BANNED }, 99)).toEqual(plain);
      const element = await metaCall('reports', tool, { text: BANNED });
      expect(JSON.stringify(element)).toContain(MARKER);
      expect(side(element, 'output')).toMatchObject({
        is_safe: true,
        violations: [{ type: 'keyword_detector', action: 'report', severity: 'low' }],
      });
    });

    it('is withheld for an e-mail address as well', async () => {
      const answer = await session.call(`blocks_output__${tool}`, { text: `${MARKER} ${EMAIL}` });
      expect(JSON.stringify(answer)).not.toContain(MARKER);
      expect(textOf(answer)).toMatch(/output guardrail violations: pii\. /);
    });

    it('is passed on when it is clean', async () => {
      const args = { text: 'nothing to see' };
      expect(await session.call(`blocks_output__${tool}`, args, 98)).toEqual(
        await session.call(`off__${tool}`, args, 98),
      );
    });
  });
});

describe('a progress message', () => {
  const progressOf = async (server: string, messages: string[]): Promise<Json[]> => {
    const params = { name: `${server}__mirror`, arguments: { progress: messages }, _meta: { progressToken: 'mine' } };
    const { text } = await session.post({ jsonrpc: '2.0', id: 'p', method: 'tools/call', params });
    return [...text.matchAll(/^data: (.+)$/gm)]
      .map(([, data]) => JSON.parse(data!) as Json)
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params: shown }) => shown as Json);
  };

  it('is shown without its text when it holds something banned, and whole otherwise', async () => {
    expect(await progressOf('mirror_redacts', ['clean', BANNED])).toHaveLength(2);
    const shown = await progressOf('mirror_blocks', ['clean', BANNED, `mail ${EMAIL}`, 'done']);
    expect(shown).toEqual([
      { progressToken: 'mine', progress: 1, total: 10, message: 'clean' },
      { progressToken: 'mine', progress: 2, total: 10 },
      { progressToken: 'mine', progress: 3, total: 10 },
      { progressToken: 'mine', progress: 4, total: 10, message: 'done' },
    ]);
  });
});

describe('a detector of the input policy', () => {
  it('only reports when it is not in the block list: in the answer, the audit log and the metrics', async () => {
    const before = await detections();
    let element: Json = {};
    const audit = await lastAudit('reports', 'echo', async () => {
      element = await metaCall('reports', 'echo', { message: `${BANNED} ${EMAIL}` });
    });
    expect(element).toMatchObject({ status: 'success', response: `${BANNED} ${EMAIL}` });
    const violations = side(element, 'input').violations as Json[];
    expect(violations.map(({ type, action }) => [type, action])).toEqual(
      expect.arrayContaining([
        ['keyword_detector', 'report'],
        ['pii', 'report'],
      ]),
    );
    expect(JSON.stringify(element.enkrypt_policy_detections)).not.toContain(MARKER);
    expect(audit.decision).toBe('allowed');
    expect(audit.detectors).toEqual(['keyword_detector', 'pii']);
    expect([...(audit.reasons as string[])].sort()).toEqual(['keyword_detector', 'pii']);
    expect((await detections()) - before).toBe(4);
  });

  it('blocks when it is, and is the only one named', async () => {
    const banned = await metaCall('blocks_input', 'echo', { message: BANNED });
    expect(banned).toMatchObject({ status: 'blocked_input', input_guardrail_response: { is_safe: false } });
    expect(JSON.stringify(banned)).not.toMatch(/pii"?,"severity/);
    const answer = await session.call('blocks_input__echo', { message: EMAIL });
    expect(textOf(answer)).toMatch(/input guardrail violations: pii\. /);
    expect(JSON.stringify(answer)).not.toContain(EMAIL);
  });

  it('called pii redacts instead of blocking, whether or not it is in the block list', async () => {
    mirror.calls.length = 0;
    for (const server of ['mirror_redacts', 'mirror_both']) {
      const args = { to: EMAIL, again: [`<${EMAIL}>`], [EMAIL]: 1 };
      expect(JSON.parse(textOf(await session.call(`${server}__mirror`, args)))).toEqual(args);
      const audit = await lastAudit(server, 'mirror', () => session.call(`${server}__mirror`, args));
      expect(audit).toMatchObject({ decision: 'redacted', reasons: ['pii'] });
    }
    expect(mirror.calls).toHaveLength(4);
    for (const text of mirror.calls) {
      expect(text).not.toContain('jane');
      expect(text).toMatch(/"to":"<EMAIL_1_\w+>"/);
    }
    expect(textOf(await session.call('redacts__echo', { message: `write to ${EMAIL}` }))).toBe(`write to ${EMAIL}`);
    const both = await session.call('redacts__echo', { message: `${EMAIL} ${BANNED}` });
    expect(textOf(both)).toMatch(/input guardrail violations: keyword_detector\. /);
  });

  it('called pii with redaction does not withhold what it put back itself', async () => {
    const clean = await session.call('redacts_checked__echo', { message: `write to ${EMAIL}` });
    expect(textOf(clean)).toBe(`write to ${EMAIL}`);
  });

  async function detections(): Promise<number> {
    const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
    const { status, text } = await send(`${gateway.origin}/metrics`, { method: 'GET', headers });
    expect(status).toBe(200);
    const counts = [...text.matchAll(/^enkrypt_policy_detections_total\{[^}]*\} (\d+)$/gm)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }
});

describe('the built-in policy "default"', () => {
  it('finds personal data in both directions and has an empty keyword list', async () => {
    const sent = await session.call('built_in__echo', { message: `card 4111 1111 1111 1111` });
    expect(textOf(sent)).toMatch(/input guardrail violations: pii\. /);
    expect(textOf(await session.call('built_in__echo', { message: BANNED }))).toBe(BANNED);
  });

  it('runs every detector this build has', async () => {
    const audit = await lastAudit('built_in', 'echo', () => session.call('built_in__echo', { message: 'hello' }));
    expect(audit.decision).toBe('allowed');
    expect([...(audit.detectors as string[])].sort()).toEqual(
      BUILT_DETECTORS.filter((name) => !isPairDetector(name)).sort(),
    );
  });
});

describe('the audit line shows that the checks ran', () => {
  it.each(callDoors)('on a clean call through the door "%s", for an HTTP and a stdio upstream', async (_, call) => {
    for (const [server, detectors] of [
      ['reports', ['keyword_detector', 'pii']],
      ['piped', ['keyword_detector', 'pii']],
      ['off', []],
    ] as const) {
      const message = 'x'.repeat(1_000);
      const audit = await lastAudit(server, 'echo', () => call(`${server}__echo`, { message }));
      expect(audit).toMatchObject({
        decision: 'allowed',
        detectors,
        args_sha256: sha256(JSON.stringify({ message })).slice(7),
      });
      // Input and output: the text twice, and some names.
      if (server === 'off') expect(audit.scanned_chars).toBe(0);
      else expect(audit.scanned_chars).toBeGreaterThanOrEqual(2_000);
    }
  });

  it('on a call of the meta tool', async () => {
    const audit = await lastAudit('reports', 'echo', () => metaCall('reports', 'echo', { message: 'hello' }));
    expect(audit.decision).toBe('allowed');
    expect(audit.detectors).toEqual(['keyword_detector', 'pii']);
    expect(audit.scanned_chars).toBeGreaterThan(0);
  });
});

describe('text in one request of the 2026 era', () => {
  it('is checked in _meta', async () => {
    const params = { name: 'blocks_input__echo', arguments: { message: 'clean' }, _meta: { 'x/note': BANNED } };
    const answer = answerOf(await sendModern(gateway.url, gateway.key(), { method: 'tools/call', params }));
    expect(textOf(answer)).toMatch(/input guardrail violations: keyword_detector\. /);
  });
});

describe('the receipt of a call', () => {
  const ASKED = { 'secure-mcp-gateway/coverage': true };
  const receipt = (detectors: readonly string[]) => ({
    detectors,
    scanned_chars: expect.any(Number) as unknown,
    skipped: [],
    not_checked: [],
    truncated: false,
    decoded_views: 0,
  });

  async function called(name: string, args: Json, meta: Json): Promise<Json> {
    const params = { name, arguments: args, _meta: meta };
    return answerOf(await sendModern(gateway.url, gateway.key(), { method: 'tools/call', params }));
  }

  it('stands in _meta of the answer when the call asks for it, and the server does not hear of that', async () => {
    const answer = await called('mirror_blocks__mirror', { message: 'clean' }, ASKED);
    expect(answer.result).toMatchObject({
      _meta: { 'secure-mcp-gateway/coverage': { input: receipt([]), output: receipt(['keyword_detector', 'pii']) } },
    });
    expect(JSON.stringify((answer.result as Json).content)).not.toContain('secure-mcp-gateway');
    const plain = await called('mirror_blocks__mirror', { message: 'clean' }, {});
    expect(JSON.stringify(plain)).not.toContain('coverage');
  });

  it('stands beside a block as well, and in each result of the meta tool', async () => {
    const blocked = await called('blocks_input__echo', { message: BANNED }, ASKED);
    expect(blocked.result).toMatchObject({
      isError: true,
      _meta: { 'secure-mcp-gateway/coverage': { input: receipt(['keyword_detector', 'pii']) } },
    });
    const answer = await called('enkrypt_secure_call_tools', secureCall('reports', 'echo', { message: 'hi' }), ASKED);
    expect(elementOf(answer).coverage).toMatchObject({ input: receipt(['keyword_detector', 'pii']) });
  });
});
