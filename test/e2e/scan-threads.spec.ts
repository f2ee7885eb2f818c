import { afterAll, describe, expect, it } from '@jest/globals';
import { PII_ENTITIES } from '../../src/contracts/finding.js';
import type { GuardrailPolicy } from '../../src/contracts/server-entry.js';
import { GuardrailEngine } from '../../src/guardrails/engine.js';
import { compilePolicy, type CompiledPolicy } from '../../src/guardrails/policy-compiler.js';
import { ScanPool } from '../../src/guardrails/scan-pool.js';
import { ANSWER, CALL, pick, policyOf, randomOf } from '../unit/guardrails/fixtures.js';

/** The thread of the build; the rest of the gateway is the source. */
const pool = new ScanPool(new URL('../../dist/guardrails/scan-thread.js', import.meta.url));
afterAll(() => pool.onApplicationShutdown());

/** Large payloads of every policy go to a thread. */
const dear = (policy: GuardrailPolicy): CompiledPolicy => Object.assign(compilePolicy(policy), { isDear: true });
const inThread = new GuardrailEngine({ compile: dear, pool });
const inSlices = new GuardrailEngine({ compile: dear });
const KEYWORDS = ['project x', 'caf\u00e9', '\u79d8\u5bc6'];

const PIECES = [
  'joe@example.com',
  '4111 1111 1111 1111',
  'Project\n X',
  'caf\u00e9',
  '\u79d8\u5bc6',
  '\u200b',
  '<EMAIL_1_x>',
  '\ud800',
];

function randomPayload(random: () => number): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  for (let chars = 0; chars < 80_000;) {
    const text = Array.from({ length: Math.ceil(random() * 3_000) }, () =>
      random() < 0.01 ? pick(random, PIECES) : 'lorem 12',
    ).join(' ');
    payload[random() < 0.05 ? `${pick(random, PIECES)} ${String(chars)}` : `member${String(chars)}`] =
      random() < 0.3 ? [{ text }] : text;
    chars += text.length;
  }
  return payload;
}

describe('a large payload', () => {
  const random = randomOf(41);
  const payloads = Array.from({ length: 20 }, () => randomPayload(random));

  it.each([true, false])('gets from a thread the verdict that it gets in slices (redaction: %p)', async (redactPii) => {
    const policy = policyOf({ keywords: KEYWORDS, entities: PII_ENTITIES, redactPii });
    for (const payload of payloads) {
      const [threaded, sliced] = [inThread, inSlices].map((engine) => engine.inspectInput(policy, payload, CALL));
      expect((await threaded!).verdict).toEqual((await sliced!).verdict);
      const untagged = (value: unknown): string => JSON.stringify(value).replace(/(<[A-Z_]+_\d+)_\w+>/g, '$1>');
      expect(untagged((await threaded!).value)).toBe(untagged((await sliced!).value));
    }
  });

  it('is blocked by a thread as an answer as well', async () => {
    const policy = policyOf({ keywords: KEYWORDS, block: ['keyword_detector'] });
    const result = { content: [{ type: 'text', text: `${'word '.repeat(30_000)} project x` }] };
    const decision = await inThread.inspectOutput(policy, { kind: 'result', result }, null, ANSWER);
    expect(decision.verdict).toMatchObject({ kind: 'block', detectors: ['keyword_detector'] });
  });

  it('keeps to the scan budget in a thread', async () => {
    const budget = { maxChars: 100_000, onTruncated: 'allow' } as const;
    const policy = { ...policyOf({ keywords: KEYWORDS, block: ['keyword_detector'] }), budget };
    const filler = 'word '.repeat(30_000);
    const past = await inThread.inspectInput(policy, { text: `${filler} project x` }, CALL);
    expect(past.verdict).toMatchObject({ kind: 'pass', receipt: { truncated: true, chars: 100_000 } });
    const within = await inThread.inspectInput(policy, { text: `project x ${filler}` }, CALL);
    expect(within.verdict).toMatchObject({ kind: 'block', receipt: { truncated: true } });
  });
});
