import { isDigitAt, isSpace, isWordAt, type Span } from './chars.js';
import { continuesAfter, hasSpacedNeighbour, type DigitGroups } from './digit-groups.js';
import { isLabelledPhone } from './labels.js';

const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;

/** Area code [2-9]xx and exchange [2-9]xx, neither x11; area codes with a middle 9 are reserved (NANPA). */
const NANP = /^1?[2-9](?!11)[0-8]\d[2-9](?!11)\d{6}$/;
const DATE = /^(?:(?:19|20)\d\d\D\d\d\D\d\d|\d\d\D\d\d\D(?:19|20)\d\d)(?!\d)/;

/** Digits of the longest national number, trunk prefix and access code included. */
const MAX_NATIONAL = 13;

/** The phone number (national formats) that starts with the first group, or null. International ones: {@link matchE164}. */
export function matchPhone(groups: DigitGroups, field: string): Span | null {
  return matchNanp(groups) ?? matchLabelled(groups, field);
}

function matchNanp(groups: DigitGroups): Span | null {
  const { text } = groups;
  if (groups.length(0) !== 3 || groups.length(1) !== 3 || groups.length(2) !== 4) return null;
  if (!isPhoneSeparated(groups)) return null;
  const end = groups.end(2);
  if (!NANP.test(text.slice(groups.start(0), end).replace(/\D/g, ''))) return null;
  const areaStart = groups.separator(0) === CLOSE ? groups.start(0) - 1 : groups.start(0);
  if (areaStart < groups.start(0) && text.charCodeAt(areaStart) !== OPEN) return null;
  const start = withCountryCode(text, areaStart);
  if (touchesBefore(text, start) || continuesAfter(text, end)) return null;
  return isOneOfMany(groups, start, end) ? null : { start, end, score: 0.9 };
}

/** Numbers in a row, a space apart, are a table. */
function isOneOfMany(groups: DigitGroups, start: number, end: number): boolean {
  if (!isSpace(groups.separator(0)) || !isSpace(groups.separator(1))) return false;
  return hasSpacedNeighbour(groups.text, start, end);
}

function isPhoneSeparated(groups: DigitGroups): boolean {
  const [first, second] = [groups.separator(0), groups.separator(1)];
  const isSecondFit = second === HYPHEN || second === SPACE || second === DOT;
  return (
    isSecondFit && (first === second || first === CLOSE || first === SLASH || (first === SPACE && second === HYPHEN))
  );
}

/** Start with a `1` or `+1` in front and its separator. */
function withCountryCode(text: string, start: number): number {
  const before = text.charCodeAt(start - 1);
  const one = isSpace(before) || before === HYPHEN || before === DOT ? start - 2 : start - 1;
  if (text.charCodeAt(one) !== 0x31 || (one === start - 1 && text.charCodeAt(start) !== OPEN)) return start;
  if (text.charCodeAt(one - 1) === 0x2b) return one - 1;
  return isWordAt(text, one - 1) || touchesBefore(text, one) ? start : one;
}

/** True when what stands before `start` makes the digits a part of something longer. */
function touchesBefore(text: string, start: number): boolean {
  if (isWordAt(text, start - 1)) return true;
  const before = text.charCodeAt(start - 1);
  const joins = before === HYPHEN || before === DOT || before === SLASH;
  return joins && (isDigitAt(text, start - 2) || (before === HYPHEN && isWordAt(text, start - 2)));
}

/** Formats of other countries, and bare North American numbers: only where a label says that it is a phone number. */
function matchLabelled(groups: DigitGroups, field: string): Span | null {
  const { text } = groups;
  let last = groups.count - 1;
  while (last > 0 && digitsUpTo(groups, last) > MAX_NATIONAL) last--;
  const opened = text.charCodeAt(groups.start(0) - 1) === OPEN;
  const start = opened ? groups.start(0) - 1 : groups.start(0);
  const end = groups.end(last);
  if (touchesBefore(text, start) || continuesAfter(text, end)) return null;
  if (last === 0 ? end - start < 10 : digitsUpTo(groups, last) < 7) return null;
  if (!isLabelledPhone(text, start, field)) return null;
  const written = text.slice(groups.start(0), end);
  if (last === 0 ? !NANP.test(written) : DATE.test(written) || isAddress(groups)) return null;
  return { start, end, score: 0.8 };
}

function digitsUpTo(groups: DigitGroups, last: number): number {
  let digits = 0;
  for (let group = 0; group <= last; group++) digits += groups.length(group);
  return digits;
}

/** Four groups of at most three digits with dots: an IPv4 address. */
function isAddress(groups: DigitGroups): boolean {
  if (groups.count !== 4 || !groups.isUniform(4, [DOT])) return false;
  return [0, 1, 2, 3].every((group) => groups.length(group) <= 3);
}

const MIN_E164 = 9;
const MAX_E164 = 15;

/** The international number (ITU-T E.164, with separators) whose `+` is at `plus`, or null. */
export function matchE164(text: string, plus: number): Span | null {
  if (isWordAt(text, plus - 1) || text.charCodeAt(plus - 1) === 0x2b) return null;
  const { digits, end } = internationalDigits(text, plus + 1);
  if (end === 0 || isWordAt(text, end) || !isInternational(digits)) return null;
  return { start: plus, end, score: 0.9 };
}

/** The digits from `from` on as far as they can be one number, and where they end (0 = none). */
function internationalDigits(text: string, from: number): { readonly digits: string; readonly end: number } {
  let digits = '';
  let end = 0;
  // A North American number is complete with eleven.
  while (!(digits.startsWith('1') && digits.length >= 11)) {
    const start = skipSeparators(text, digits === '' ? from : end, digits === '');
    let groupEnd = start;
    while (isDigitAt(text, groupEnd) && groupEnd - start <= MAX_E164) groupEnd++;
    if (groupEnd === start || digits.length + groupEnd - start > MAX_E164) break;
    digits += text.slice(start, groupEnd);
    end = groupEnd;
  }
  return { digits, end };
}

/** At most two separators in a row: `+44 (0) 20`, `+1 (415) 555`. Before the first digit only a parenthesis. */
function skipSeparators(text: string, from: number, isFirst: boolean): number {
  let at = from;
  while (at < from + 2 && isSeparator(text.charCodeAt(at), isFirst)) at++;
  return at;
}

function isSeparator(code: number, isFirst: boolean): boolean {
  if (isFirst) return code === OPEN;
  return isSpace(code) || code === HYPHEN || code === DOT || code === SLASH || code === OPEN || code === CLOSE;
}

function isInternational(digits: string): boolean {
  if (digits.startsWith('1')) return NANP.test(digits) && digits.length === 11;
  const isRound = digits.endsWith('000000');
  return !digits.startsWith('0') && digits.length >= MIN_E164 && !isRound;
}
