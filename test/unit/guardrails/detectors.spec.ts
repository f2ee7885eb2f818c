import { describe, expect, it } from '@jest/globals';
import { BUILT_DETECTORS } from '../../../src/contracts/finding.js';
import type { GuardrailPolicy } from '../../../src/contracts/server-entry.js';
import type { CheckContext } from '../../../src/guardrails/check-context.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { type DetectorBuilders, DETECTORS } from '../../../src/guardrails/local/detectors.js';
import type { AnswerPair, PairOutcome } from '../../../src/guardrails/local/pair-detector.js';
import type { TextContext, TextDetector } from '../../../src/guardrails/local/text-detector.js';
import { MAX_WINDOW } from '../../../src/guardrails/local/text-window.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { ANSWER, CALL } from './fixtures.js';

const RULE = 'injection.test.marker';

/** Finds the word `marker`, wherever the windows fall, and writes down the contexts it was asked in. */
function markerDetector(contexts: TextContext[] = [], windows: number[] = []): TextDetector {
  return {
    name: 'injection_attack',
    readsDecoded: true,
    open: ({ text }, context) => {
      contexts.push(context);
      return {
        scan: (window) => windows.push(window.to - window.from),
        finish: () =>
          [...text.matchAll(/marker/gi)].map(({ index }) => ({
            detector: 'injection_attack',
            category: 'test',
            rule: RULE,
            score: 0.9,
            start: index,
            end: index + 6,
          })),
      };
    },
  };
}

function engineOf(builders: DetectorBuilders): GuardrailEngine {
  return new GuardrailEngine({ compile: (policy) => new CompiledPolicy(policy, builders) });
}

function policyOf(detectors: GuardrailPolicy['detectors'], block: Iterable<keyof typeof detectors>): GuardrailPolicy {
  return { policyName: 'team', detectors, block: new Set(block), redactPii: false };
}

const MARKED = policyOf({ injection_attack: {} }, ['injection_attack']);

describe('the registry of detectors', () => {
  it('holds every detector that a policy may name, and no other', () => {
    expect(Object.keys(DETECTORS).sort()).toEqual([...BUILT_DETECTORS].sort());
  });

  it('refuses a policy with a detector that is not in it', () => {
    expect(() => new CompiledPolicy(MARKED, {})).toThrow(
      expect.objectContaining({ code: 'guardrail_unavailable', message: expect.stringContaining('injection_attack') }),
    );
  });

  it('makes one detector for all policies that share its options', () => {
    let made = 0;
    const builders: DetectorBuilders = { injection_attack: () => (made++, markerDetector()) };
    const options = Object.freeze({});
    for (let i = 0; i < 3; i++) new CompiledPolicy(policyOf({ injection_attack: options }, []), builders);
    new CompiledPolicy(policyOf({ injection_attack: {} }, []), builders);
    expect(made).toBe(2);
  });
});

