import { describe, expect, it } from '@jest/globals';
import type { Hit } from '../../../../src/guardrails/local/hit.js';
import { addHits, alignRedaction } from '../../../../src/guardrails/providers/enkrypt/alignment.js';
import { registrationDetectors } from '../../../../src/guardrails/providers/enkrypt/registration-detectors.js';
import { readReport } from '../../../../src/guardrails/providers/enkrypt/summary.js';
import { joinTexts } from '../../../../src/guardrails/providers/joined-texts.js';
import { pick, randomOf } from '../fixtures.js';

describe('a summary of the service', () => {
  const CALM = { on_topic: 1, nsfw: 0, toxicity: [], pii: 0, injection_attack: 0, keyword_detected: 0 };

  it.each<[string, unknown, string[]]>([
    ['keyword_detected', 1, ['keyword_detector']],
    ['on_topic', 0, ['topic_detector']],
    ['on_topic', false, ['topic_detector']],
    ['on_topic', true, []],
    ['toxicity', ['insult'], ['toxicity']],
    ['pii', true, ['pii']],
    ['injection_attack', 1, ['injection_attack']],
    ['policy_violation', 1, ['policy_violation']],
  ])('%s = %j triggers %j and nothing else', (key, value, expected) => {
    const report = readReport({ summary: { ...CALM, [key]: value }, details: {} });
    expect(report?.triggered.map(({ detector }) => detector)).toEqual(expected);
  });

  it('is taken for an answer only when every known value can be understood', () => {
    for (const answer of [null, [], {}, { summary: [] }, { summary: {} }, { summary: { score: 1 } }]) {
      expect(readReport(answer)).toBeNull();
    }
    for (const value of ['1', null, {}]) expect(readReport({ summary: { ...CALM, pii: value } })).toBeNull();
  });

  it('gives kinds and scores from the details, and never their text', () => {
    const report = readReport({
      summary: { ...CALM, pii: 1, injection_attack: 1, toxicity: ['insult', 'you are a\nterrible person'] },
      details: {
        pii: { pii: { email_address: ['jane@example.com'], 'jane@example.com': [] } },
        injection_attack: { attack: '0.75', safe: '0.25' },
        toxicity: { insult: 0.5 },
      },
    });
    expect(report?.triggered).toEqual([
      { detector: 'injection_attack', category: 'injection', score: 0.75 },
      { detector: 'pii', category: 'email_address', score: 1 },
      { detector: 'pii', category: 'pii', score: 1 },
      { detector: 'toxicity', category: 'insult', score: 0.5 },
      { detector: 'toxicity', category: 'toxicity', score: 1 },
    ]);
  });
});

describe('the detectors of a batch for definitions', () => {
  it('are those that block, and all when the policy only reports', () => {
    expect(Object.keys(registrationDetectors(new Set(['pii', 'bias', 'relevancy']), 'p'))).toEqual(['pii', 'bias']);
    expect(Object.keys(registrationDetectors(new Set(), 'p'))).toHaveLength(9);
  });
});

