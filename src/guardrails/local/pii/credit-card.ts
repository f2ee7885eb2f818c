import { isSpace, type Span } from './chars.js';
import {
  continuesAfter,
  continuesBefore,
  spacedDigitsAfter,
  spacedDigitsBefore,
  type DigitGroups,
} from './digit-groups.js';

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

/** The card number that starts with the first group, or null. */
export function matchCreditCard(groups: DigitGroups): Span | null {
  const { text } = groups;
  const start = groups.start(0);
  if (continuesBefore(text, start)) return null;
  const end = endOfNumber(groups);
  if (end === 0 || continuesAfter(text, end)) return null;
  return isCardNumber(text.slice(start, end).replace(/\D/g, '')) ? { start, end, score: 1 } : null;
}

function endOfNumber(groups: DigitGroups): number {
  const alone = groups.length(0);
  if (alone >= 13 && alone <= 19) return groups.end(0);
  if (alone !== 4 || groups.count < 3) return 0;
  const grouping = GROUPINGS.find(
    (lengths) => groups.startsWith(lengths) && groups.isUniform(lengths.length, [SPACE, HYPHEN]),
  );
  if (grouping === undefined) return 0;
  const end = groups.end(grouping.length - 1);
  // One of many columns of four digits is not a card; an expiry date or check digits behind it are fine.
  const isColumn = isSpace(groups.separator(0)) && hasLongNeighbour(groups.text, groups.start(0), end);
  return isColumn ? 0 : end;
}

function hasLongNeighbour(text: string, start: number, end: number): boolean {
  return spacedDigitsBefore(text, start, 4) >= 4 || spacedDigitsAfter(text, end, 4) >= 4;
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
