import { describe, expect, it } from '@jest/globals';
import { refuseInexactNumbers } from '../../src/strict-json.js';

const check = (text: string) => () => {
  refuseInexactNumbers(Buffer.from(text));
};

describe('numbers of a message', () => {
  it.each([
    '9007199254740991',
    '-9007199254740991',
    '12345678901234567000',
    '1e21',
    '1E+300',
    '-1.5e-400',
    '0.30000000000000004',
    '3.14159265358979323846264338327950288',
    '-0',
    '0',
  ])('may be %s, which arrives as it is or as the nearest fraction', (number) => {
    expect(check(`{"a":[${number}],"b":${number}}`)).not.toThrow();
  });

  it.each(['9007199254740993', '-9007199254740993', '12345678901234567890', `1${'0'.repeat(30)}`, '1e400', '-9e999'])(
    'may not be %s, which would be another one at its server',
    (number) => {
      for (const text of [`{"a":[1,${number}]}`, number, `[ ${number} ]`, `{"\\"":"\\\\","b":${number}}`]) {
        expect(check(text)).toThrow(expect.objectContaining({ code: 'parse_error' }));
      }
    },
  );

  it('are told from digits in texts and names', () => {
    expect(
      check('{"12345678901234567890":"9007199254740993 \\" 1e400","a\\\\":"é12345678901234567890"}'),
    ).not.toThrow();
  });

  it.each(['["\\"', '[1234567890123456,', '["a","1e999",'])('are read in linear time (%j again and again)', (piece) => {
    const text = `[1234567890123456]${piece.repeat(4_194_304 / piece.length)}`;
    const started = performance.now();
    check(text)();
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
