import { describe, expect, it } from '@jest/globals';
import { ToneDetector } from '../../../../src/guardrails/local/tone/tone-detector.js';
import { TONE_RULES } from '../../../../src/guardrails/local/tone/tone.rules.js';
import type { Tone } from '../../../../src/guardrails/local/tone/tone-thresholds.js';
import { corpus, cpuMsPer100Kb, detect } from '../../../support/text-detection.js';

const detectors = {
  toxicity: new ToneDetector('toxicity', {}),
  bias: new ToneDetector('bias', {}),
  nsfw: new ToneDetector('nsfw', {}),
};
const tones = Object.keys(detectors) as Tone[];
const fires = (tone: Tone, text: string) => detect(detectors[tone], text).length > 0;
const share = (tone: Tone, label: number) => {
  const rows = corpus(tone).filter((row) => row.label === label);
  return rows.filter(({ text }) => fires(tone, text)).length / rows.length;
};

/** CPU milliseconds per 100 KB. Outside of jest it is 1 to 5; its module loader makes typed arrays many times slower. Quadratic work takes minutes. */
const LINEAR = 400;

describe('tone detectors', () => {
  it.each([
    ['toxicity', 0.85, 0.05],
    ['bias', 0.85, 0.15],
    ['nsfw', 0.85, 0.15],
  ] as const)('%s finds at least %d of its corpus and at most %d of the look-alikes', (tone, recall, falseAlarms) => {
    expect(share(tone, 1)).toBeGreaterThanOrEqual(recall);
    expect(share(tone, 0)).toBeLessThanOrEqual(falseAlarms);
  });

  it.each([['you are a f**king moron'], ['what a sh1thead'], ['fuuuuck off'], ['stupid b!tch']])(
    'toxicity reads the hidden word in: %s',
    (text) => {
      expect(fires('toxicity', text)).toBe(true);
    },
  );

  it.each([
    ['https://example.com/a1b2c3?x=%20%20&sss=5'],
    ['int **p = &a; x = y*z; total += h264;'],
    ['zzzzbbbbccccdddd 0x4f4f4f'],
    ['Season it with **salt** and $5 pepper!!!'],
  ])('takes signs and digits in other text for nothing: %s', (text) => {
    for (const tone of tones) expect(detect(detectors[tone], text)).toEqual([]);
  });

  it('points at the passage, not at the whole of a long text', () => {
    const filler = 'The quarterly report lists the revenue of every region in a table. '.repeat(40);
    const abuse = 'You are a disgusting worthless piece of shit and I hope you die, you stupid bitch. ';
    const text = filler + abuse + filler;
    const [hit] = detect(detectors.toxicity, text);
    expect(hit?.start).toBeGreaterThan(filler.length - 700);
    expect(hit?.end).toBeLessThan(filler.length + abuse.length + 700);
    expect(detect(detectors.toxicity, filler)).toEqual([]);
  });

  it('finds the same wherever the windows fall', () => {
    const text = `${'All of the rooms were booked for the week. '.repeat(20)}You stupid idiot, go to hell. ${'See you. '.repeat(20)}`;
    expect(detect(detectors.toxicity, text, 'result', 97)).toEqual(detect(detectors.toxicity, text));
  });

  it('obeys a threshold of the policy', () => {
    const text = 'You are a pathetic loser, nobody likes you.';
    expect(detect(new ToneDetector('toxicity', { threshold: 1 }), text)).toEqual([]);
    expect(detect(new ToneDetector('toxicity', { threshold: 0.01 }), text)).toHaveLength(1);
  });

  it('names a rule that is explained for every hit', () => {
    const known = new Set(TONE_RULES.map(({ id }) => id));
    const rules = tones
      .flatMap((tone) => corpus(tone).flatMap(({ text }) => detect(detectors[tone], text)))
      .map(({ rule }) => rule);
    expect(rules.filter((rule) => rule === undefined || !known.has(rule))).toEqual([]);
    expect(new Set(rules).size).toBeGreaterThan(8);
  });

  it.each([
    ['masked words', 'f**k sh1t aaa b!t '],
    ['classes', 'you stupid idiot kill them all '],
    ['one long word', 'a'],
    ['signs', 'a*'],
    ['wide characters', 'ты дебил 你 '],
  ])('reads 1 MiB of %s in linear time', (_, unit) => {
    const text = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    for (const tone of tones) {
      detect(detectors[tone], text.slice(0, 50_000));
      expect(cpuMsPer100Kb(text.length, () => detect(detectors[tone], text))).toBeLessThan(LINEAR);
    }
  });
});
