import { describe, expect, it } from '@jest/globals';
import { KeywordDetector } from '../../../src/guardrails/local/keyword-detector.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { keywordsIn, pick, policyOf, randomOf } from './fixtures.js';

describe('keyword detector', () => {
  it.each<[title: string, keywords: string[], text: string, found: string[]]>([
    ['a word in any case', ['secret'], 'SECRET plans, Secret', ['SECRET', 'Secret']],
    ['a phrase over any white space', ['project x'], 'the Project\n  X file', ['Project\n  X']],
    ['a phrase over tabs and no-break spaces', ['top secret'], 'top\t\u00a0\u2003secret', ['top\t\u00a0\u2003secret']],
    ['nothing inside a longer word', ['secret'], 'secretary undersecretary secret_key secret2', []],
    ['a word at both ends of the text', ['a'], 'a', ['a']],
    ['a word beside punctuation', ['secret'], '"secret", (secret); secret.', ['secret', 'secret', 'secret']],
    ['no boundary where a keyword starts with punctuation', ['.env'], 'cat app.env .envrc', ['.env']],
    ['no boundary where a keyword ends with punctuation', ['c++'], 'c++11 and C++', ['c++', 'C++']],
    [
      'a full-width spelling',
      ['secret'],
      '\uff33\uff25\uff23\uff32\uff25\uff34',
      ['\uff33\uff25\uff23\uff32\uff25\uff34'],
    ],
    ['a word broken by invisible characters', ['secret'], 'a se\u200bcr\u00adet\u2060 b', ['se\u200bcr\u00adet']],
    ['a decomposed accent', ['caf\u00e9'], 'cafe\u0301!', ['cafe\u0301']],
    ['a composed accent for a decomposed keyword', ['cafe\u0301'], 'CAF\u00c9', ['CAF\u00c9']],
    ['not a word with another accent behind', ['cafe'], 'cafe\u0301', []],
    ['sharp s as ss, both ways', ['stra\u00dfe', 'ROSS'], 'STRASSE Ro\u00df', ['STRASSE', 'Ro\u00df']],
    ['Greek final sigma', ['\u03bf\u03b4\u03cc\u03c2'], '\u039f\u0394\u038c\u03a3', ['\u039f\u0394\u038c\u03a3']],
    [
      'Cyrillic in any case',
      ['\u0442\u0430\u0439\u043d\u0430'],
      '\u0422\u0410\u0419\u041d\u0410',
      ['\u0422\u0410\u0419\u041d\u0410'],
    ],
    ['a ligature', ['office'], 'o\ufb03ce', ['o\ufb03ce']],
    ['a word before a footnote mark', ['secret'], 'secret\u00b9', ['secret']],
    ['Chinese inside a sentence', ['\u673a\u5bc6'], '\u8fd9\u662f\u673a\u5bc6\u6587\u4ef6', ['\u673a\u5bc6']],
    ['a Latin word between Chinese', ['password'], '\u5bc6password\u7801', ['password']],
    ['keywords within keywords', ['a b', 'b', 'a b c'], 'a b c', ['a b', 'b', 'a b c']],
    ['overlapping phrases', ['one two', 'two three'], 'one two three', ['one two', 'two three']],
    ['a phrase after a false start', ['a a b'], 'a a a b', ['a a b']],
    ['an emoji', ['\u{1f4a3}'], 'tick \u{1f4a3}!', ['\u{1f4a3}']],
    ['nothing for an empty list', [], 'anything', []],
    ['nothing for keywords without a visible character', [' ', '\u200b'], 'a b \u200b', []],
    ['each duplicate once', ['Secret', 'secret', ' SECRET '], 'secret', ['secret']],
  ])('finds %s', (_, keywords, text, found) => {
    expect(keywordsIn(keywords, text)).toEqual(found);
  });

  it('records at most a hundred occurrences of a text and counts the rest', () => {
    const detector = new KeywordDetector(['x']);
    const text = 'x '.repeat(1_000);
    const cursor = detector.cursor();
    const codes = Uint8Array.from(Buffer.from(text, 'latin1'));
    detector.scan({ text, from: 0, to: text.length, units: { width: 8, codes } }, cursor);
    expect(cursor.hits).toHaveLength(100);
    expect(cursor.count).toBe(1_000);
  });

  it('agrees with a plain search on random texts', () => {
    const random = randomOf(11);
    for (let round = 0; round < 300; round++) {
      const words = ['ab', 'b', 'a', 'ba', 'abab', 'a b', 'b a b', '-a', 'a-', 'aab'];
      const keywords = words.filter(() => random() < 0.5);
      const text = Array.from({ length: 60 }, () => pick(random, ['a', 'b', 'A', ' ', '-', '\n'])).join('');
      const expected = keywords.flatMap((keyword) => naive(keyword, text)).sort();
      expect(
        keywordsIn(keywords, text)
          .map((found) => found.toLowerCase().replace(/\s+/g, ' '))
          .sort(),
      ).toEqual(expected);
    }
  });

  it('splits a list whose table would be too large, and finds the same', () => {
    const random = randomOf(5);
    const keywords = Array.from({ length: 4_000 }, () =>
      Array.from({ length: 4 }, () => String.fromCharCode(0x4e00 + Math.floor(random() * 3_000))).join(''),
    );
    const policy = new CompiledPolicy(policyOf({ keywords }));
    for (const keyword of [keywords[0]!, keywords[1_999]!, keywords[3_999]!]) {
      expect(policy.inspectText(`x ${keyword} y`)).toContainEqual(expect.objectContaining({ start: 2, end: 6 }));
    }
  });
});

function naive(keyword: string, text: string): string[] {
  const source = keyword.replace(/ /g, '\\s+');
  const before = /^\w/.test(keyword) ? '(?<!\\w)' : '';
  const after = /\w$/.test(keyword) ? '(?!\\w)' : '';
  const pattern = new RegExp(`${before}(?=(${source}))${source}${after}`, 'giy');
  const found: string[] = [];
  for (let at = 0; at < text.length; at++) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) found.push(match[0].toLowerCase().replace(/\s+/g, ' '));
  }
  return found;
}
