import { withoutInvisible } from './invisible-characters.js';

const QUOTES = /[\u2018\u2019\u201a\u201b\u2032`]/g;
const DOUBLE_QUOTES = /[\u201c-\u201f\u2033]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const SPACES = /\s+/g;
const END = /[\s.]+$/;

/**
 * True when two texts differ in nothing that carries meaning: white space, the shape of quotes and dashes, full stops at the end. A
 * comma or a letter may turn a sentence round, and an invisible character is never mere notation.
 */
export function isSameWording(before: string, after: string): boolean {
  return plain(before) === plain(after) && withoutInvisible(after).length === after.length;
}

/** How much of a text changed, in words, for people: "1 of 12 words". */
export function wordsChanged(before: string, after: string): string {
  const old = new Map<string, number>();
  for (const word of words(before)) old.set(word, (old.get(word) ?? 0) + 1);
  let added = 0;
  for (const word of words(after)) {
    const left = old.get(word) ?? 0;
    if (left > 0) old.set(word, left - 1);
    else added++;
  }
  const removed = [...old.values()].reduce((sum, left) => sum + left, 0);
  return `${String(added)} ${added === 1 ? 'word' : 'words'} new, ${String(removed)} gone`;
}

/** Scripts that write sentences without spaces: six letters of them say as much as four words. */
const UNSPACED =
  /(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*){6}/u;
/** What stands for a space in names, and a letter without ink. */
const JOINTS = /[_\-\u2800]+/g;

/**
 * True for text that says something: four words or more, also when other characters stand for the spaces. Ids, names and values are
 * shorter; addresses and what has digits in it are no sentences.
 */
export function isProse(text: string): boolean {
  if (words(text).length >= 4 || UNSPACED.test(text)) return true;
  const joined = words(text.replace(JOINTS, ' ')).filter((word) => /^\p{L}+$/u.test(word));
  return joined.length >= 4 && !text.includes('/');
}

function words(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '');
}

function plain(text: string): string {
  return text
    .replace(QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-')
    .replace(SPACES, ' ')
    .trim()
    .replace(END, '');
}
