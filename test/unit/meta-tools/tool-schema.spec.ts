import { describe, expect, it } from '@jest/globals';
import { compileArgumentCheck } from '../../../src/mcp/catalog/tool-schema.js';

const check = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  compileArgumentCheck('tool', { type: 'object', properties, ...more });

describe('patterns in a schema', () => {
  it('are enforced', () => {
    const fits = check({ id: { type: 'string', pattern: '^[a-z]{3}$' } });
    expect(fits({ id: 'abc' })).toBeNull();
    expect(fits({ id: 'abcd' })).toContain('arguments/id');
  });

  it('are kept apart, in one schema and in both drafts', () => {
    const properties = {
      first: { type: 'string', pattern: '^a+$' },
      second: { type: 'string', pattern: '^b+$' },
    };
    for (const more of [{}, { $schema: 'http://json-schema.org/draft-07/schema#' }]) {
      const fits = check(properties, more);
      expect(fits({ first: 'aa', second: 'bb' })).toBeNull();
      expect(fits({ first: 'bb' })).toContain('arguments/first');
      expect(fits({ second: 'aa' })).toContain('arguments/second');
    }
  });

  it('on the names of members are enforced', () => {
    const fits = check({}, { patternProperties: { '^x-': { type: 'number' } }, additionalProperties: false });
    expect(fits({ 'x-a': 1 })).toBeNull();
    expect(fits({ 'x-a': 'one' })).toContain('arguments/x-a');
    expect(fits({ y: 1 })).toContain('y');
  });

  it('that only a back-tracking engine understands are left to the server', () => {
    const fits = check({ id: { type: 'string', pattern: '^(?=.*x)(a)\\1$' } });
    expect(fits({ id: 'anything' })).toBeNull();
  });

  it('run in linear time', () => {
    const fits = check({ id: { type: 'string', pattern: '^(a|aa)+$' } });
    expect(fits({ id: `${'a'.repeat(200)}!` })).toContain('arguments/id');
  });
});

describe('uniqueItems', () => {
  const fits = check({ list: { type: 'array', uniqueItems: true }, any: { type: 'array', uniqueItems: false } });

  it.each([
    [[1, 1]],
    [['a', 'b', 'a']],
    [[null, null]],
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
    ],
    [[[], []]],
    [[0, -0]],
  ])('refuses %j', (list) => {
    expect(fits({ list })).toContain('arguments/list: must NOT have duplicate items');
    expect(fits({ any: list })).toBeNull();
  });

  it.each([
    [[]],
    [[1, '1', true, 'true', null, 'null', 0, false, '']],
    [[{ a: 1 }, { a: '1' }, [1], ['1'], { a: [1] }]],
  ])('accepts %j', (list) => {
    expect(fits({ list })).toBeNull();
  });

  it('takes linear time', () => {
    expect(fits({ list: Array.from({ length: 100_000 }, (_, n) => ({ n })) })).toBeNull();
  });
});

describe('formats', () => {
  it.each([
    ['url', 'https://example.com/a?b#c', 'not a url'],
    ['uri', 'urn:a:b', 'not a uri'],
    ['email', 'a@example.com', 'nobody'],
    ['date-time', '2026-01-02T03:04:05Z', 'yesterday'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
    ['ipv4', '127.0.0.1', '300.0.0.1'],
  ])('%s is checked', (format, right, wrong) => {
    const fits = check({ text: { type: 'string', format } });
    expect(fits({ text: right })).toBeNull();
    expect(fits({ text: wrong })).toContain('arguments/text');
  });

  it('are checked in linear time', () => {
    for (const format of ['url', 'uri', 'email', 'hostname', 'uri-template', 'regex', 'date-time', 'duration']) {
      const fits = check({ text: { type: 'string', format } });
      for (const part of [':', 'a.', '1', '/', '%20', 'a@']) fits({ text: `http://${part.repeat(400_000)} ` });
    }
  });
});

describe('arguments', () => {
  it('are described by path and rule, never by value', () => {
    const fits = check({ card: { type: 'string', maxLength: 4 }, kind: { const: 'x' } });
    const text = String(fits({ card: '4111111111111111' }));
    expect(text).toContain('arguments/card');
    expect(text).not.toContain('4111');
    expect(fits({ kind: 'secret-kind' })).not.toContain('secret-kind');
  });

  it('are left as they are: no defaults, no conversion', () => {
    const fits = check({ n: { type: 'number', default: 3 }, flag: { type: 'boolean' } });
    const args = { flag: true };
    expect(fits(args)).toBeNull();
    expect(args).toEqual({ flag: true });
    expect(fits({ n: '3' })).toContain('arguments/n');
  });

  it('are not checked by a schema that cannot be compiled: that is an error', () => {
    expect(() => check({ a: { $ref: 'https://example.com/other.json' } })).toThrow(/cannot be compiled/);
    expect(() => compileArgumentCheck('tool', { type: 'nonsense' })).toThrow(/cannot be compiled/);
  });
});
