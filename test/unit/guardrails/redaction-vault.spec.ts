import { describe, expect, it } from '@jest/globals';
import { PII_ENTITIES } from '../../../src/contracts/finding.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { RedactionVault } from '../../../src/guardrails/redaction-vault.js';
import { pick, policyOf, randomOf } from './fixtures.js';

const policy = new CompiledPolicy(policyOf({ entities: PII_ENTITIES }));
const redact = (vault: RedactionVault, text: string): string => vault.redact(text, policy.inspectText(text));

describe('redaction vault', () => {
  it('replaces values by placeholders that are safe in JSON and shells, and restores them', () => {
    const vault = new RedactionVault();
    const text = 'Write to joe@example.com or call +4915112345678.';
    const redacted = redact(vault, text);
    expect(redacted).toMatch(/^Write to <EMAIL_1_[0-9a-z]{8}> or call <PHONE_1_[0-9a-z]{8}>\.$/);
    expect(vault.restore(redacted)).toBe(text);
  });

  it('gives the same value the same placeholder and another value another one', () => {
    const vault = new RedactionVault();
    const [first, second, third] = redact(vault, 'a@b.io c@d.io a@b.io').split(' ');
    expect(first).toBe(third);
    expect(first).not.toBe(second);
    expect(redact(vault, 'a@b.io')).toBe(first);
  });

  it.each<[string, (placeholder: string) => string, string]>([
    ['in lower case', (placeholder) => placeholder.toLowerCase(), 'joe+x@example.com'],
    ['in upper case', (placeholder) => placeholder.toUpperCase(), 'joe+x@example.com'],
    ['percent-encoded, to a percent-encoded value', encodeURIComponent, 'joe%2Bx%40example.com'],
    ['with HTML entities', (placeholder) => placeholder.replace('<', '&lt;').replace('>', '&gt;'), 'joe+x@example.com'],
    [
      'with JSON escapes',
      (placeholder) => placeholder.replace('<', '\\u003c').replace('>', '\\u003E'),
      'joe+x@example.com',
    ],
  ])('restores a placeholder that comes back %s', (_, change, restored) => {
    const vault = new RedactionVault();
    const placeholder = redact(vault, 'joe+x@example.com');
    expect(vault.restore(`a ${change(placeholder)} b`)).toBe(`a ${restored} b`);
  });

  it('leaves placeholders alone that it did not issue', () => {
    const vault = new RedactionVault();
    const placeholder = redact(vault, 'joe@example.com');
    const others = [
      '<EMAIL_1_abcdefgh>',
      placeholder.replace('EMAIL_1', 'EMAIL_2'),
      placeholder.replace('EMAIL', 'PHONE'),
      placeholder.replace('<', ''),
      placeholder.replace('>', '%3E'),
      '<b>',
    ].join(' ');
    expect(vault.restore(others)).toBe(others);
  });

  it('does not restore what another request redacted', () => {
    const [mine, other] = [new RedactionVault(), new RedactionVault()];
    const placeholder = redact(other, 'joe@example.com');
    redact(mine, 'ann@example.com');
    expect(mine.restore(placeholder)).toBe(placeholder);
  });

  it('restores in one pass and takes dollar signs for what they are', () => {
    const vault = new RedactionVault();
    const first = vault.redact('X', [{ detector: 'pii', category: 'EMAIL', score: 1, start: 0, end: 1 }]);
    const value = `$& $1 $' ${first}`;
    const second = vault.redact(value, [{ detector: 'pii', category: 'EMAIL', score: 1, start: 0, end: value.length }]);
    expect(vault.restore(second)).toBe(value);
  });

  it('uses a tag of its own for every request', () => {
    const placeholders = new Set(Array.from({ length: 1_000 }, () => redact(new RedactionVault(), 'joe@example.com')));
    expect(placeholders.size).toBe(1_000);
  });

  it('leaves nothing to find', () => {
    const text = 'joe@example.com 4111 1111 1111 1111, (415) 555-2671 123-45-6789 DE89370400440532013000';
    expect(policy.inspectText(redact(new RedactionVault(), text))).toEqual([]);
  });

  it('gives back random texts unchanged', () => {
    const random = randomOf(42);
    const pieces = [
      'joe@example.com',
      '4111111111111111',
      '<EMAIL_1_x>',
      '%3C',
      '\u{1f600}',
      '\ud800',
      ' ',
      '+4915112345678',
      '<',
      '_',
      'caf\u00e9',
      '\u200b',
      '\uff20',
      '$&',
      '\n',
      '123-45-6789',
    ];
    for (let round = 0; round < 500; round++) {
      const vault = new RedactionVault();
      const text = Array.from({ length: 20 }, () => pick(random, pieces)).join('');
      const redacted = redact(vault, text);
      expect(vault.restore(redacted)).toBe(text);
    }
  });
});
