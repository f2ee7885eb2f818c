/** Classes of code units that the PII scanners share. Offsets outside the text give NaN from charCodeAt, which is in none of them. */

export function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

export function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** ASCII letter, digit or `_`: what a number must not touch to stand for itself. */
export function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x30 && code <= 0x39) || code === 0x5f || isAsciiLetter(code);
}

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0xa0;
}

/** A match of one scanner; what it is and how sure is known to the caller. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** 0..1 */
  readonly score: number;
}
