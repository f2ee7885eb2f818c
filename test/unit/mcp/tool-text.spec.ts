import type { Tool } from '@modelcontextprotocol/server';
import { describe, expect, it } from '@jest/globals';
import { parameterText, tokensOf, wordsOf } from '../../../src/mcp/meta-tools/tool-text.js';

describe('what of a tool is searched', () => {
  it.each([
    ['createCalendarEvent', ['create', 'calendar', 'event']],
    ['refund_payment-2', ['refund', 'payment', '2']],
    ['  Größe, 数据! ', ['größe', '数据']],
    ['x'.repeat(65), []],
    ['', []],
  ])('is of %j the words %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('is no more of a long text than its beginning', () => {
    expect(wordsOf('word '.repeat(1_000_000)).length).toBeLessThan(2000);
  });

  it('has names and descriptions of parameters, those of members and items too', () => {
    const schema = {
      type: 'object',
      properties: {
        order: { type: 'object', properties: { iban: { type: 'string', description: 'Bank account' } } },
        tags: { type: 'array', items: { type: 'string', description: 'Label' } },
        odd: true,
      },
    };
    expect(wordsOf(parameterText(schema))).toEqual(['order', 'iban', 'bank', 'account', 'tags', 'label', 'odd']);
  });

  it('ends with a schema that does not', () => {
    let deep: unknown = { description: 'bottom' };
    for (let depth = 0; depth < 10_000; depth++) deep = { description: 'level', properties: { next: deep } };
    const text = parameterText(deep);
    expect(text).toContain('level');
    expect(text).not.toContain('bottom');
  });
});

describe('the cost of a definition', () => {
  it('is a quarter of its bytes, in UTF-8 and rounded up', () => {
    const definition = (description: string): Tool => ({ name: 't', description, inputSchema: { type: 'object' } });
    const bytes = Buffer.byteLength(JSON.stringify(definition('äöü')));
    expect(tokensOf(definition('äöü'))).toBe(Math.ceil(bytes / 4));
    expect(tokensOf(definition('x'.repeat(4000)))).toBe(tokensOf(definition('')) + 1000);
  });
});
