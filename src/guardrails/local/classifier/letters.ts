/**
 * What each UTF-16 code unit is to the tokeniser, and the letter it counts as: lower case, without marks on Latin, Greek and Cyrillic
 * letters (attack texts are typed with and without them). Filled on first use, because most texts need a few hundred of the 65,536.
 */

const SEPARATOR = 1;
export const DIGIT = 2;
/** Belongs to the word but does not count: combining marks of alphabets, soft hyphens. */
export const SKIPPED = 3;
export const LETTER = 4;
/** A character of a script written without spaces: a token of its own. */
export const UNSPACED = 5;

const kinds = new Uint8Array(0x10000);
const letters = new Uint16Array(0x10000);

const MARKED_ALPHABET = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u;
const ALPHABET_MARK = /^[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0640\u00ad]/;
const UNSPACED_SCRIPT =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]$/u;
const IN_WORD = /^[\p{L}\p{M}]$/u;
const NUMBER = /^\p{N}$/u;

/** One of the kinds above. */
export function kindOf(code: number): number {
  const kind = kinds[code] ?? 0;
  return kind === 0 ? classify(code) : kind;
}

/** The letter that `code`, a LETTER or UNSPACED, counts as. */
export function letterOf(code: number): number {
  return letters[code] ?? code;
}

function classify(code: number): number {
  const char = String.fromCharCode(code);
  let kind = SEPARATOR;
  if (ALPHABET_MARK.test(char)) kind = SKIPPED;
  else if (UNSPACED_SCRIPT.test(char)) kind = UNSPACED;
  else if (IN_WORD.test(char)) kind = LETTER;
  else if (NUMBER.test(char)) kind = DIGIT;
  kinds[code] = kind;
  letters[code] = baseLetter(char).charCodeAt(0);
  return kind;
}

function baseLetter(char: string): string {
  const lower = char.toLowerCase();
  return MARKED_ALPHABET.test(lower) ? lower.normalize('NFKD') : lower.normalize('NFKC');
}

// ASCII and Latin-1 are filled at load, so that the 8-bit path reads the tables without asking.
for (let code = 0; code < 0x100; code++) classify(code);

export const latinKinds: Uint8Array = kinds.subarray(0, 0x100);
export const latinLetters: Uint16Array = letters.subarray(0, 0x100);
