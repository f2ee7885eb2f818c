import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/errors.js';
import { MAX_JSON_DEPTH, decodeUtf8, parseStrictJson } from '../../src/strict-json.js';

function parse(text: string): unknown {
  return parseStrictJson(Buffer.from(text));
}

/** The refusal's message; fails when the text is accepted. */
function refusal(input: string | Buffer): string {
  try {
    parseStrictJson(typeof input === 'string' ? Buffer.from(input) : input);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'parse_error') return error.message;
    throw error;
  }
  throw new Error(`accepted: ${input.toString().slice(0, 80)}`);
}

/** The fastest of three runs, so that a busy machine does not decide. */
function bestMs(run: () => void): number {
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

describe('the strict JSON parser', () => {
  it.each([
    ['scalars', 'null'],
    ['an empty object', '{}'],
    ['equal names in different objects', '[{"a":1},{"a":1},{"b":{"a":{"a":1}}}]'],
    ['names that differ only in case', '{"a":1,"A":2}'],
    ['colons, brackets and quotes inside strings', '{"a:b":"{\\"a\\":[[[:","c\\\\":":"}'],
    ['a string that ends with an escaped backslash', '{"a":"\\\\","b":"\\\\\\""}'],
    ['white space around everything', ' {\r\n\t"a" : [ 1 , 2 ] } '],
    ['text beyond ASCII', '{"é":"日本","😀":"👩‍👩‍👧"}'],
    ['an escaped lone surrogate', '{"a":"\\ud800"}'],
  ])('reads %s as JSON.parse does', (_what, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['at the top', '{"a":1,"a":1}'],
    ['below', '{"x":{"y":{"a":1,"a":2}}}'],
    ['in a list', '[0,[1,{"a":1,"b":2,"a":3}]]'],
    ['when one is written with an escape', '{"a":1,"\\u0061":2}'],
    ['when both are escaped differently', '{"\\u002F":1,"\\/":2}'],
    ['when a surrogate pair is escaped', '{"😀":1,"\\ud83d\\ude00":2}'],
    ['when the first one holds members that the second would hide', '{"a":{"b":1,"c":2},"a":0}'],
    ['when they are empty', '{"":1,"":2}'],
    ['when they are __proto__', '{"__proto__":1,"__proto__":2}'],
    ['when a name looks like a number', '{"1":1,"1":2}'],
  ])('refuses duplicate member names %s', (_what, text) => {
    expect(refusal(text)).toBe('The body has an object with duplicate member names.');
  });

  it('refuses duplicate names at the deepest level that is allowed', () => {
    const wrap = (inner: string): string => '['.repeat(MAX_JSON_DEPTH - 1) + inner + ']'.repeat(MAX_JSON_DEPTH - 1);
    expect(refusal(wrap('{"a":1,"a":2}'))).toContain('duplicate');
    expect(parse(wrap('{"a":1,"b":2}'))).toBeDefined();
  });

  it.each(['[', '{"a":'])('takes 64 levels of %s and refuses 65', (open) => {
    const close = open === '[' ? ']' : '}';
    const nested = (depth: number): string =>
      open.repeat(depth - 1) + (open === '[' ? '[]' : '{}') + close.repeat(depth - 1);
    expect(parse(nested(64))).toBeDefined();
    expect(refusal(nested(65))).toBe('The body is nested deeper than 64 levels.');
  });

  it('counts depth, not brackets: siblings and brackets in strings are free', () => {
    expect(parse(`[${Array.from({ length: 1000 }, () => '[{}]').join()}]`)).toHaveLength(1000);
    expect(parse(`["${'['.repeat(1000)}"]`)).toHaveLength(1);
  });

  it('refuses a depth bomb without walking through it', () => {
    const bomb = Buffer.from('['.repeat(100_000));
    const wholeTree = Buffer.from('[' + '[],'.repeat(33_332) + '[]]');
    expect(refusal(bomb)).toContain('deeper');
    // The same number of bytes that has to be read to the end costs several times more.
    const refused = bestMs(() => refusal(bomb));
    const read = bestMs(() => parseStrictJson(wholeTree));
    expect(refused).toBeLessThan(Math.max(read, 5));
  });

  it.each([
    ['a byte that never occurs', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['a lone surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a cut sequence', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
    ['a code point past U+10FFFF', Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22])],
    ['UTF-16', Buffer.from('{"a":"é"}', 'utf16le')],
  ])('refuses invalid UTF-8: %s', (what, bytes) => {
    // UTF-16 of ASCII is valid UTF-8 with NULs in it; the é is what is not.
    expect(refusal(bytes)).toBe('The body is not valid UTF-8.');
    expect(what).not.toBe('');
  });

  it.each([
    ['nothing', ''],
    ['white space', '  '],
    ['a byte order mark', '\ufeff{}'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{"a":1}//'],
    ['two values', '{}{}'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"a":NaN}'],
    ['a raw control character in a string', '{"a":"\n"}'],
    ['an open string', '{"a":"'],
    ['an open string that ends in backslashes', '{"a":"\\\\\\'],
    ['closing brackets alone', ']]]]'],
  ])('refuses %s as no JSON', (_what, text) => {
    expect(refusal(text)).toBe('The body is not valid JSON.');
  });

  it('never tells what was in the text', () => {
    for (const text of ['{"password":"hunter2"', '{"hunter2":1,"hunter2":2}', 'hunter2']) {
      expect(refusal(text)).not.toContain('hunter2');
    }
  });

  it('keeps __proto__ as a plain member and changes no prototype', () => {
    const value = parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as object;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    ['backslashes', (size: number): string => `"${'\\\\'.repeat(size / 2)}"`],
    ['escaped quotes', (size: number): string => `"${'\\"'.repeat(size / 2)}"`],
    ['unicode escapes', (size: number): string => `"${'\\u0061'.repeat(size / 6)}"`],
    ['an open string of backslashes', (size: number): string => `"${'\\'.repeat(size)}`],
    ['members', (size: number): string => `[${'{"a":1},'.repeat(size / 8)}0]`],
  ])('takes linear time for a body full of %s', (_what, make) => {
    const run = (text: Buffer) => (): void => {
      try {
        parseStrictJson(text);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
      }
    };
    const small = bestMs(run(Buffer.from(make(200_000))));
    const large = bestMs(run(Buffer.from(make(3_200_000))));
    // 16 times the size: linear is about 16, quadratic about 256.
    expect(large).toBeLessThan(Math.max(small, 1) * 100);
  });

  it('decodes ASCII and other text alike', () => {
    for (const text of ['plain', 'é', '😀', '']) expect(decodeUtf8(Buffer.from(text))).toBe(text);
  });
});
