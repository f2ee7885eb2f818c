import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readVaultKeys } from '../../../src/config/vault-keys.js';
import type { RawProblem } from '../../../src/config/problem.js';

const KEY = randomBytes(32).toString('base64');

function read(value: string | undefined) {
  const problems: RawProblem[] = [];
  const sources = { environment: () => value, configDir: '/', files: new Set<string>() };
  return { keys: readVaultKeys(sources, ['cache'], problems), problems };
}

describe('ENKRYPT_VAULT_KEY', () => {
  it('is one key or several, the first of which seals', () => {
    expect(read(undefined)).toEqual({ keys: undefined, problems: [] });
    const { keys } = read(`b:${KEY}, a:${KEY}`);
    expect(keys?.map(({ id, key }) => [id, key.length])).toEqual([
      ['b', 32],
      ['a', 32],
    ]);
  });

  it.each(['x', KEY, `a:${KEY.slice(4)}`, `a:${KEY},a:${KEY}`, `:${KEY}`, `a b:${KEY}`, `a:${KEY},`])(
    'is refused without being shown when it is malformed (%#)',
    (value) => {
      const { keys, problems } = read(value);
      expect(keys).toBeUndefined();
      expect(problems).toHaveLength(1);
      expect(JSON.stringify(problems)).not.toContain(KEY.slice(4, 20));
    },
  );
});
