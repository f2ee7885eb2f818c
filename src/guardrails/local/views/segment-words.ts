import { ANCHOR_WORDS } from './anchor-words.js';

const SHORT_WORDS =
  'the and all any you are to of me my is it in on for not now no do how who as at be by or we so if an a i us ' +
  'table select drop insert where new old say says said just only use used give get make must can will first last next';

const WORDS: ReadonlySet<string> = new Set([...ANCHOR_WORDS, ...SHORT_WORDS.split(' ')]);
const MAX_WORD = 14;

/** Letters without spaces, as words: at each place the longest known word; what lies between known words stays together. */
export function segmentWords(letters: string): string {
  const words: string[] = [];
  let unknown = '';
  for (let at = 0; at < letters.length;) {
    const word = knownWordAt(letters, at, unknown === '' ? 1 : 3);
    if (word === '') {
      unknown += letters.charAt(at++);
      continue;
    }
    if (unknown !== '') words.push(unknown);
    unknown = '';
    words.push(word);
    at += word.length;
  }
  if (unknown !== '') words.push(unknown);
  return words.join(' ');
}

function knownWordAt(letters: string, at: number, shortest: number): string {
  for (let length = Math.min(MAX_WORD, letters.length - at); length >= shortest; length--) {
    const word = letters.slice(at, at + length);
    if (WORDS.has(word)) return word;
  }
  return '';
}
