import { PII_ENTITIES, type PiiEntity } from '../../../contracts/finding.js';
import type { Hit } from '../hit.js';
import type { TextWindow } from '../text-window.js';
import { isAsciiLetter, isDigitAt, type Span } from './chars.js';
import { matchCreditCard } from './credit-card.js';
import { DigitGroups } from './digit-groups.js';
import { matchEmail } from './email.js';
import { matchIban } from './iban.js';
import { matchE164, matchPhone } from './phone.js';
import { matchSsn } from './ssn.js';

/** Where a scan of one text stands: the next position to look at, for digits, `@` and `+`. */
export class PiiCursor {
  digits = 0;
  at = 0;
  plus = 0;
  /** Where the last card number ended. */
  cardEnd = -1;

  constructor(readonly hits: Hit[] = []) {}
}

/** Longer than any run of digits in a format. A run is followed so far past its window; what is left of it is passed over. */
const LONG_RUN = 32;

/** Good for one candidate at a time; nothing in here waits. */
const groups = new DigitGroups();

/**
 * Finds personal data by format and checksum. Behind literal prefilters (`@`, `+`, two digits in a row), without regular expressions
 * over the whole text; every look around a candidate is bounded, so that any text takes linear time.
 */
export class PiiDetector {
  readonly #email: boolean;
  readonly #card: boolean;
  readonly #iban: boolean;
  readonly #ssn: boolean;
  readonly #phone: boolean;
  readonly #digits: boolean;

  constructor(entities: readonly PiiEntity[] = PII_ENTITIES) {
    this.#email = entities.includes('EMAIL');
    this.#card = entities.includes('CREDIT_CARD');
    this.#iban = entities.includes('IBAN');
    this.#ssn = entities.includes('SSN');
    this.#phone = entities.includes('PHONE');
    this.#digits = this.#card || this.#iban || this.#ssn || this.#phone;
  }

  /**
   * Looks at every candidate that begins in the window and was not looked at yet; matches may reach past it.
   * @param field name of the field that holds the text: a label like any other
   */
  scan(window: TextWindow, field: string, cursor: PiiCursor): void {
    const { text, to } = window;
    if (this.#email) this.#scanEmails(text, to, cursor);
    if (this.#phone) this.#scanPluses(text, to, cursor);
    if (this.#digits) this.#scanDigits(window, field, cursor);
  }

  #scanEmails(text: string, to: number, cursor: PiiCursor): void {
    let at = cursor.at < to ? text.indexOf('@', cursor.at) : cursor.at;
    while (at >= 0 && at < to) {
      add(cursor, 'EMAIL', matchEmail(text, at));
      at = text.indexOf('@', at + 1);
    }
    cursor.at = at < 0 ? text.length : at;
  }

  #scanPluses(text: string, to: number, cursor: PiiCursor): void {
    let plus = cursor.plus < to ? text.indexOf('+', cursor.plus) : cursor.plus;
    while (plus >= 0 && plus < to) {
      add(cursor, 'PHONE', matchE164(text, plus));
      plus = text.indexOf('+', plus + 1);
    }
    cursor.plus = plus < 0 ? text.length : plus;
  }

  #scanDigits(window: TextWindow, field: string, cursor: PiiCursor): void {
    const { text, to } = window;
    const limit = to + LONG_RUN;
    let i = nextDigit(window, cursor.digits);
    while (i < to) {
      const start = i > 0 && isDigitAt(text, i - 1) ? i - 1 : i;
      let end = i + 1;
      while (end < limit && isDigitAt(text, end)) end++;
      const isRest = start < i && isDigitAt(text, start - 1);
      const isDull = isRest || end - start < 2 || isDullNumber(text, start, end);
      const matchEnd = isDull ? 0 : this.#matchAt(text, start, end, field, cursor);
      i = nextDigit(window, Math.max(end, matchEnd));
    }
    cursor.digits = i;
  }

  /** Tries each entity on the run `[start, end)` and what follows; returns where to go on. */
  #matchAt(text: string, start: number, end: number, field: string, cursor: PiiCursor): number {
    const before = text.charCodeAt(start - 1);
    if (isAsciiLetter(before)) return this.#iban ? add(cursor, 'IBAN', matchIban(text, start)) : 0;
    if (before === 0x5f || end - start > 19) return 0;
    groups.read(text, start, end);
    const card = this.#card ? add(cursor, 'CREDIT_CARD', matchCreditCard(groups, cursor.cardEnd)) : 0;
    if (card > 0) {
      cursor.cardEnd = card;
      return card;
    }
    const ssn = this.#ssn ? add(cursor, 'SSN', matchSsn(groups, field)) : 0;
    if (ssn > 0) return ssn;
    return this.#phone ? add(cursor, 'PHONE', matchPhone(groups, field)) : 0;
  }
}

/** The next digit at `from`, two behind it, four …: every format has two digits in a row. At or past the window's end when there is none. */
function nextDigit({ from: base, to, units }: TextWindow, from: number): number {
  const length = to - base;
  return (
    base +
    (units.width === 8 ? digitIn8(units.codes, from - base, length) : digitIn16(units.codes, from - base, length))
  );
}

// Two copies, because one loop over both kinds of array is slower than either.
function digitIn8(codes: Uint8Array, from: number, length: number): number {
  let i = from;
  for (; i < length; i += 2) {
    const code = codes[i] ?? 0;
    if (code >= 0x30 && code <= 0x39) break;
  }
  return i;
}

function digitIn16(codes: Uint16Array, from: number, length: number): number {
  let i = from;
  for (; i < length; i += 2) {
    const code = codes[i] ?? 0;
    if (code >= 0x30 && code <= 0x39) break;
  }
  return i;
}

/** True for the most frequent numbers, those that stand alone and have a length that no format has. */
function isDullNumber(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length >= 13 || length === 9) return false;
  if (length >= 10 && text.charCodeAt(start) !== 0x30) return false;
  return endsAlone(text, end) && !isAsciiLetter(text.charCodeAt(start - 1));
}

/** True when no further digits can belong to the number that ends at `end`. */
function endsAlone(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  return after !== 0x29 && !isDigitAt(text, end + 1);
}

type Format = 'EMAIL' | 'CREDIT_CARD' | 'IBAN' | 'SSN' | 'PHONE';

const RULES: Readonly<Record<Format, string>> = {
  EMAIL: 'pii.email',
  CREDIT_CARD: 'pii.credit-card',
  IBAN: 'pii.iban',
  SSN: 'pii.ssn',
  PHONE: 'pii.phone',
};

/** Records a match; returns its end, or 0. */
function add(cursor: PiiCursor, category: Format, span: Span | null): number {
  if (span === null) return 0;
  cursor.hits.push({
    detector: 'pii',
    category,
    rule: RULES[category],
    score: span.score,
    start: span.start,
    end: span.end,
  });
  return span.end;
}
