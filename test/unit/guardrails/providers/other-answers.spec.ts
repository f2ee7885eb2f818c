import { describe, expect, it } from '@jest/globals';
import { detectorsOf } from '../../../../src/guardrails/providers/moderation/moderation-categories.js';
import { ProviderBreaker } from '../../../../src/guardrails/providers/provider-breaker.js';
import { RequestSlots } from '../../../../src/guardrails/providers/request-slots.js';
import { readWebhookAnswer } from '../../../../src/guardrails/providers/webhook/webhook-answer.js';

describe('the answer of a webhook', () => {
  const TEXTS = [{ path: '/arguments/a', text: 'hello EMP-1' }];
  const PLACED = { detector: 'pii', category: 'employee', text_index: 0, start: 6, end: 11 };

  it.each<[string, unknown]>([
    ['no verdict', {}],
    ['an unknown verdict', { verdict: 'maybe' }],
    ['an unknown detector', { verdict: 'pass', findings: [{ detector: 'x', category: 'y' }] }],
    ['a category that is text', { verdict: 'pass', findings: [{ detector: 'pii', category: 'hello: world' }] }],
    ['a text that was not sent', { verdict: 'pass', findings: [{ ...PLACED, text_index: 1 }] }],
    ['a place outside the text', { verdict: 'pass', findings: [{ ...PLACED, end: 12 }] }],
    ['an empty place', { verdict: 'pass', findings: [{ ...PLACED, end: 6 }] }],
    ['half a place', { verdict: 'pass', findings: [{ ...PLACED, end: undefined }] }],
    ['redact without a place', { verdict: 'redact', findings: [] }],
    ['places that overlap', { verdict: 'redact', findings: [PLACED, { ...PLACED, start: 7 }] }],
    ['a list', []],
  ])('%s means nothing', (_what, answer) => {
    expect(readWebhookAnswer(answer, TEXTS, true)).toBeNull();
  });

  it('blocks by its verdict, with a detector even when it names none', () => {
    expect(readWebhookAnswer({ verdict: 'block' }, TEXTS, true)).toMatchObject({
      blocks: true,
      hits: [{ detector: 'policy_violation', category: 'webhook' }],
    });
  });

  it('redacts where that is possible, and blocks where it is not', () => {
    const answer = { verdict: 'redact', findings: [PLACED] };
    const redacted = readWebhookAnswer(answer, TEXTS, true);
    expect(redacted).toMatchObject({ blocks: false });
    expect([...redacted!.redactions]).toEqual([
      [0, [expect.objectContaining({ category: 'EMPLOYEE', start: 6, end: 11 })]],
    ]);
    expect(readWebhookAnswer(answer, TEXTS, false)).toMatchObject({ blocks: true, redactions: new Map() });
  });

  it('may grow members that are not known yet', () => {
    expect(readWebhookAnswer({ verdict: 'pass', note: 'new' }, TEXTS, true)).toMatchObject({ blocks: false, hits: [] });
  });
});

describe('categories of a moderation service', () => {
  it.each([
    ['harassment', ['toxicity']],
    ['hate/threatening', ['toxicity', 'bias']],
    ['sexual/minors', ['nsfw']],
    ['illicit/violent', ['policy_violation']],
    ['something new', ['policy_violation']],
  ])('%s counts as %j', (category, expected) => {
    expect(detectorsOf(category)).toEqual(expected);
  });
});

describe('the circuit breaker of a provider', () => {
  it('opens after five failures, lets one request try after a pause, and doubles the pause when that fails', () => {
    let now = 0;
    const breaker = new ProviderBreaker({ now: () => now, random: () => 1 });
    for (let failure = 0; failure < 5; failure++) {
      expect(breaker.enter()).toBe(true);
      breaker.failed();
    }
    expect(breaker.enter()).toBe(false);
    now = 1_000;
    expect(breaker.enter()).toBe(true);
    expect(breaker.enter()).toBe(false);
    breaker.failed();
    now = 2_999;
    expect(breaker.enter()).toBe(false);
    now = 3_000;
    expect(breaker.enter()).toBe(true);
    breaker.succeeded();
    expect([breaker.enter(), breaker.enter()]).toEqual([true, true]);
  });

  it('lets another request try when the one that tried was given up by its caller', () => {
    let now = 0;
    const breaker = new ProviderBreaker({ now: () => now, random: () => 1 });
    for (let failure = 0; failure < 5; failure++) breaker.failed();
    now = 1_000;
    expect(breaker.enter()).toBe(true);
    breaker.gaveUp();
    expect(breaker.enter()).toBe(true);
  });
});

describe('the slots of a provider', () => {
  it('are given in order, and given back once', () => {
    const slots = new RequestSlots(1);
    const started: number[] = [];
    const leave = [1, 2, 3].map((number) => slots.take(() => started.push(number)));
    expect(started).toEqual([1]);
    leave[1]!();
    leave[0]!();
    leave[0]!();
    expect(started).toEqual([1, 3]);
  });

  it('have a queue with an end', () => {
    const slots = new RequestSlots(2);
    for (let taken = 0; taken < 2 + 16; taken++) {
      expect(slots.isFull).toBe(false);
      slots.take(() => undefined);
    }
    expect(slots.isFull).toBe(true);
  });
});
