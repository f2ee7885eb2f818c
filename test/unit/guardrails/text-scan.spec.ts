import { describe, expect, it } from '@jest/globals';
import { MAX_WINDOW } from '../../../src/guardrails/local/text-window.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { FORMATS, pick, policyOf, randomOf } from './fixtures.js';

const policy = new CompiledPolicy(policyOf({ keywords: ['project x', 'top secret'], entities: FORMATS }));
const MATCHES = [
  'joe.bloggs@example.com',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  'ssn 123456789',
  '(415) 555-2671',
  '+44 20 7946 0958',
  'Project \n X',
  'top secret',
];

describe('windows over a long text', () => {
  it.each(MATCHES)('find %j wherever the edge of a window falls in it, with the same offsets', (match) => {
    const [alone] = policy.inspectText(match);
    for (let shift = -2; shift <= match.length + 2; shift++) {
      const before = '- '.repeat(MAX_WINDOW).slice(0, MAX_WINDOW - shift - 1);
      const hits = policy.inspectText(`${before} ${match} -`);
      expect(hits).toEqual(
        policy
          .inspectText(` ${match} -`)
          .map((hit) => ({ ...hit, start: hit.start + before.length, end: hit.end + before.length })),
      );
      expect(hits).toContainEqual({
        ...alone!,
        start: alone!.start + before.length + 1,
        end: alone!.end + before.length + 1,
      });
    }
  });

  it('do not make a word boundary', () => {
    const text = `${'-'.repeat(MAX_WINDOW - 3)}top secretary`;
    expect(policy.inspectText(text)).toEqual([]);
    expect(policy.inspectText(`${'-'.repeat(MAX_WINDOW - 4)}atop secret`)).toEqual([]);
  });

  it('do not cut a run of white space inside a phrase', () => {
    const text = `project${' '.repeat(3 * MAX_WINDOW)}x`;
    expect(policy.inspectText(text)).toContainEqual(expect.objectContaining({ start: 0, end: text.length }));
  });

  it('find in a long random text what they find in its parts', () => {
    const random = randomOf(23);
    const filler = [
      'lorem',
      'ipsum',
      '12',
      '3.5',
      'a@b',
      '\n',
      'caf\u00e9',
      '+1',
      '4111',
      '(x)',
      'secret',
      '2024-01-15',
    ];
    for (const extra of ['', '\u65e5\u672c', '\u200b', '\u00df']) {
      let text = '';
      const expected: { start: number; end: number; category: string }[] = [];
      while (text.length < 5 * MAX_WINDOW) {
        const isMatch = random() < 0.03;
        const piece = isMatch ? pick(random, MATCHES) : `${pick(random, filler)}${extra}`;
        if (isMatch) {
          for (const { start, end, category } of policy.inspectText(piece)) {
            expected.push({ start: start + text.length + 3, end: end + text.length + 3, category });
          }
        }
        text += ` ; ${piece} ;`;
      }
      const hits = policy.inspectText(text).map(({ start, end, category }) => ({ start, end, category }));
      const order = (a: { start: number; end: number }, b: { start: number; end: number }): number =>
        a.start - b.start || a.end - b.end;
      expect(hits.sort(order)).toEqual(expected.sort(order));
    }
  });
});
