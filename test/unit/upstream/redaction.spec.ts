import { describe, expect, it } from '@jest/globals';
import { Redaction } from '../../../src/mcp/upstream/redaction.js';

const SECRET = 'top"secret\\value+/=';
const redaction = new Redaction([SECRET, 'Bearer abcdef-token', 'true']);

describe('what a child writes to its stderr', () => {
  it.each([
    SECRET,
    JSON.stringify(SECRET),
    JSON.stringify(JSON.stringify({ a: SECRET })),
    encodeURIComponent(SECRET),
    Buffer.from(SECRET).toString('base64'),
    Buffer.from(SECRET).toString('base64url'),
    'token abcdef-token',
  ])('holds no secret in the log: %s', (text) => {
    const shown = redaction.apply(`before ${text} after`, false);
    expect(shown).toMatch(/^before .*\[redacted\].* after$/);
    expect(shown).not.toMatch(/secret\\|value|abcdef|dG9w/);
  });

  it('holds no end of a secret where the kept part begins', () => {
    expect(redaction.apply('value+/= and more', true)).toBe('[redacted] and more');
    expect(redaction.apply('nothing of it', true)).toBe('nothing of it');
  });

  it('keeps short values, which are words like any other', () => {
    expect(redaction.apply('it is true', false)).toBe('it is true');
  });
});