describe('alignment of a redacted text with its original', () => {
  const aligned = (original: string, redacted: string): string[] | null =>
    alignRedaction(original, redacted)?.map(
      ({ start, end, category }) => `${category} ${original.slice(start, end)}`,
    ) ?? null;

  it.each<[string, string, string[] | null]>([
    ['nothing here', 'nothing here', []],
    ['I am Jane Doe.', 'I am <PERSON_0>.', ['PERSON Jane Doe']],
    ['Jane', '<PERSON_0>', ['PERSON Jane']],
    ['Ann met Bob met Cy', '<PERSON_0> met <PERSON_1> met <PERSON_2>', ['PERSON Ann', 'PERSON Bob', 'PERSON Cy']],
    ['Ann Lee', '<FIRST_NAME_0> <PERSON_1>', ['FIRST_NAME Ann', 'PERSON Lee']],
    ['AnnLee', '<PERSON_0><PERSON_1>', ['PERSON AnnLee']],
    ['say <PERSON_0> to Ann', 'say <PERSON_0> to <PERSON_1>', ['PERSON Ann']],
    ['teh mail of Ann', 'the mail of <PERSON_0>', null],
    ['Ann ', '<PERSON_0>', ['PERSON Ann ']],
    [' Ann', '<PERSON_0> ', null],
    ['a b', 'a <X_0> b', null],
    ['nothing here', 'something here', null],
    ['nothing here', '', null],
    ['', '<PERSON_0>', null],
  ])('%j as %j: %j', (original, redacted, expected) => {
    expect(aligned(original, redacted)).toEqual(expected);
  });

  it('covers all that was taken out, and putting it back yields the original, whatever was taken out', () => {
    const random = randomOf(11);
    for (let round = 0; round < 500; round++) {
      const words = Array.from({ length: 12 }, () =>
        pick(random, ['a', 'b', 'ab', ' ', 'x@y', '<P_1>', 'é', '😀', '\n']),
      );
      const original = words.join('');
      let number = 0;
      const redacted = words.map((word) => (random() < 0.3 ? `<KIND_${String(number++)}>` : word)).join('');
      const spans = alignRedaction(original, redacted);
      if (spans === null) throw new Error(`${JSON.stringify(original)} as ${JSON.stringify(redacted)}`);
      // What stays visible is in the service's answer as well.
      let from = 0;
      for (const { start, end } of [...spans, { start: original.length, end: original.length }]) {
        expect(start).toBeGreaterThanOrEqual(from);
        const visible = original.slice(from, start);
        const plain = visible.split(/<[A-Z]+_\d>/).filter((part) => part !== '');
        for (const part of plain) expect(redacted).toContain(part);
        from = end;
      }
    }
  });

  it('is linear enough for a hostile answer', () => {
    const original = 'a'.repeat(20_000);
    const redacted = Array.from({ length: 5_000 }, (_, index) => `<A_${String(index)}>a`).join('');
    const start = process.cpuUsage();
    alignRedaction(original, `${redacted}b`);
    alignRedaction(original, redacted);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(200);
  });

  it('gives each text its own part of a value that runs over two', () => {
    const [joined] = joinTexts(['to Ann', 'Lee and Bob'], { maxChars: 100, overlap: 0 });
    const spans = alignRedaction(joined!.text, 'to <PERSON_0> and <PERSON_1>')!;
    const hits = new Map<number, Hit[]>();
    addHits(joined!, spans, hits);
    expect([...hits].map(([index, list]) => [index, list.map(({ start, end }) => [start, end])])).toEqual([
      [0, [[3, 6]]],
      [
        1,
        [
          [0, 3],
          [8, 11],
        ],
      ],
    ]);
  });
});

describe('joined texts', () => {
  it('hold every code unit of every text, within the limit, and never half a pair', () => {
    const random = randomOf(7);
    for (let round = 0; round < 200; round++) {
      const texts = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
        Array.from({ length: Math.floor(random() * 80) }, () => pick(random, ['a', ' ', '😀', 'xy'])).join(''),
      );
      const limits = { maxChars: 16 + Math.floor(random() * 40), overlap: Math.floor(random() * 8) };
      const joined = joinTexts(texts, limits);
      const seen = texts.map((text) => new Uint8Array(text.length));
      for (const { text, pieces } of joined) {
        expect(text.length).toBeLessThanOrEqual(limits.maxChars);
        expect(text.isWellFormed()).toBe(true);
        for (const { textIndex, start, end, at } of pieces) {
          expect(text.slice(at, at + end - start)).toBe(texts[textIndex]!.slice(start, end));
          seen[textIndex]!.fill(1, start, end);
        }
      }
      expect(seen.every((marks) => marks.every((mark) => mark === 1))).toBe(true);
    }
  });

  it('are one for a few short texts', () => {
    expect(joinTexts(['a', '', 'b'], { maxChars: 100, overlap: 10 }).map(({ text }) => text)).toEqual(['a\nb']);
  });
});
