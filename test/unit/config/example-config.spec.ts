import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadText } from './sample-config.js';

describe('config/example.config.json', () => {
  const text = readFileSync(new URL('../../../config/example.config.json', import.meta.url), 'utf8');

  it('is valid without a warning', () => {
    const result = loadText(text, { TICKETS_TOKEN: 't-1', WIKI_TOKEN: 'w-1' });
    expect(result.ok ? result.snapshot.warnings : result.problems).toEqual([]);
  });

  it('says which variables it needs', () => {
    const result = loadText(text);
    expect(!result.ok && result.problems.map((problem) => problem.message)).toEqual([
      'the environment variable TICKETS_TOKEN is not set',
      'the environment variable WIKI_TOKEN is not set',
    ]);
  });
});
