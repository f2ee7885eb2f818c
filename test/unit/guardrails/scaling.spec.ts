import { describe, expect, it } from '@jest/globals';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { FORMATS, policyOf, shortestMs, shortestMsBelow } from './fixtures.js';

const KEYWORDS = ['project x', 'a a a a b', 'top secret', 'aaaaaaaaaaaaaaaab', '\ufdfa'];
const policy = new CompiledPolicy(policyOf({ keywords: KEYWORDS, entities: FORMATS }));

/** Pieces that make a careless scanner quadratic when they are repeated. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['at signs', '@'],
  ['local parts', 'a@'],
  ['labels', 'a.'],
  ['domains', '@a.a.a.a'],
  ['one long local part', 'a'],
  ['plus signs', '+'],
  ['international starts', '+1 '],
  ['digits', '1'],
  ['pairs of digits', '12 '],
  ['phones in a row', '415 555 2671 '],
  ['cards in a row', '4111 1111 1111 1111 '],
  ['labelled numbers', 'phone 12-34-567 '],
  ['starts of an IBAN', 'DE89 '],
  ['parentheses', '(415'],
  ['e-mail addresses', 'joe@example.com '],
  ['keyword starts', 'a a '],
  ['white space', ' '],
  ['marks', 'a\u0301\u0323'],
  ['bare marks out of order', '\u0301\u0323'],
  ['zero-width characters', '\u200b'],
  ['expanding ligatures', '\ufdfa'],
  ['mathematical digits', '\u{1d7d8}'],
];

function textOf(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

describe('hostile text', () => {
  it.each(HOSTILE)('takes time in proportion to its length: %s', (_, piece) => {
    const [short, long] = [textOf(piece, 12_800), textOf(piece, 102_400)];
    policy.inspectText(short);
    const shortMs = shortestMs(3, () => policy.inspectText(short));
    // Eight times the text; quadratic work would take 64 times as long. The constant keeps timer noise out of short times. And 50 ms for
    // 100 KB as it is sent, with room for a slow machine: the costliest piece has three bytes and becomes eighteen letters.
    const limit = Math.min(shortMs * 24 + 20, 50 * 4 * (Buffer.byteLength(long) / 102_400));
    expect(shortestMsBelow(limit, () => policy.inspectText(long))).toBeLessThan(limit);
  });

  it.each(HOSTILE.filter((_, index) => index % 4 === 0))('is no longer a problem at a mebibyte: %s', (_, piece) => {
    const text = textOf(piece, 1_048_576);
    expect(shortestMsBelow(500 * 8, () => policy.inspectText(text))).toBeLessThan(500 * 8);
  });
});
