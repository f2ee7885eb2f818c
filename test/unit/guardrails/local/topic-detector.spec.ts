import { describe, expect, it } from '@jest/globals';
import { TopicDetector } from '../../../../src/guardrails/local/topic/topic-detector.js';
import { resolveTopic } from '../../../../src/guardrails/local/topic/topic-resolution.js';
import { TAXONOMY } from '../../../../src/guardrails/local/topic/taxonomy.js';
import { corpus, cpuMsPer100Kb, detect } from '../../../support/text-detection.js';

const built = new Map<string, TopicDetector>();
function fires(topics: readonly string[], text: string): boolean {
  const key = topics.join();
  const detector = built.get(key) ?? new TopicDetector({ topics });
  built.set(key, detector);
  return detect(detector, text, 'argument').length > 0;
}
const share = (label: number, isHeldOut: boolean) => {
  const rows = corpus('topic_detector').filter(
    (row) => row.label === label && (row.technique === 'held-out') === isHeldOut,
  );
  return rows.filter(({ text, config }) => fires(config?.topics ?? [], text)).length / rows.length;
};

/** CPU milliseconds per 100 KB. Outside of jest it is 1 to 5; its module loader makes typed arrays many times slower. Quadratic work takes minutes. */
const LINEAR = 400;

describe('topic detector', () => {
  it('finds at least 95 % of the texts that its lists were completed with, and at most 2 % of those about other topics', () => {
    expect(share(1, false)).toBeGreaterThanOrEqual(0.95);
    expect(share(0, false)).toBeLessThanOrEqual(0.02);
  });

  it('finds at least 75 % of texts that its lists were never looked at with, and at most 5 % of those about other topics', () => {
    expect(share(1, true)).toBeGreaterThanOrEqual(0.75);
    expect(share(0, true)).toBeLessThanOrEqual(0.05);
  });

  it.each([
    ['US politics', 'politics'],
    ['Sports News', 'sports'],
    ['stock market tips', 'finance'],
    ['medical diagnosis and advice', 'healthcare'],
    ['bomb making', 'weapons'],
    ['discussion of elections', 'politics'],
  ])('knows %s by the entry %s', (name, entry) => {
    expect(resolveTopic(name).entries).toContain(entry);
  });

  it('says which topics it knows by their name alone, and finds near forms of it', () => {
    const detector = new TopicDetector({ topics: ['sports', 'numismatics'] });
    expect(detector.unknownTopics).toEqual(['numismatics']);
    expect(fires(['numismatics'], 'A numismatist valued my collection.')).toBe(true);
    expect(fires(['numismatics'], 'My collection of stamps was valued.')).toBe(false);
  });

  it('finds a paragraph on the topic in a long text on something else, and names where', () => {
    const other = 'The library returns a promise that resolves to the parsed value of the option. '.repeat(30);
    const topic =
      'The striker scored a goal in the cup final and the fans cheered as the referee ended the match. '.repeat(3);
    const [hit] = detect(new TopicDetector({ topics: ['sports'] }), other + topic + other, 'result');
    expect(hit?.category).toBe('sports');
    expect(hit?.start).toBeLessThan(other.length + topic.length);
    expect(hit?.end).toBeGreaterThan(other.length);
    expect(detect(new TopicDetector({ topics: ['sports'] }), other, 'result')).toEqual([]);
  });

  it('finds the same wherever the windows fall', () => {
    const text = 'Grandma stirred the soup. Bake the cake in a hot oven and let it cool before the icing. '.repeat(9);
    const detector = new TopicDetector({ topics: ['cooking', 'travel'] });
    expect(detect(detector, text, 'result', 61)).toEqual(detect(detector, text));
  });

  it('finds nothing when no topic is listed', () => {
    expect(detect(new TopicDetector({ topics: [] }), 'Bet on the horse.')).toEqual([]);
  });

  it('obeys a threshold of the policy', () => {
    expect(detect(new TopicDetector({ topics: ['travel'], threshold: 0.95 }), 'Cheap flights to Porto?')).toEqual([]);
  });

  it('reads 1 MiB of terms of every topic in linear time', () => {
    const detector = new TopicDetector({ topics: TAXONOMY.map(({ name }) => name) });
    const unit = 'world cup final supreme court interest rate black hole sex bet gun god car dog ';
    const text = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    detect(detector, text.slice(0, 50_000));
    expect(cpuMsPer100Kb(text.length, () => detect(detector, text))).toBeLessThan(LINEAR);
  });
});
