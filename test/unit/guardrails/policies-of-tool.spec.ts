import { describe, expect, it } from '@jest/globals';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { policiesOfTool } from '../../../src/guardrails/policies-of-tool.js';
import { FORMATS, CALL, policyOf } from './fixtures.js';

const [own, strict, loose] = [policyOf({}), policyOf({ keywords: ['a'] }), policyOf({ keywords: ['b'] })];
const SERVER = { inputPolicy: own, outputPolicy: own } as Partial<ServerEntry> as ServerEntry;

describe('policies of one tool', () => {
  const server: ServerEntry = {
    ...SERVER,
    toolPolicies: [
      { tools: ['delete_*', 'drop'], inputPolicy: strict, outputPolicy: undefined },
      { tools: ['delete_draft', 'list*'], inputPolicy: loose, outputPolicy: null },
    ],
  };

  it.each([
    ['delete_file', strict, own],
    ['DROP', strict, own],
    // The first entry that covers it wins.
    ['delete_draft', strict, own],
    ['list_files', loose, null],
    ['echo', own, own],
    ['dropped', own, own],
  ])('of %j are those of the first entry that covers it, else the server’s', (tool, inputPolicy, outputPolicy) => {
    for (let again = 0; again < 2; again++) {
      const { inputPolicy: input, outputPolicy: output } = policiesOfTool(server, tool);
      expect([input === inputPolicy, output === outputPolicy]).toEqual([true, true]);
    }
  });

  it('are those of the server when it has none for single tools', () => {
    expect(policiesOfTool(SERVER, 'echo')).toBe(SERVER);
  });
});

describe('arguments that keep their value', () => {
  const engine = new GuardrailEngine();
  const args = {
    to: ['joe@example.com'],
    guest: { mail: 'ann@example.com', other: 'bob@example.com' },
    body: 'from eve@example.com',
  };

  async function sent(keep: readonly string[], tool: string): Promise<unknown> {
    const paths = keep.map((path) => ({ tool: path.split('.')[0]!, members: path.split('.').slice(1) }));
    const policy = { ...policyOf({ entities: FORMATS, redactPii: true }), keep: paths };
    const { value } = await engine.inspectInput(
      policy,
      { arguments: args, _meta: { to: 'joe@example.com' } },
      { ...CALL, tool },
    );
    return JSON.parse(JSON.stringify(value).replace(/<EMAIL_\d+_\w+>/g, '-')) as unknown;
  }
  const ALL = { to: ['-'], guest: { mail: '-', other: '-' }, body: 'from -' };

  it.each<[string[], typeof ALL, string]>([
    [[], ALL, 'send_email'],
    [['send_email.to'], { ...ALL, to: args.to }, 'send_email'],
    [['send_*.guest'], { ...ALL, guest: args.guest }, 'send_email'],
    [['send_email.guest.mail'], { ...ALL, guest: { mail: args.guest.mail, other: '-' } }, 'send_email'],
    [['send_email.*.other'], { ...ALL, guest: { mail: '-', other: args.guest.other } }, 'send_email'],
    [['send_email.mail', 'send_email.to.more', 'other.to'], ALL, 'send_email'],
    [['send_email.to'], ALL, 'send_sms'],
  ])('%j', async (keep, expected, tool) => {
    expect(await sent(keep, tool)).toEqual({ arguments: expected, _meta: { to: '-' } });
  });
});
