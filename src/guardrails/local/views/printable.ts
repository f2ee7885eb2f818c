const LETTER = /\p{L}/u;
// Control characters are what this is about.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f\ufffd\ufffe\uffff]/;
const LATIN_WORDS = /[a-zA-Z]{2,}/;

/** Shortest decoded text that is worth a look. */
const MIN_LETTERS = 6;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16 = new TextDecoder('utf-16le', { fatal: true });

/** The bytes as text, when they are text; undefined for anything else: compressed data, hashes, numbers. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < MIN_LETTERS) return undefined;
  // PowerShell's encoded commands, for one.
  const isWide = bytes.length % 2 === 0 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0;
  try {
    const text = (isWide ? utf16 : utf8).decode(bytes);
    return isReadable(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** True for text a reader could follow: no control characters, some letters. */
export function isReadable(text: string): boolean {
  if (CONTROL.test(text)) return false;
  if (LATIN_WORDS.test(text)) return true;
  let letters = 0;
  for (const char of text.slice(0, 256)) if (LETTER.test(char)) letters++;
  return letters >= MIN_LETTERS;
}
