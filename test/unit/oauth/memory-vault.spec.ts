import { describe, expect, it } from '@jest/globals';
import { MemoryVault } from '../../../src/oauth/upstream/token-vault.js';

const token = { accessToken: 'a', refreshToken: null, scopes: [], lifeMs: 1000, expiresAt: 0 };

describe('tokens in memory', () => {
  it('give way when there are too many, those first that were not used for longest', async () => {
    const vault = new MemoryVault();
    for (let i = 0; i < 10_000; i++) await vault.write(String(i), token);
    // Read, and written again: both are uses.
    await vault.read('0');
    await vault.write('1', token);
    await vault.write('one more', token);
    await vault.write('two more', token);
    const kept = await Promise.all(['0', '1', '2', '3', '4', 'one more'].map((key) => vault.read(key)));
    expect(kept.map((found) => found !== null)).toEqual([true, true, false, false, true, true]);
  });
});
