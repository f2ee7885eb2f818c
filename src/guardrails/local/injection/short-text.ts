/** A word or two order nothing, and neither do names of fields, tools and files, whatever they are put together from. */
const MIN_WORDS = 3;
const MAX_NAME = 64;
const NAME = /^[A-Za-z0-9_.:/-]+$/;
/** Longer texts have the words, or are no words at all. */
const MAX_SHORT = 200;
/** A run of letters and digits; a word of scripts without spaces is about two characters. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{2}|\p{Script=Katakana}[\p{Script=Katakana}\u30fc]*|[\p{L}\p{M}\p{N}'\u2019]+/gu;

/** Whether a text is too short, as it is written, for its words alone to be an attack. */
export function isTooShort(text: string): boolean {
  if (text.length > MAX_SHORT) return false;
  if (text.length <= MAX_NAME && NAME.test(text)) return true;
  const words = text.matchAll(WORD);
  for (let count = 0; count < MIN_WORDS; count++) if (words.next().done === true) return true;
  return false;
}
