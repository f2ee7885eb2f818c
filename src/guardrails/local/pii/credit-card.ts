import { isDigitAt, isSpace, type Span } from './chars.js';
import { continuesAfter, continuesBefore, type DigitGroups } from './digit-groups.js';

const SPACE = 0x20;
const HYPHEN = 0x2d;
/** How card numbers are printed (ISO/IEC 7812: 13 to 19 digits here; 12 is left out, being the last part of many ids). */
const GROUPINGS = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
] as const;

/** Issuers as prefix ranges of equal length, with the lengths of number they use. */
const ISSUERS: readonly (readonly [low: number, high: number, prefixDigits: number, lengths: readonly number[]])[] = [
  [4, 4, 1, [13, 16, 19]],
  [51, 55, 2, [16]],
  [2221, 2720, 4, [16]],
  [34, 34, 2, [15]],
  [37, 37, 2, [15]],
  [300, 305, 3, [14, 16]],
  [309, 309, 3, [14, 16]],
  [36, 36, 2, [14, 16]],
  [38, 39, 2, [14, 16]],
  [3528, 3589, 4, [16, 17, 18, 19]],
  [60, 60, 2, [16, 19]],
  [62, 62, 2, [16, 17, 18, 19]],
  [644, 649, 3, [16, 19]],
  [65, 65, 2, [16, 19]],
  [81, 82, 2, [16]],
  [508, 508, 3, [16]],
  [2200, 2204, 4, [16, 17, 18, 19]],
  ...[5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].map(
    (prefix) => [prefix, prefix, 4, [13, 14, 15, 16, 17, 18, 19]] as const,
  ),
];

/** Longest row of groups that is looked at before a number; a longer one is a table. */
const MAX_ROW = 16;
/** `1228`, `2028`: when the card expires. */
const EXPIRY = /^(?:(?:0[1-9]|1[0-2])[23]\d|20[2-4]\d)$/;

/**
 * The card number that starts with the first group, or null.
 * @param previousEnd where the card before this one ended, or -1
 */
export function matchCreditCard(groups: DigitGroups, previousEnd: number): Span | null {
  const { text } = groups;
  const start = groups.start(0);
  if (continuesBefore(text, start)) return null;
  const count = groupsOfNumber(groups);
  if (count === 0) return null;
  const end = groups.end(count - 1);
  if (continuesAfter(text, end) || !isCardNumber(text.slice(start, end).replace(/\D/g, ''))) return null;
  const isSpaced = count > 1 && isSpace(groups.separator(0));
  return isSpaced && isInColumns(text, start, end, previousEnd) ? null : { start, end, score: 1 };
}

/** How many groups the number has; 0 when they do not look like one. */
function groupsOfNumber(groups: DigitGroups): number {
  const alone = groups.length(0);
  if (alone >= 13 && alone <= 19) return 1;
  if (alone !== 4 || groups.count < 3) return 0;
  const grouping = GROUPINGS.find(
    (lengths) => groups.startsWith(lengths) && groups.isUniform(lengths.length, [SPACE, HYPHEN]),
  );
  return grouping?.length ?? 0;
}

/**
 * True for groups out of a row of four-digit numbers. In a row of cards, a card or whole groups of four stand before, and the same or
 * nothing or an expiry date behind.
 */
function isInColumns(text: string, start: number, end: number, previousEnd: number): boolean {
  if (previousEnd !== start - 1) {
    let before = 0;
    while (before < MAX_ROW && isGroupOfFour(text, start - 5 * (before + 1), 4)) before++;
    if (before === MAX_ROW || before % 4 > 0) return true;
  }
  let after = 0;
  while (after < 4 && isGroupOfFour(text, end + 1 + 5 * after, -1)) after++;
  return after % 4 > 0 && !(after === 1 && EXPIRY.test(text.slice(end + 1, end + 5)));
}

/** True when `[at, at + 4)` are four digits, no more, and a space stands at `at + joint`. */
function isGroupOfFour(text: string, at: number, joint: number): boolean {
  for (let i = at; i < at + 4; i++) if (!isDigitAt(text, i)) return false;
  return isSpace(text.charCodeAt(at + joint)) && !isDigitAt(text, at - 1) && !isDigitAt(text, at + 4);
}

function isCardNumber(digits: string): boolean {
  const length = digits.length;
  const isIssued = ISSUERS.some(([low, high, prefixDigits, lengths]) => {
    const prefix = Number(digits.slice(0, prefixDigits));
    return prefix >= low && prefix <= high && lengths.includes(length);
  });
  return isIssued && passesLuhn(digits);
}

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const digit = digits.charCodeAt(i) - 0x30;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
