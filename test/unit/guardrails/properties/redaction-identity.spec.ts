import { describe, expect, it, jest } from '@jest/globals';
import { PII_ENTITIES } from '../../../../src/contracts/finding.js';
import { GuardrailEngine } from '../../../../src/guardrails/engine.js';
import { ANSWER, CALL, FORMATS, policyOf, randomOf } from '../fixtures.js';
import { formattedOf, jsonOf, type Random, textOf } from './random-payloads.js';

jest.setTimeout(600_000);

/** The long form takes three minutes. */
const ROUNDS = process.env.GATEWAY_SOAK === '1' ? 20_000 : 400;
const engine = new GuardrailEngine();
const POLICIES = {
  'all entities': policyOf({ entities: PII_ENTITIES, redactPii: true }),
  'entities known by their format': policyOf({ entities: FORMATS, redactPii: true }),
};
type PolicyName = keyof typeof POLICIES;

interface RoundTrip {
  readonly sent: unknown;
  readonly back: unknown;
  readonly redactions: number;
}

/** What the tool gets, and what the caller gets when the tool gives it back. */
async function roundTrip(name: PolicyName, args: unknown, inputSchema?: unknown): Promise<RoundTrip> {
  const context = { ...CALL, inputSchema };
  const { value, vault, verdict } = await engine.inspectInput(POLICIES[name], { arguments: args }, context);
  const body = { kind: 'result', result: { structuredContent: value.arguments } } as const;
  const answer = await engine.inspectOutput(null, body, vault, ANSWER);
  const back = answer.body.kind === 'result' ? answer.body.result.structuredContent : undefined;
  return { sent: value.arguments, back, redactions: verdict.kind === 'redact' ? verdict.redactions : 0 };
}

/** Each round from a seed of its own, so that one failing round can be repeated alone. */
async function always(rounds: number, check: (random: Random) => Promise<number>): Promise<number> {
  let redactions = 0;
  for (let seed = 1; seed <= rounds; seed++) {
    try {
      redactions += await check(randomOf(seed));
    } catch (error) {
      throw new Error(`with the seed ${String(seed)}`, { cause: error });
    }
  }
  return redactions;
}

describe.each(Object.keys(POLICIES) as PolicyName[])('redaction of %s', (name) => {
  it('is undone by restoring, whatever the JSON value', async () => {
    const redactions = await always(ROUNDS, async (random) => {
      const args = { value: jsonOf(random, 5) };
      const before = JSON.stringify(args);
      const { back, redactions } = await roundTrip(name, args);
      expect(back).toEqual(args);
      expect(JSON.stringify(args)).toBe(before);
      return redactions;
    });
    expect(redactions).toBeGreaterThan(ROUNDS / 2);
  });

  it('leaves nothing that a second look would redact', async () => {
    await always(ROUNDS, async (random) => {
      const args = { value: textOf(random) };
      const first = await roundTrip(name, args);
      const second = await roundTrip(name, first.sent);
      expect(second.back).toEqual(first.sent);
      return first.redactions;
    });
  });

  it('is undone where a schema asks for a format', async () => {
    const redactions = await always(Math.ceil(ROUNDS / 10), async (random) => {
      const { args, schema } = formattedOf(random);
      const { back, redactions } = await roundTrip(name, args, schema);
      expect(back).toEqual(args);
      return redactions;
    });
    expect(redactions).toBeGreaterThan(0);
  });

  it('is undone in an answer that quotes what was sent as one text', async () => {
    await always(ROUNDS, async (random) => {
      const args = { value: jsonOf(random, 3) };
      const { value, vault } = await engine.inspectInput(POLICIES[name], { arguments: args }, CALL);
      if (vault === null) return 0;
      const texts = stringsOf(value);
      const content = texts.map((text) => ({ type: 'text', text: `it says: ${text} (end)` }));
      const { body } = await engine.inspectOutput(null, { kind: 'result', result: { content } }, vault, ANSWER);
      const shown = body.kind === 'result' ? (body.result.content as typeof content).map(({ text }) => text) : [];
      expect(shown).toEqual(stringsOf({ arguments: args }).map((text) => `it says: ${text} (end)`));
      return 1;
    });
  });
});

/** Strings of a value outside of fields in base64, in order. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if ('mimeType' in value) return [];
  return Object.values(value).flatMap(stringsOf);
}
