import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { KeyRecord } from '../../../src/config/snapshot.js';
import type { LoadedConfig } from '../../../src/config/loader.js';
import type { Database } from '../../../src/config/postgres/database.js';
import { KeyCache } from '../../../src/config/postgres/key-cache.js';
import { KeyLookup } from '../../../src/config/postgres/key-lookup.js';

const HEX = 'ab'.repeat(32);
const HALF_A_LIFE_MS = 35_000;

/** One statement that the database has not answered yet. */
interface Statement {
  answer(state: 'active' | 'disabled' | 'gone'): void;
}

let statements: Statement[];
let cache: KeyCache;

/** Stands for PostgreSQL, which answers in the order and at the time that the test says. */
const database = {
  query: () =>
    new Promise((resolve) => {
      statements.push({
        answer: (state) => {
          const body = {
            project_id: 'p',
            user_id: 'u',
            created_at: '2026-01-01T00:00:00Z',
            disabled: state === 'disabled',
          };
          resolve(state === 'gone' ? [] : [{ hash: HEX, body }]);
        },
      });
    }),
};

beforeEach(() => {
  jest.useFakeTimers();
  statements = [];
  cache = new KeyCache(new KeyLookup(database as unknown as Database), () => true);
  cache.adopt({
    resolveKey: (_stored: string, { disabled }: { disabled: boolean }) =>
      ({ status: disabled ? 'refused' : 'active', reason: 'disabled' }) as unknown as KeyRecord,
  } as unknown as LoadedConfig);
});
afterEach(() => {
  cache.close();
  jest.useRealTimers();
});

async function found(state: Parameters<Statement['answer']>[0]): Promise<string | undefined> {
  const record = cache.find(HEX);
  await jest.advanceTimersByTimeAsync(1);
  statements.pop()?.answer(state);
  return (await record)?.status;
}

describe('a key that is known for a while', () => {
  it('is not let in again by an answer that is older than the change that shut it out', async () => {
    expect(await found('active')).toBe('active');
    // It is used, and old enough to be read again: the statements are on their way.
    await jest.advanceTimersByTimeAsync(5_000);
    void cache.find(HEX);
    await jest.advanceTimersByTimeAsync(HALF_A_LIFE_MS);
    const late = statements.splice(0);
    expect(late.length).toBeGreaterThan(0);
    // Meanwhile it is deleted and made anew, disabled.
    const reloaded = cache.reload([HEX]);
    statements.pop()?.answer('gone');
    await reloaded;
    await cache.reload([HEX]);
    expect(await found('disabled')).toBe('refused');
    for (const statement of late) statement.answer('active');
    await jest.advanceTimersByTimeAsync(1);
    expect(await found('disabled')).toBe('refused');
    expect(cache.byId(HEX.slice(0, 12))).toBeUndefined();
  });

  it('is as the later of two changes says, whichever is answered first', async () => {
    expect(await found('active')).toBe('active');
    const [one, two] = [cache.reload([HEX]), cache.reload([HEX])];
    const [first, second] = statements.splice(0);
    second?.answer('disabled');
    await two;
    first?.answer('active');
    await one;
    expect(await found('disabled')).toBe('refused');
  });
});
