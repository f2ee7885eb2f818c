import { describe, expect, it } from '@jest/globals';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { FORMATS, ANSWER, CALL, policyOf } from './fixtures.js';

const engine = new GuardrailEngine();
const REDACTING = policyOf({ entities: FORMATS, redactPii: true });
const MAIL = 'joe@example.com';
const PLAIN = /^<EMAIL_1_\w{8}>$/;
const FORMATTED = /^email-1-\w{8}@redacted\.invalid$/;

/** What the tool gets for its arguments, and what the caller gets when the tool says the same again. */
async function sentAndRestored(args: unknown, inputSchema: unknown): Promise<{ sent: unknown; back: unknown }> {
  const decision = await engine.inspectInput(REDACTING, { arguments: args }, { ...CALL, inputSchema });
  const sent = decision.value.arguments;
  const body = { kind: 'result', result: { structuredContent: sent } } as const;
  const answer = await engine.inspectOutput(null, body, decision.vault, ANSWER);
  return { sent, back: answer.body.kind === 'result' ? answer.body.result.structuredContent : null };
}

const EMAIL = { type: 'string', format: 'email' };
const object = (properties: unknown, more: object = {}) => ({ type: 'object', properties, ...more });

describe('a placeholder in a field whose schema asks for a format', () => {
  it.each<[string, unknown, unknown, RegExp]>([
    ['of a property', { a: MAIL }, object({ a: EMAIL }), FORMATTED],
    ['of items', { a: [MAIL] }, object({ a: { type: 'array', items: EMAIL } }), FORMATTED],
    ['of a tuple', { a: [MAIL] }, object({ a: { prefixItems: [EMAIL] } }), FORMATTED],
    ['of one of several schemas', { a: MAIL }, object({ a: { anyOf: [{ type: 'null' }, EMAIL] } }), FORMATTED],
    [
      'of a definition',
      { a: { b: MAIL } },
      object({ a: { $ref: '#/$defs/p' } }, { $defs: { p: object({ b: EMAIL }) } }),
      FORMATTED,
    ],
    ['of any other property', { a: MAIL }, { additionalProperties: EMAIL }, FORMATTED],
    ['but not where it asks for none', { a: MAIL }, object({ a: { type: 'string' } }), PLAIN],
    ['but not of a property of another name', { a: MAIL }, object({ b: EMAIL }), PLAIN],
    ['but not without a schema', { a: MAIL }, undefined, PLAIN],
    ['but not where the schema is none', { a: MAIL }, object({ a: true, __proto__: [] }), PLAIN],
    [
      'but not in a schema that leads in circles',
      { a: MAIL },
      object({ a: { $ref: '#/properties/a', anyOf: [{ $ref: '#/properties/a' }, { $ref: '#/properties/a' }] } }),
      PLAIN,
    ],
  ])('has the format %s', async (_, args, schema, expected) => {
    const { sent, back } = await sentAndRestored(args, schema);
    const [leaf] = /(?<=")[^"]*(?:EMAIL|email)[^"]*(?=")/.exec(JSON.stringify(sent)) ?? [];
    expect(leaf).toMatch(expected);
    expect(back).toEqual(args);
  });

  it('stays a number where a number was, and comes back as that number', async () => {
    const args = { card: 4_111_111_111_111_111 };
    const { sent, back } = await sentAndRestored(args, object({ card: { type: 'integer' } }));
    expect(Number.isSafeInteger((sent as typeof args).card)).toBe(true);
    expect((sent as typeof args).card).not.toBe(args.card);
    expect(back).toEqual(args);
  });

  it('is the ordinary one in a text that holds more than the value', async () => {
    const { sent, back } = await sentAndRestored({ a: `Joe <${MAIL}>` }, object({ a: EMAIL }));
    expect((sent as { a: string }).a).toMatch(/^Joe <<EMAIL_1_\w{8}>>$/);
    expect(back).toEqual({ a: `Joe <${MAIL}>` });
  });

  it('stays a number where a negative one was', async () => {
    const number = -4_111_111_111_111_111;
    const { sent, back } = await sentAndRestored({ number }, undefined);
    expect(typeof (sent as { number: unknown }).number).toBe('number');
    expect(sent).not.toEqual({ number });
    expect(back).toEqual({ number });
  });

  it('stays a number however many there are', async () => {
    const numbers = Array.from({ length: 2_000 }, (_, at) => 4_111_111_111_000_000 + at);
    const { sent, back } = await sentAndRestored({ numbers }, undefined);
    expect(new Set((sent as { numbers: unknown[] }).numbers.map((number) => typeof number))).toEqual(
      new Set(['number']),
    );
    expect(back).toEqual({ numbers });
  });

  it('comes back as the text it was when a tool made a number of it', async () => {
    const { value, vault } = await engine.inspectInput(
      REDACTING,
      { arguments: { card: '4111 1111 1111 1111' } },
      { ...CALL, inputSchema: object({ card: { type: 'integer' } }) },
    );
    const { card } = value.arguments as { card: string };
    const body = { kind: 'result', result: { structuredContent: { card: Number(card) } } } as const;
    const answer = await engine.inspectOutput(null, body, vault, ANSWER);
    expect(answer.body).toMatchObject({ result: { structuredContent: { card: '4111 1111 1111 1111' } } });
  });
});
