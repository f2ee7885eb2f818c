import { describe, expect, it } from '@jest/globals';
import { LineLimit } from '../../../src/telemetry/line-limit.js';

describe('a limit on lines', () => {
  it('lets so many through in each second and tells about the rest once there is room', () => {
    let now = 10_000;
    const told: number[] = [];
    const limit = new LineLimit(
      3,
      (count) => told.push(count),
      () => now,
    );
    const takes = (times: number): boolean[] => Array.from({ length: times }, () => limit.take());
    expect(takes(5)).toEqual([true, true, true, false, false]);
    now = 10_999;
    expect(takes(1)).toEqual([false]);
    expect(told).toEqual([]);
    now = 11_000;
    expect(takes(4)).toEqual([true, true, true, false]);
    expect(told).toEqual([3]);
    now = 20_000;
    expect(takes(1)).toEqual([true]);
    expect(told).toEqual([3, 1]);
    now = 21_000;
    expect(takes(1)).toEqual([true]);
    expect(told).toEqual([3, 1]);
  });
});
