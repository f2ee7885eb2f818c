// How the gateway reads texts is part of what a table is trained on: other views or features of the same rows make another table. A hash
// of what some generated texts become, as written and in disguise, stands for that code, so that a change that makes nothing different
// (speed, comments) leaves the tables good, and one that does is noticed without the rows.
import { createHash } from 'node:crypto';
import { generateAttacks, generateBenign } from './generators/injection.mjs';

const SEED = 7;
/** Every so manieth generated text. */
const EVERY = 61;
const MAX_SAMPLE = 8192;

const reversed = (text) => [...text].reverse().join('');
const rot13 = (text) =>
  text.replace(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
  });
const each = (text, by) => Array.from(text, by).join('');
const code = (char, radix, width) => char.codePointAt(0).toString(radix).padStart(width, '0');
const LEET = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };
const LOOKALIKES = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', i: 'і' };

/** Ways to write a text so that a reader has to decode it. */
const DISGUISES = [
  (text) => text,
  (text) => Buffer.from(text).toString('base64'),
  (text) => `Note: ${Buffer.from(text).toString('hex')} (end)`,
  (text) => each(Buffer.from(text).toString('latin1'), (char) => `%${code(char, 16, 2)}`),
  (text) => each(text, (char) => `&#${char.codePointAt(0)};`),
  (text) => each(text, (char) => (char.codePointAt(0) < 0x10000 ? `\\u${code(char, 16, 4)}` : '')),
  (text) => each(text.slice(0, 200), (char) => `${code(char, 2, 8)} `),
  (text) => each(text, (char) => (char > '~' ? '' : String.fromCodePoint(0xe0000 + char.codePointAt(0)))),
  (text) => each(text, (char) => `${char} `),
  (text) => text.replace(/(?<=[a-z])(?=[a-z])/gi, '|'),
  (text) => each(text, (char) => LEET[char] ?? char),
  (text) => each(text, (char) => LOOKALIKES[char] ?? char),
  (text) => text.replace(/[aeiou]/g, (char) => `${char}\u0301`).normalize('NFC'),
  (text) =>
    each(text, (char) => (char > ' ' && char <= '~' ? String.fromCodePoint(char.codePointAt(0) + 0xfee0) : char)),
  (text) => text.replace(/(?<=[a-z])(?=[a-z])/gi, '\u200b'),
  reversed,
  rot13,
];

/** Generated texts, each in one of the disguises in turn. */
function* samples() {
  const texts = [...generateAttacks(SEED), ...generateBenign(SEED)].filter((_, number) => number % EVERY === 0);
  for (const [number, { text }] of texts.entries()) {
    yield DISGUISES[number % DISGUISES.length](text).slice(0, MAX_SAMPLE);
  }
}

/**
 * SHA-256 of the views of the samples (`views`), of their features (`features`) and of those of tone (`tone`).
 * `code`: `{ TextViews, featuresOf, toneOf, openWindow }` of the gateway, built or not.
 */
export function readingHashes({ TextViews, featuresOf, toneOf, openWindow }) {
  const views = createHash('sha256');
  const features = createHash('sha256');
  const tone = createHash('sha256');
  for (const sample of samples()) {
    const made = new TextViews(sample, true);
    while (!made.step());
    for (const { view, isLatin1 } of made.views) {
      const { text, codings, invisible, lookalikes } = view;
      views.update(JSON.stringify([text, codings, invisible, lookalikes]));
      if (text === '') continue;
      const window = () => openWindow(text, 0, Math.min(text.length, MAX_SAMPLE), isLatin1);
      addBatch(features, featuresOf(view).read(window()));
      addBatch(tone, toneOf(view).read(window()));
    }
  }
  return { views: views.digest('hex'), features: features.digest('hex'), tone: tone.digest('hex') };
}

function addBatch(hash, { features, ends, tokens }) {
  hash.update(ends.slice(0, tokens));
  hash.update(features.slice(0, tokens === 0 ? 0 : ends[tokens - 1]));
}
