import { describe, expect, it } from '@jest/globals';
import { SlotTable } from '../../../src/mcp/upstream/slot-table.js';

describe('the table of what is under way', () => {
  it('gives numbers that count up from 1 and finds what they stand for', () => {
    const table = new SlotTable<string>();
    const first = table.reserve();
    const second = table.reserve();
    expect([first, second]).toEqual([1, 2]);
    expect(table.get(first)).toBeUndefined();
    table.set(first, 'a');
    table.set(second, 'b');
    expect([table.get(first), table.get(second), table.size]).toEqual(['a', 'b', 2]);
    expect(table.values()).toEqual(['a', 'b']);
  });

  it('knows nothing of numbers that are gone, never were, or share a slot with one that is there', () => {
    const table = new SlotTable<string>();
    const key = table.reserve();
    table.set(key, 'a');
    for (const foreign of [0, -1, key + 64, key + 128, key + 2 ** 40, 1.5, Number.NaN]) {
      expect(table.get(foreign)).toBeUndefined();
      table.delete(foreign);
    }
    expect(table.get(key)).toBe('a');
    table.delete(key);
    table.delete(key);
    expect([table.get(key), table.size]).toEqual([undefined, 0]);
  });

  it('never gives a number twice, whatever stays long and however much is under way', () => {
    const table = new SlotTable<number>();
    const seen = new Set<number>();
    const live = new Map<number, number>();
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let step = 0; step < 20_000; step++) {
      if (random() < (step < 5_000 ? 0.6 : 0.5)) {
        const key = table.reserve();
        expect(seen.has(key)).toBe(false);
        seen.add(key);
        table.set(key, step);
        live.set(key, step);
      } else {
        const keys = [...live.keys()];
        const gone = keys[Math.floor(random() * Math.min(keys.length, 20)) + Math.max(0, keys.length - 20)];
        if (gone === undefined) continue;
        table.delete(gone);
        live.delete(gone);
      }
    }
    expect(table.size).toBe(live.size);
    for (const [key, value] of live) expect(table.get(key)).toBe(value);
    expect([...table.values()].sort((a, b) => a - b)).toEqual([...live.values()].sort((a, b) => a - b));
  });
});
