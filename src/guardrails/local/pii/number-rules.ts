import { isDigitAt, isWordAt, type Span } from './chars.js';
import { passesLuhn } from './checksums.js';
import { spanAt, startsWord } from './labelled-value.js';
import type { PiiRule } from './pii.rules.js';

const CARD_NUMBER = /(?:\d[ -]?){11,18}\d/y;

/** `card … 12 to 19 digits` with a valid Luhn sum: issuers and lengths that are too weak without the word. */
function matchCardLabel(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  CARD_LEAD.lastIndex = end;
  if (!CARD_LEAD.test(text)) return null;
  const span = spanAt(CARD_NUMBER, text, CARD_LEAD.lastIndex, 0.85);
  return span !== null && passesLuhn(text.slice(span.start, span.end).replace(/\D/g, '')) ? span : null;
}

const CARD_LEAD =
  /s?(?:[ _]?(?:number|no|num|nr|is|#)){0,3}["'`]{0,2}[ \t]{0,2}[.:=?#]{0,2}[ \t]{0,3}["'`]?(?:(?:number )?is )?/iy;

const PHONE_LEAD =
  /(?:s|ed)?(?:[ _-](?:me|us|him|her|them|my|number|no|mobile|phone|cell|is|on|at|to|via|by)){0,4}[.:]?[ \t]{1,3}/iy;
const NATIONAL = /\(?\d{1,5}\)?(?:[ ./-]{1,2}\(?\d{1,7}\)?){1,5}(?![\w%])|0\d{8,11}(?!\d)|\d{10}(?!\d)/y;

/** `answering at 020 …`, `call me on 06 …`: digits where only a phone number can be meant. */
function matchPhoneLead(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  PHONE_LEAD.lastIndex = end;
  if (!PHONE_LEAD.test(text)) return null;
  const span = spanAt(NATIONAL, text, PHONE_LEAD.lastIndex, 0.7);
  return span !== null && isPhoneLike(text.slice(span.start, span.end)) ? span : null;
}

function isPhoneLike(value: string): boolean {
  const digits = value.replace(/\D/g, '').length;
  if (digits < 7 || digits > 13) return false;
  return !/^(?:(?:19|20)\d\d[-/. ]\d\d?[-/. ]\d\d?|\d\d?[-/. ]\d\d?[-/. ](?:19|20)?\d\d$|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$|(?:19|20)\d\d ?- ?(?:19|20)\d\d)/.test(
    value,
  );
}

const NUMBER_BEFORE = /(?:^|[\s,(])((?:\+|\()?\d[\d ()./-]{5,18}\d)[ -]{0,2}\(?$/;

/** `020 7946 0000 office`, `…-Fax`: the label behind the number. */
function matchPhoneTail(text: string, start: number, end: number): Span | null {
  if (isWordAt(text, end)) return null;
  const from = Math.max(0, start - 26);
  const found = NUMBER_BEFORE.exec(text.slice(from, start));
  const value = found?.[1];
  if (found === null || value === undefined || !isPhoneLike(value)) return null;
  const at = from + found.index + found[0].indexOf(value);
  return { start: at, end: at + value.length, score: 0.7 };
}

const EXTENSION = /(?:x|ext)\.?[ ]?\d{1,6}(?![\w-])/iy;
const NUMBER_TO_EXTEND = /(?:^|[^\w.-])((?:\+?\d{1,3}[-. ])?\(?\d{3}\)?[-. ]?\d{3}[-. ]\d{4})[ ]?$/;

/** `415-555-2671x89`: a North American number with its extension. */
function matchExtension(text: string, start: number): Span | null {
  if (!isDigitAt(text, start - 1) && !isDigitAt(text, start - 2)) return null;
  const from = Math.max(0, start - 24);
  const number = NUMBER_TO_EXTEND.exec(text.slice(from, start))?.[1];
  if (number === undefined) return null;
  EXTENSION.lastIndex = start;
  if (!EXTENSION.test(text)) return null;
  return {
    start: start - (text.charCodeAt(start - 1) === 0x20 ? 1 : 0) - number.length,
    end: EXTENSION.lastIndex,
    score: 0.85,
  };
}

const PLUS_ONE = /\+1[-. ]?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}/y;

/** North American form behind `+1`, whatever the exchange: test data is full of numbers that nobody has. */
function matchPlusOne(text: string, start: number): Span | null {
  return isWordAt(text, start - 1) ? null : spanAt(PLUS_ONE, text, start, 0.85);
}

/** Card and phone numbers that only the words around them give away. */
export const NUMBER_RULES: readonly PiiRule[] = [
  {
    id: 'pii.phone.extension',
    entity: 'PHONE',
    literals: ['x', 'ext'],
    summary: 'North American number with an extension',
    match: matchExtension,
  },
  {
    id: 'pii.phone.plus-one',
    entity: 'PHONE',
    literals: ['+1'],
    summary: 'North American form behind +1',
    match: matchPlusOne,
  },
  {
    id: 'pii.credit-card.labelled',
    entity: 'CREDIT_CARD',
    literals: ['card', 'cc'],
    summary: 'Number with a valid Luhn sum behind the word card',
    match: matchCardLabel,
  },
  {
    id: 'pii.phone.lead',
    entity: 'PHONE',
    literals: ['answering', 'messages', 'registered', 'call', 'reach', 'contact', 'dial', 'text'],
    summary: 'Number behind words that ask to call',
    match: matchPhoneLead,
  },
  {
    id: 'pii.phone.tail',
    entity: 'PHONE',
    literals: ['office', 'fax', 'mobile', 'cell'],
    summary: 'Number before a word such as fax or mobile',
    match: matchPhoneTail,
  },
];
