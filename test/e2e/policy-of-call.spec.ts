import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { callModern, elementOf, resultOf, secureCall, textOf } from '../support/answers.js';
import { TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';

type Json = Record<string, unknown>;

jest.setTimeout(60_000);

const POLICY = [
  '1. Agents must not issue refunds above 200 EUR.',
  '2. Never delete branches.',
  '3. Do not send invoices to external addresses.',
  '4. Never restart production servers.',
].join('\n');

/** What no single argument shows: the rule, and the arguments that break it together. */
const TOGETHER: readonly (readonly [rule: string, args: Json])[] = [
  ['an amount over the limit of an action', { operation: 'issue_refund', amount: 350, currency: 'EUR' }],
  ['the same in an object', { operation: 'issue_refund', money: { amount: 350, currency: 'EUR' } }],
  ['an action and its object', { operation: 'delete', object: 'branch', name: 'release-7' }],
  ['an action and its object in a list', { steps: [{ operation: 'delete', object: 'branch' }] }],
  ['an action, its object and a place', { operation: 'restart', object: 'server', environment: 'production' }],
];

/** The same arguments one by one, and others that keep the rules. */
const APART: readonly (readonly [what: string, args: Json])[] = [
  ['the action alone', { operation: 'issue_refund' }],
  ['the amount alone', { amount: 350, currency: 'EUR' }],
  ['an amount within the limit', { operation: 'issue_refund', amount: 150, currency: 'EUR' }],
  ['another action on the object', { operation: 'list', object: 'branch', name: 'release-7' }],
  ['the action on another object', { operation: 'delete', object: 'draft', name: 'release-7' }],
  ['the object alone', { object: 'branch' }],
];

let mirror: MirrorServer;
let gateway: TestGateway;
let session: RawSession;
let stdio: StdioDoorClient;

beforeAll(async () => {
  mirror = await MirrorServer.start();
  const input_guardrails_policy = { enabled: true, policy_name: 'rules', block: ['policy_violation'] };
  gateway = await TestGateway.start({
    projects: [{ servers: [{ name: 'm', config: { url: mirror.url }, extra: { input_guardrails_policy } }] }],
    policies: { rules: { detectors: { policy_violation: { policy_text: POLICY } } } },
  });
  session = await RawSession.open(gateway.url, gateway.key());
  stdio = await StdioDoorClient.open(gateway);
});

afterAll(async () => {
  await stdio.close();
  await gateway.stop();
  await mirror.close();
});

const refused = (answer: Json): boolean =>
  resultOf(answer)?.isError === true && textOf(answer).includes('input guardrail violations: policy_violation');

/** True when the call was blocked. */
const DOORS: readonly (readonly [string, (args: Json) => Promise<boolean>])[] = [
  ['a direct call, 2025 era', async (args) => refused(await session.call('m__mirror', args))],
  ['a direct call, 2026 era', async (args) => refused(await callModern(gateway.url, gateway.key(), 'm__mirror', args))],
  [
    'a direct call on stdio',
    async (args) => refused(await stdio.request('tools/call', { name: 'm__mirror', arguments: args })),
  ],
  [
    'the meta tool',
    async (args) => {
      const answer = await session.call('enkrypt_secure_call_tools', secureCall('m', 'mirror', args));
      return elementOf(answer).status === 'blocked_input';
    },
  ],
];

describe.each(DOORS)('rules of a policy that take the whole call to judge, through %s', (_, isBlocked) => {
  it.each(TOGETHER)('block %s', async (_rule, args) => {
    const before = mirror.calls.length;
    expect(await isBlocked(args)).toBe(true);
    expect(mirror.calls).toHaveLength(before);
  });

  it.each(APART)('let %s pass', async (_what, args) => {
    const before = mirror.calls.length;
    expect(await isBlocked(args)).toBe(false);
    expect(mirror.calls).toHaveLength(before + 1);
  });
});

describe('calls of one list of the meta tool', () => {
  it('are judged one by one: two harmless halves do not make a violation', async () => {
    const halves = [{ operation: 'issue_refund' }, { amount: 350, currency: 'EUR' }];
    const list = { server_name: 'm', tool_calls: halves.map((args) => ({ name: 'mirror', args })) };
    const { results } = resultOf(await session.call('enkrypt_secure_call_tools', list))!.structuredContent;
    expect((results as Json[]).map(({ status }) => status)).toEqual(['success', 'success']);
  });

  it('end with the first that breaks a rule', async () => {
    const before = mirror.calls.length;
    const breaking = TOGETHER[0]![1];
    const all = [{ a: 'fine' }, breaking, { a: 'never made' }];
    const list = { server_name: 'm', tool_calls: all.map((args) => ({ name: 'mirror', args })) };
    const { results } = resultOf(await session.call('enkrypt_secure_call_tools', list))!.structuredContent;
    expect((results as Json[]).map(({ status }) => status)).toEqual(['success', 'blocked_input']);
    expect(mirror.calls.slice(before)).toEqual(['{"a":"fine"}']);
  });
});
