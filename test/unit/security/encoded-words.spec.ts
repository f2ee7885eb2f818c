import { describe, expect, it } from '@jest/globals';
import type { GuardrailPolicy } from '../../../src/contracts/server-entry.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { ANSWER, CALL } from '../guardrails/fixtures.js';

const CARD = '4111111111111111';
const policy: GuardrailPolicy = {
  policyName: 'team',
  detectors: { keyword_detector: { bannedKeywords: ['falcon', 'project x'] }, pii: { entities: ['CREDIT_CARD'] } },
  block: new Set(['keyword_detector', 'pii'] as const),
  redactPii: false,
};

async function verdictOf(args: Record<string, unknown>): Promise<string> {
  const decision = await new GuardrailEngine().inspectInput(policy, { arguments: args }, CALL);
  return decision.verdict.kind;
}

// Words and numbers are base64 letters too: declaring them as a picture must not hide them.
describe.each(['falcon', 'project\nx', CARD, `AAAA/falcon/AAAA`, `${'A'.repeat(400)}\nfalcon`])(
  'the text %j',
  (text) => {
    it.each<[string, Record<string, unknown>]>([
      ['an image', { type: 'image', mimeType: 'image/png', data: text }],
      ['an image without a type', { type: 'image', data: text }],
      ['a media resource', { uri: 'x:y', mimeType: 'video/mp4', blob: text }],
      ['a resource', { uri: 'x:y', blob: text }],
    ])('is found in the data of %s', async (_, block) => {
      expect(await verdictOf({ block })).toBe('block');
      const decision = await new GuardrailEngine().inspectOutput(
        policy,
        { kind: 'result', result: { block } },
        null,
        ANSWER,
      );
      expect(decision.verdict.kind).toBe('block');
    });
  },
);

it('long and well-formed data of media is not searched for words', async () => {
  const data = `${'A'.repeat(400)}/falcon/${'A'.repeat(400)}`;
  expect(await verdictOf({ type: 'image', mimeType: 'image/png', data })).toBe('pass');
});
