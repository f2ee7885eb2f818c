import { isAsciiLetter, isSpace, isWordAt, type Span } from './chars.js';

/** Length of an IBAN by country (SWIFT IBAN registry). */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 ' +
    'SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The IBAN whose check digits start at `digits` (a run of digits right behind a letter), or null. */
export function matchIban(text: string, digits: number): Span | null {
  const start = digits - 2;
  if (start < 0 || !isAsciiLetter(text.charCodeAt(start)) || isWordAt(text, start - 1)) return null;
  const length = LENGTHS.get(text.slice(start, digits).toUpperCase());
  if (length === undefined) return null;
  const end = endOf(text, start, length);
  if (end === 0 || isWordAt(text, end)) return null;
  return hasValidChecksum(text.slice(start, end)) ? { start, end, score: 1 } : null;
}

/** End of `length` letters and digits with single spaces or hyphens between; 0 when the text has other characters there. */
function endOf(text: string, start: number, length: number): number {
  let at = start;
  for (let left = length; left > 0; left--) {
    const code = text.charCodeAt(at);
    if (left < length - 3 && (isSpace(code) || code === 0x2d)) at++;
    if (!isWordAt(text, at) || text.charCodeAt(at) === 0x5f) return 0;
    at++;
  }
  return at;
}

/** ISO 7064 mod 97-10 over the number with its first four characters moved to the end. */
function hasValidChecksum(iban: string): boolean {
  const compact = iban.replace(/[^0-9A-Za-z]/g, '');
  let remainder = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
