import { type KeywordCursor, KeywordDetector } from '../keyword-detector.js';
import { MAX_WINDOW, openWindow } from '../text-window.js';
import { ANCHOR_WORDS } from './anchor-words.js';
import { around, ifRevealing, MIN_NEW_ANCHORS, type Undisguised } from './undisguised.js';

const MIN_LETTERS = 6;
/** Two such words and what parts them. */
const MIN_TURNED = MIN_LETTERS * MIN_NEW_ANCHORS;
const FLIPPED_LETTERS = 'ǝɹɐɥʇʍʎɯɟƃɔıʞuпnqpdbʌ';
const UPRIGHT_LETTERS = 'erahtwymfgciknunbdpqv';
const FLIPPED = /[ǝɹɐɥʇʍʎɯ]/;

const upright = new Map<string, string>();
for (let i = 0; i < FLIPPED_LETTERS.length; i++) upright.set(FLIPPED_LETTERS.charAt(i), UPRIGHT_LETTERS.charAt(i));

const longWords = [...ANCHOR_WORDS].filter((word) => word.length >= MIN_LETTERS);
const reversedWords = longWords.map(reverse);
const reversed: ReadonlySet<string> = new Set(reversedWords);
const turnedWords = new KeywordDetector([...reversedWords, ...longWords.map(rot13)]);

/** A text turned by half a circle, with letters that look like it. */
export function flipped(text: string): Undisguised[] {
  const at = text.search(FLIPPED);
  if (at < 0) return [];
  const part = around(text, at, at);
  return ifRevealing('reversed', part, reverse(part.text.replace(/[^\s]/g, (char) => upright.get(char) ?? char)));
}

/** Texts written backwards, as a whole or word by word, and in rot13: looked for by the words they would hold. */
export function* turned(text: string, isLatin1: boolean): Generator<readonly Undisguised[], void> {
  if (text.length < MIN_TURNED) return;
  const cursor = turnedWords.cursor();
  for (let from = 0; from < text.length; from += MAX_WINDOW) {
    const to = Math.min(text.length, from + MAX_WINDOW);
    turnedWords.scan(openWindow(text, from, to, isLatin1), cursor);
    if (to < text.length) yield [];
  }
  if (cursor.hits.length >= MIN_NEW_ANCHORS) yield turnedBack(text, cursor.hits);
}

function turnedBack(text: string, hits: KeywordCursor['hits']): Undisguised[] {
  const backwards = hits.filter(({ start, end }) => reversed.has(text.slice(start, end).toLowerCase()));
  const rotated = hits.filter((hit) => !backwards.includes(hit));
  const found: Undisguised[] = [];
  if (backwards.length >= MIN_NEW_ANCHORS) {
    const part = around(text, backwards[0]?.start ?? 0, backwards.at(-1)?.end ?? 0);
    found.push({ ...part, coding: 'reversed', text: reverse(part.text) });
    found.push({ ...part, coding: 'reversed', text: part.text.replace(/\S+/g, reverse) });
  }
  if (rotated.length >= MIN_NEW_ANCHORS) {
    const part = around(text, rotated[0]?.start ?? 0, rotated.at(-1)?.end ?? 0);
    found.push({ ...part, coding: 'rot13', text: rot13(part.text) });
  }
  return found;
}

function reverse(text: string): string {
  return Array.from(text).reverse().join('');
}

function rot13(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode((code & 0x1f) > 13 ? code - 13 : code + 13);
  });
}
