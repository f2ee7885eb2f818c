import { describe, expect, it } from '@jest/globals';
import { PendingWrites } from '../../../src/cache/external/pending-writes.js';

function write(value: string): { value: string; expiresAt: number } {
  return { value, expiresAt: Date.now() + 1000 };
}

describe('PendingWrites', () => {
  it('lists removals first, then values in the order of their last write', () => {
    const pending = new PendingWrites();
    const [a, b, c] = [write('a'), write('b'), write('c')];
    pending.put('a', write('old'));
    pending.put('b', b);
    pending.put('gone', null);
    pending.put('a', a);
    pending.put('c', c);
    pending.put('c', null);
    expect(pending.list()).toEqual([
      ['gone', null],
      ['c', null],
      ['b', b],
      ['a', a],
    ]);
  });

  it('keeps a write that came while the one before it was made', () => {
    const pending = new PendingWrites();
    const [older, newer] = [write('same'), write('same')];
    pending.put('a', older);
    pending.put('a', newer);
    expect([pending.isCurrent('a', older), pending.isCurrent('a', newer)]).toEqual([false, true]);
    pending.done('a', older);
    expect(pending.has('a')).toBe(true);
    pending.done('a', newer);
    expect(pending.has('a')).toBe(false);
  });

  it('is bounded, and forgets the oldest', () => {
    const pending = new PendingWrites();
    for (let i = 0; i < 5000; i++) pending.put(String(i), null);
    expect(pending.list()).toHaveLength(1000);
    expect([pending.has('3999'), pending.has('4000')]).toEqual([false, true]);
  });
});
