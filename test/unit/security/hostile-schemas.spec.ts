import { describe, expect, it } from '@jest/globals';
import { compileArgumentCheck } from '../../../src/mcp/catalog/tool-schema.js';

/** Longest that one check may hold up everybody else; the limit in force is a second. */
const BOUND_MS = 5_000;

function timed(work: () => string | null): { answer: string | null; ms: number } {
  const started = performance.now();
  const answer = work();
  return { answer, ms: performance.now() - started };
}

describe('an input schema written to harm', () => {
  it('cannot make the check asynchronous, which would let everything pass and end the process', () => {
    for (const more of [{}, { $schema: 'http://json-schema.org/draft-07/schema#' }]) {
      const schema = { ...more, $async: true, type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
      const check = compileArgumentCheck('tool', schema);
      expect(check({})).toContain("required property 'a'");
      expect(check({ a: 1 })).toContain('arguments/a');
      expect(check({ a: 'x' })).toBeNull();
    }
  });

  it('cannot hide an asynchronous schema behind a reference', () => {
    const schema = { $defs: { a: { $async: true, required: ['a'] } }, $ref: '#/$defs/a' };
    expect(() => compileArgumentCheck('tool', schema)).toThrow('cannot be compiled');
  });

  it('cannot stop the process with references that double at every step', () => {
    const defs: Record<string, unknown> = { a60: { type: 'object' } };
    for (let i = 0; i < 60; i++) {
      const next = { $ref: `#/$defs/a${String(i + 1)}` };
      defs[`a${String(i)}`] = { allOf: [next, next] };
    }
    const check = compileArgumentCheck('tool', { $defs: defs, $ref: '#/$defs/a0' });
    const { answer, ms } = timed(() => check({}));
    expect(answer).toBe('checking them takes too long');
    expect(ms).toBeLessThan(BOUND_MS);
  });

  it('cannot exhaust the stack with references that go round in a circle', () => {
    const circle = { $defs: { a: { $ref: '#/$defs/a' } }, properties: { x: { $ref: '#/$defs/a' } } };
    expect(() => compileArgumentCheck('tool', circle)).toThrow('cannot be compiled');
    const check = compileArgumentCheck('tool', { type: 'object', allOf: [{ $ref: '#' }] });
    expect(check({})).toBe('checking them takes too long');
  });

  it('cannot make recursion and deep arguments multiply', () => {
    const child = { properties: { c: { $ref: '#' } } };
    const schema = {
      type: 'object',
      oneOf: [
        { ...child, required: ['x'] },
        { ...child, required: ['y'] },
      ],
    };
    const check = compileArgumentCheck('tool', schema);
    let args: Record<string, unknown> = {};
    for (let depth = 0; depth < 60; depth++) args = { c: args };
    const { answer, ms } = timed(() => check(args));
    expect(answer).not.toBeNull();
    expect(ms).toBeLessThan(BOUND_MS);
  });

  it('is refused when it is too large to compile', () => {
    const properties = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`p${String(i)}`, true]));
    expect(() => compileArgumentCheck('tool', { type: 'object', properties })).toThrow('cannot be compiled');
  });

  it.each([
    ['url', `http://${':'.repeat(400_000)}`],
    ['uri-template', `{${'a,'.repeat(400_000)}`],
    ['regex', '('.repeat(400_000)],
    ['email', `${'a.'.repeat(400_000)}@`],
  ])('cannot stop the process with the format %s', (format, text) => {
    const check = compileArgumentCheck('tool', { type: 'object', properties: { a: { type: 'string', format } } });
    const { ms } = timed(() => check({ a: text }));
    expect(ms).toBeLessThan(BOUND_MS);
  });

  it('still checks an ordinary schema with references, small or large arguments', () => {
    const item = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
    const schema = { $defs: { item }, type: 'object', properties: { items: { items: { $ref: '#/$defs/item' } } } };
    const check = compileArgumentCheck('tool', schema);
    const items = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    expect(check({ items })).toBeNull();
    expect(check({ items: [...items, {}] })).toContain('arguments/items/20000');
  });
});