describe('a detector of texts', () => {
  it('is told where each text stands', async () => {
    const contexts: TextContext[] = [];
    const engine = engineOf({ injection_attack: () => markerDetector(contexts) });
    await engine.inspectInput(MARKED, { list: [{ body: ['one'] }] }, CALL);
    expect(contexts).toEqual([
      { channel: 'argument', tool: 'write', field: 'body' },
      { channel: 'argument', tool: 'write', field: '' },
      { channel: 'argument', tool: 'write', field: '' },
    ]);
  });

  it('blocks with its rule in the finding, in offsets of the text as written', async () => {
    const engine = engineOf({ injection_attack: () => markerDetector() });
    // The full-width letters and the invisible character are gone from the text that the detector reads.
    const text = 'see \uff4d\uff41\u200brker there';
    const { verdict } = await engine.inspectInput(MARKED, { text }, CALL);
    expect(verdict).toMatchObject({ kind: 'block', detectors: ['injection_attack'] });
    expect(verdict.findings).toEqual([
      { detector: 'injection_attack', category: 'test', rule: RULE, score: 0.9, path: '/text', start: 4, end: 11 },
    ]);
  });

  it('works beside keywords and PII', async () => {
    const policy = policyOf(
      { injection_attack: {}, keyword_detector: { bannedKeywords: ['falcon'] }, pii: { entities: ['EMAIL'] } },
      ['keyword_detector', 'injection_attack'],
    );
    const engine = engineOf({ ...DETECTORS, injection_attack: () => markerDetector() });
    const { verdict } = await engine.inspectInput(policy, { text: 'a marker, a falcon, joe@example.com' }, CALL);
    expect(verdict).toMatchObject({ kind: 'block', detectors: ['keyword_detector', 'injection_attack'] });
    expect(verdict.receipt.detectors).toEqual(['keyword_detector', 'pii', 'injection_attack']);
    expect(verdict.findings).toHaveLength(3);
  });

  it('gets a long text in windows without gaps, and small calls run in between', async () => {
    const windows: number[] = [];
    const engine = engineOf({ injection_attack: () => markerDetector([], windows) });
    const text = `${'word '.repeat(20_000)}marker`;
    const decision = engine.inspectInput(MARKED, { text }, CALL);
    expect(decision).toBeInstanceOf(Promise);
    expect((await decision).verdict.kind).toBe('block');
    expect(Math.max(...windows)).toBe(MAX_WINDOW);
    expect(windows.reduce((sum, size) => sum + size, 0)).toBe(text.length + 'text'.length);
  });

  it.each(['open', 'scan', 'finish'] as const)('that throws in %s refuses the payload and is named', async (where) => {
    const fail = (): never => {
      throw new TypeError('secret detail');
    };
    const broken: TextDetector = {
      name: 'toxicity',
      readsDecoded: false,
      open: () => {
        if (where === 'open') fail();
        return {
          scan: () => (where === 'scan' ? fail() : undefined),
          finish: () => (where === 'finish' ? fail() : []),
        };
      },
    };
    const engine = engineOf({ toxicity: () => broken });
    const policy = policyOf({ toxicity: {} }, []);
    const refusal = expect.objectContaining({
      code: 'guardrail_unavailable',
      message: 'The detector toxicity failed, so the call was refused.',
    });
    const [short, long] = [{ text: 'short' }, { text: 'long '.repeat(20_000) }];
    await expect((async () => engine.inspectInput(policy, short, CALL))()).rejects.toEqual(refusal);
    await expect((async () => engine.inspectInput(policy, long, CALL))()).rejects.toEqual(refusal);
    const body = { kind: 'result', result: short } as const;
    await expect((async () => engine.inspectOutput(policy, body, null, ANSWER))()).rejects.toEqual(refusal);
    expect(engine.inspectProgressMessage(policy, 'short', ANSWER)).toBe(false);
  });
});

