import { describe, expect, it } from '@jest/globals';
import { CleanWords } from '../../../src/guardrails/clean-words.js';

const context = { channel: 'argument', server: 'files', tool: 'write' } as const;
const place = { field: 'mode', context, isPart: true };

describe('words known as clean', () => {
  it.each([
    ['read alone, by more detectors', { ...place, isPart: false }],
    ['in another field', { ...place, field: 'path' }],
    ['for another tool', { ...place, context: { ...context, tool: 'read' } }],
    ['in an answer', { ...place, context: { ...context, channel: 'result' as const } }],
  ])('are so in their place alone: not %s', (_, other) => {
    const words = new CleanWords();
    words.add('append', place);
    expect([words.has('append', place), words.has('append', other)]).toEqual([true, false]);
  });

  it.each(['hunter2', 'joe@example.com', 'two words', 'Name', 'a'.repeat(25)])('are none of these: %s', (text) => {
    const words = new CleanWords();
    words.add(text, place);
    expect(words.has(text, place)).toBe(false);
  });
});
