// What is left of an attack without the words that make it one: a benign twin. In languages with few benign texts it keeps a model from
// taking the language itself, its articles and pronouns, for the attack.
import { CONCEPT_WORDS } from '../../dist/guardrails/local/classifier/concept-words.js';

const words = new Set();
const stems = new Set();
const unspaced = [];
for (const entries of CONCEPT_WORDS.values()) {
  for (const entry of entries.split(/\s+/)) {
    if (entry === '') continue;
    if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(entry)) unspaced.push(entry);
    else if (entry.endsWith('*')) stems.add(bare(entry).slice(0, -1));
    else words.add(bare(entry));
  }
}
unspaced.sort((a, b) => b.length - a.length);

function bare(word) {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

function isConcept(word) {
  const key = bare(word).replace(/^[^\p{L}]+|[^\p{L}\p{M}]+$/gu, '');
  for (let length = 2; length <= 5; length++) if (stems.has(key.slice(0, length))) return true;
  return words.has(key);
}

/** The words of a text that stand for no concept, in order. */
export function remainderOf(text) {
  let rest = text;
  for (const entry of unspaced) rest = rest.replaceAll(entry, ' ');
  return rest
    .split(/\s+/)
    .filter((word) => !isConcept(word))
    .join(' ');
}
