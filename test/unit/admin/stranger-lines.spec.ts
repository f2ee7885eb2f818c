import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { StrangerLines } from '../../../src/admin/stranger-lines.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('lines about strangers', () => {
  it('are twenty a minute, and one for all the others', () => {
    jest.useFakeTimers();
    const told: number[] = [];
    const lines = new StrangerLines((count) => told.push(count));
    const taken = Array.from({ length: 100_000 }, () => lines.take()).filter(Boolean);
    expect([taken.length, told]).toEqual([20, []]);
    jest.advanceTimersByTime(60_000);
    expect(told).toEqual([99_980]);
    expect(lines.take()).toBe(true);
    jest.advanceTimersByTime(60_000);
    expect(told).toEqual([99_980]);
    for (let i = 0; i < 25; i++) lines.take();
    lines.close();
    expect(told).toEqual([99_980, 5]);
  });
});