describe('a detector that compares an answer with its call', () => {
  const ASKED: CheckContext = { ...ANSWER, request: { tool: 'write', arguments: { path: 'a.txt' } } };
  const POLICY = policyOf({ relevancy: {}, pii: { entities: ['EMAIL'] } }, ['relevancy']);

  function engineThatSays(outcome: PairOutcome, pairs: AnswerPair[] = []): GuardrailEngine {
    return engineOf({
      relevancy: () => ({
        name: 'relevancy',
        check: (pair) => {
          pairs.push(pair);
          return outcome;
        },
      }),
    });
  }
  const OFF_TOPIC = {
    outcome: 'checked',
    triggered: true,
    score: 0.9,
    category: 'off_topic',
    rule: 'relevancy.x',
  } as const;

  it('gets the call as JSON and the texts of the answer', async () => {
    const pairs: AnswerPair[] = [];
    const engine = engineThatSays({ ...OFF_TOPIC, triggered: false }, pairs);
    const result = {
      content: [
        { type: 'text', text: 'first' },
        { type: 'resource', resource: { uri: 'a:b', mimeType: 'text/plain', text: 'second' } },
      ],
    };
    const { verdict } = await engine.inspectOutput(POLICY, { kind: 'result', result }, null, ASKED);
    expect(pairs).toEqual([
      {
        request: '{"tool":"write","arguments":{"path":"a.txt"}}',
        call: { tool: 'write', arguments: { path: 'a.txt' } },
        answer: 'first\nsecond',
        isCut: false,
      },
    ]);
    expect(verdict).toMatchObject({ kind: 'pass', receipt: { detectors: ['pii', 'relevancy'], notChecked: [] } });
    await engine.inspectOutput(POLICY, { kind: 'result', result: { structuredContent: { sum: 3 } } }, null, ASKED);
    await engine.inspectOutput(POLICY, { kind: 'error', error: { code: 1, message: 'no' } }, null, ASKED);
    expect(pairs.map(({ answer }) => answer).slice(1)).toEqual(['{"sum":3}', 'no']);
  });

  it('blocks when it is in the block list and reports otherwise', async () => {
    const body = { kind: 'result', result: { content: [{ type: 'text', text: 'x' }] } } as const;
    const engine = engineThatSays(OFF_TOPIC);
    expect((await engine.inspectOutput(POLICY, body, null, ASKED)).verdict).toMatchObject({
      kind: 'block',
      detectors: ['relevancy'],
      findings: [{ detector: 'relevancy', category: 'off_topic', rule: 'relevancy.x', path: '' }],
    });
    const reporting = { ...POLICY, block: new Set<never>() };
    expect((await engine.inspectOutput(reporting, body, null, ASKED)).verdict).toMatchObject({
      kind: 'pass',
      findings: [{ detector: 'relevancy' }],
    });
  });

  it('sees at most 64 Ki of each text, and the receipt says so', async () => {
    const pairs: AnswerPair[] = [];
    const engine = engineThatSays(OFF_TOPIC, pairs);
    const result = { content: [{ type: 'text', text: 'long '.repeat(20_000) }] };
    const { verdict } = await engine.inspectOutput(POLICY, { kind: 'result', result }, null, ASKED);
    expect(pairs[0]?.answer).toHaveLength(65_536);
    expect(verdict.receipt).toMatchObject({
      detectors: ['pii', 'relevancy'],
      notChecked: [{ detector: 'relevancy', reason: expect.stringContaining('64 Ki') }],
    });
  });

  it.each<[string, PairOutcome, CheckContext, string]>([
    ['what it says itself', { outcome: 'not_checkable', reason: 'no numbers' }, ASKED, 'x'],
    ['that there is no call', OFF_TOPIC, ANSWER, 'x'],
    ['that there is no text', OFF_TOPIC, ASKED, ''],
  ])('decides nothing when it cannot: the receipt tells %s', async (_, outcome, context, text) => {
    const result = { content: [{ type: 'text', text }] };
    const engine = engineThatSays(outcome);
    const { verdict } = await engine.inspectOutput(POLICY, { kind: 'result', result }, null, context);
    expect(verdict).toMatchObject({
      kind: 'pass',
      receipt: { detectors: ['pii'], notChecked: [{ detector: 'relevancy' }] },
    });
  });

  it('that throws withholds the answer', async () => {
    const engine = engineOf({
      hallucination: () => ({
        name: 'hallucination',
        check: () => {
          throw new Error('secret detail');
        },
      }),
    });
    const body = { kind: 'result', result: { content: [{ type: 'text', text: 'x' }] } } as const;
    const check = async (): Promise<unknown> =>
      engine.inspectOutput(policyOf({ hallucination: {} }, []), body, null, ASKED);
    await expect(check()).rejects.toMatchObject({
      code: 'guardrail_unavailable',
      message: expect.stringContaining('hallucination'),
    });
  });
});
