import { isSpace, isWordAt, type Span } from './chars.js';
import { continuesAfter, continuesBefore, hasSpacedNeighbour, type DigitGroups } from './digit-groups.js';
import { isLabelledSsn } from './labels.js';

const SPACE = 0x20;
const HYPHEN = 0x2d;

/** The US social security number that starts with the first group, or null. Nine bare digits need a label. */
export function matchSsn(groups: DigitGroups, field: string): Span | null {
  const { text } = groups;
  const start = groups.start(0);
  const isBare = groups.length(0) === 9;
  if (!isBare && !isFormatted(groups)) return null;
  const end = groups.end(isBare ? 0 : 2);
  if (isPartOfMore(text, start, end)) return null;
  if (!isIssuable(text.slice(start, end).replace(/\D/g, ''))) return null;
  if (!isBare) return { start, end, score: 0.9 };
  return isLabelledSsn(text, start, field) ? { start, end, score: 0.8 } : null;
}

function isFormatted(groups: DigitGroups): boolean {
  if (groups.length(0) !== 3 || groups.length(1) !== 2 || groups.length(2) !== 4) return false;
  if (!groups.isUniform(3, [SPACE, HYPHEN])) return false;
  if (!isSpace(groups.separator(0))) return true;
  return !hasSpacedNeighbour(groups.text, groups.start(0), groups.end(2));
}

function isPartOfMore(text: string, start: number, end: number): boolean {
  if (continuesBefore(text, start) || continuesAfter(text, end)) return true;
  return text.charCodeAt(start - 1) === HYPHEN && isWordAt(text, start - 2);
}

/** Areas 000, 666 and 900-999, group 00 and serial 0000 were never issued (SSA). */
function isIssuable(digits: string): boolean {
  const area = digits.slice(0, 3);
  return area !== '000' && area !== '666' && area < '900' && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
}
