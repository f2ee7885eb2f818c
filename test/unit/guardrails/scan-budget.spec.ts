import { describe, expect, it } from '@jest/globals';
import type { ScanBudget } from '../../../src/contracts/scan-budget.js';
import type { GuardrailPolicy } from '../../../src/contracts/server-entry.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { FORMATS, ANSWER, CALL, policyOf } from './fixtures.js';

const engine = new GuardrailEngine();

function policy(budget: ScanBudget | null, redactPii = false): GuardrailPolicy {
  const detectors = {
    keywords: ['project x'],
    entities: FORMATS,
    block: ['keyword_detector'],
    redactPii,
  } as const;
  return { ...policyOf(detectors), ...(budget !== null && { budget }) };
}

const BLOCK: ScanBudget = { maxChars: 1_024, onTruncated: 'block' };
const ALLOW: ScanBudget = { maxChars: 1_024, onTruncated: 'allow' };

describe('a payload past the budget of its policy', () => {
  it.each([2_000, 200_000])('is blocked unread, and the reason is its length (%d characters)', async (length) => {
    const { verdict } = await engine.inspectInput(policy(BLOCK), { text: 'x'.repeat(length) }, CALL);
    expect(verdict).toMatchObject({
      kind: 'block',
      detectors: ['truncated'],
      findings: [],
      receipt: { truncated: true, chars: 0 },
    });
  });

  it.each([2_000, 200_000])('is checked as far as the budget goes when the policy allows that (%d)', async (length) => {
    const filler = 'x'.repeat(length);
    const inside = await engine.inspectInput(policy(ALLOW), { a: `project x ${filler}` }, CALL);
    expect(inside.verdict).toMatchObject({ kind: 'block', detectors: ['keyword_detector'] });
    const past = await engine.inspectInput(policy(ALLOW), { a: `${filler} project x`, b: 'project x' }, CALL);
    expect(past.verdict).toMatchObject({ kind: 'pass', receipt: { truncated: true, chars: 1_024 } });
  });

  it('gets its placeholders back all the same', async () => {
    const filler = 'x'.repeat(100_000);
    const decision = await engine.inspectInput(policy(ALLOW, true), { to: 'joe@example.com', filler }, CALL);
    expect(JSON.stringify(decision.value)).not.toContain('joe@');
    const result = { filler, echoed: decision.value.to };
    const body = { kind: 'result', result } as const;
    const answer = await engine.inspectOutput(policy(ALLOW), body, decision.vault, ANSWER);
    expect(answer.body).toEqual({ kind: 'result', result: { filler, echoed: 'joe@example.com' } });
    expect(answer.verdict.receipt.truncated).toBe(true);
  });

  it('is not a payload of exactly that length', async () => {
    const { verdict } = await engine.inspectInput(policy(BLOCK), { text: 'x'.repeat(1_020) }, CALL);
    expect(verdict).toMatchObject({ kind: 'pass', receipt: { truncated: false, chars: 1_024 } });
  });

  it('does not teach that names which were not read are clean', async () => {
    const shared = policy(ALLOW);
    await engine.inspectInput(shared, { filler: 'x'.repeat(2_000), 'project x': 1 }, CALL);
    const { verdict } = await engine.inspectInput(shared, { 'project x': 1 }, CALL);
    expect(verdict.kind).toBe('block');
  });

  it('is one of more characters than a message of an upstream may have bytes, when nothing else is configured', async () => {
    const { verdict } = await engine.inspectInput(policy(null), { text: 'x'.repeat(67_108_864) }, CALL);
    expect(verdict).toMatchObject({ kind: 'block', detectors: ['truncated'] });
  });
});
