import { describe, expect, it } from '@jest/globals';
import { canonicalJson, definitionHash } from '../../../../src/guardrails/definitions/canonical-json.js';

/** A double from its bits, as RFC 8785 appendix B lists them. */
function double(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE(0);
}

describe('the canonical form (RFC 8785)', () => {
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number with the bits %s as %s (appendix B)', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 0])('refuses %s, which JSON cannot hold', (value) => {
    expect(() => canonicalJson([value])).toThrow(RangeError);
  });

  it('writes literals, strings and numbers as section 3.2.2 does', () => {
    const input = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    ) as unknown;
    expect(canonicalJson(input)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('orders members by UTF-16 code units, as section 3.2.3 does', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const input = Object.fromEntries(names.map((name) => [name, 0]));
    const keys = [...canonicalJson(input).matchAll(/("(?:[^"\\]|\\.)*"):/g)].map(
      ([, key = '']) => JSON.parse(key) as string,
    );
    expect(keys).toEqual(['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
  });

  it('is the same for another order and spelling of the same definition, and its hash too', () => {
    const one = canonicalJson(JSON.parse('{"name":"a","inputSchema":{"type":"object","maximum":1.0}}'));
    const other = canonicalJson(JSON.parse('{ "inputSchema": {"maximum": 1, "type": "object"}, "name": "\\u0061" }'));
    expect(other).toBe(one);
    expect(definitionHash(other)).toBe(definitionHash(one));
    expect(definitionHash(one)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps a lone surrogate apart from every other text', () => {
    const texts = ['\ud800', '\udc00', '\ufffd', '\\ud800', ''];
    expect(new Set(texts.map(canonicalJson)).size).toBe(texts.length);
  });

  it('keeps a member called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  it('refuses what is nested without end instead of running out of stack', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
    expect(() => canonicalJson(deep)).toThrow('nested too deep');
  });
});
