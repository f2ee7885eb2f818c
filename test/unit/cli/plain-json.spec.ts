import { describe, expect, it } from '@jest/globals';
import { plainJson } from '../../../src/cli/plain-text.js';

describe('JSON of outside origin', () => {
  it('is the same value, with nothing that a terminal would obey', () => {
    const value = { name: 'a\u009b2J\u202eb\u001b[0m\u2066\u007f', lines: ['x\ny'] };
    for (const indent of [undefined, 2]) {
      const json = plainJson(value, indent);
      expect(json).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      expect(JSON.parse(json)).toEqual(value);
    }
  });
});
