import { isDigitAt, isWordAt, type Span } from './chars.js';
import { matchLabelledAddress, matchStreetEnding, matchStreetHead, STREET_ENDINGS, STREET_HEADS } from './address.js';
import { spanAt, startsWord } from './labelled-value.js';
import { matchLowerName } from './person.js';
import type { PiiRule } from './pii.rules.js';

const NAME_IS = /s?(?:["'`]{0,2}[ \t]{0,3}[:=][ \t]{0,3}["'`]?|['’]?s? is |\? )(?:user: )?/iy;

/** `my name is …` in small letters. */
function matchName(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  NAME_IS.lastIndex = end;
  return NAME_IS.test(text) ? matchLowerName(text, NAME_IS.lastIndex) : null;
}

const MEMBER = /["'`]{0,2}[ \t]{0,3}[:=][ \t]{0,3}["'`]?/y;
const GIVEN_VALUE = /[A-ZÀ-ŽА-Я぀-ヿ一-鿿가-힯][A-Za-zÀ-žА-я぀-ヿ一-鿿가-힯'’. -]{0,40}/y;

/** `"first_name": "…"`: whatever begins with a capital. */
function matchNameField(text: string, _: number, end: number): Span | null {
  MEMBER.lastIndex = end;
  if (!MEMBER.test(text)) return null;
  const from = MEMBER.lastIndex;
  GIVEN_VALUE.lastIndex = from;
  if (!GIVEN_VALUE.test(text)) return null;
  let to = GIVEN_VALUE.lastIndex;
  while (to > from && /[ .'’-]/.test(text.charAt(to - 1))) to--;
  const isIdentifier = /[a-z][A-Z]/.test(
    text.slice(from, to).replace(/\b(?:Mc|Mac|De|Di|La|Le|Van|O['’])(?=[A-Z])/g, ''),
  );
  return isWordAt(text, to) || isIdentifier ? null : { start: from, end: to, score: 0.49 };
}

const ADDRESS_LEAD =
  /(?:es)?(?:[ _-]?(?:line)?[ _-]?[12])?(?:["'`]{0,2}\s{0,3}[:=]\s{0,4}["'`]?\s{0,4}| (?:is|to|with|at|linked to my credit card to|to the same:|is:)\s{1,3}|\? (?:it is |it's |user: )?(?:it['’]s in )?|, here they are: )(?:user: |it is )?/iy;
const PLACE_LEAD = /(?:ed|s|ing)?(?: (?:at|on|in|to|you at))?(?::)? {1,2}/iy;

function matchAddressLabel(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  const before = text.slice(Math.max(0, start - 8), start);
  if (/(?:mail|ip|mac|web|url|http|memory|bus|site|net|host)[ _-]?$/i.test(before)) return null;
  ADDRESS_LEAD.lastIndex = end;
  return ADDRESS_LEAD.test(text) ? matchLabelledAddress(text, ADDRESS_LEAD.lastIndex) : null;
}

/** `located at 12 …`, `return to 12 …`: a house number and capitalised words behind. */
function matchPlace(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  PLACE_LEAD.lastIndex = end;
  if (!PLACE_LEAD.test(text)) return null;
  const from = PLACE_LEAD.lastIndex;
  if (!HOUSE.test(text.slice(from, from + 24))) return null;
  return matchLabelledAddress(text, from);
}

const HOUSE = /^\d{1,6}[A-Za-z]?,? (?:\d{1,5} )?(?:[A-ZÀ-Ž]|[a-z]{1,4}\.? [A-ZÀ-Ž])/;
const ZIP =
  /(?:[ _-]?code)?["'`]{0,2}[ \t]{0,3}[:=#]?[ \t]{0,3}(?:is )?["'`]?((?:[A-Z]{1,2}-?)?\d{4,6}(?:-\d{3,4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})(?![\w.])/iy;

function matchZip(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  ZIP.lastIndex = end;
  const value = ZIP.exec(text)?.[1];
  return value === undefined ? null : { start: ZIP.lastIndex - value.length, end: ZIP.lastIndex, score: 0.48 };
}

const BOX = /(?:p\.?[ ]?o\.?[ ]?)?box[ ]{1,2}#?\d{1,6}/iy;

function matchBox(text: string, start: number, end: number): Span | null {
  const from = Math.max(0, start - 5);
  const lead = /p\.? ?o\.? ?$/i.exec(text.slice(from, start));
  if (lead === null || !isDigitAt(text, end + 1)) return null;
  return spanAt(BOX, text, from + lead.index, 0.49);
}

const MILITARY_END = /PO,?[ ](?:A[AEP])[ ]\d{5}(?:-\d{4})?/y;

/** `PSC 1, Box 2\nAPO AE 09012`: US forces abroad. */
function matchMilitary(text: string, start: number): Span | null {
  const end = spanAt(MILITARY_END, text, start + 1, 0.8)?.end;
  if (end === undefined) return null;
  const from = Math.max(0, start - 48);
  const unit = /(?:PSC|CMR|Unit|UNIT|USS|USNS|USNV|USCGC)[^\n]{1,40}\n?\s{0,3}$/.exec(text.slice(from, start));
  return { start: unit === null ? start : from + unit.index, end, score: 0.8 };
}

const UNIT = /[. ]{1,2}#?\d{1,5}[A-Z]?(?![\w%])/y;
const STREET_BEFORE =
  /(?:^|[\s,>])(\d{1,6}[A-Za-z]? [^\n]{3,60}(?:\n[^A-Za-z0-9\n]{0,5})?|(?<=(?:^|\n)[^A-Za-z0-9\n]{0,5})[A-ZÀ-Ž][^\n:]{3,40}\d[^\n]{0,4}\n[^A-Za-z0-9\n]{0,5})$/;
const LINES_BELOW = /(?:\s{0,2}\n[^A-Za-z0-9\n]{0,5}[^\n:?!"{}<>|=]{1,40}){0,4}/y;
const SAME_LINE = /,? [A-ZÀ-Ž][^\n?!;:"{}<>|=.]{2,48}/y;

/** `Apt. 12`, `Suite 300`: the street in front of it, and town, country and postcode behind. */
function matchUnit(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  UNIT.lastIndex = end;
  if (!UNIT.test(text)) return null;
  const from = Math.max(0, start - 96);
  const street = STREET_BEFORE.exec(text.slice(from, start))?.[1];
  const unitEnd = UNIT.lastIndex;
  if (street === undefined) return { start, end: unitEnd, score: 0.45 };
  return { start: start - street.length, end: endOfBlock(text, unitEnd), score: 0.48 };
}

/** Ends at a postcode when one stands in the next lines. */
function endOfBlock(text: string, end: number): number {
  LINES_BELOW.lastIndex = end;
  const block = LINES_BELOW.test(text) ? text.slice(end, LINES_BELOW.lastIndex) : '';
  const code = /^[^]{0,120}?(?:\d{3,6}|\d{3} \d{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?=\s*(?:\n|$))/.exec(block)?.[0];
  if (code !== undefined) return end + code.length;
  SAME_LINE.lastIndex = end;
  return SAME_LINE.test(text) ? SAME_LINE.lastIndex : end;
}

export const LABEL_RULES: readonly PiiRule[] = [
  { id: 'pii.person.introduced', entity: 'PERSON', literals: ['name'], summary: '', match: matchName },
  {
    id: 'pii.person.field',
    entity: 'PERSON',
    literals: [
      'first_name',
      'firstname',
      'first-name',
      'last_name',
      'lastname',
      'last-name',
      'full_name',
      'fullname',
      'surname',
      'given_name',
      'givenname',
      'family_name',
      'familyname',
      'middle_name',
      'maiden_name',
      'patient_name',
      'customer_name',
      'customername',
      'employee_name',
      'cardholder_name',
      'contact_name',
      '姓名',
      '氏名',
    ],
    summary: '',
    match: matchNameField,
  },
  {
    id: 'pii.address.labelled',
    entity: 'ADDRESS',
    literals: [
      'address',
      'adresse',
      'dirección',
      'direccion',
      'indirizzo',
      'endereço',
      'anschrift',
      'street',
      'straße',
      'domicilio',
    ],
    summary: 'Text with a number behind a label that says address',
    match: matchAddressLabel,
  },
  {
    id: 'pii.address.place',
    entity: 'ADDRESS',
    literals: [
      'located',
      'live',
      'meet',
      'return',
      'arrived',
      'taxi',
      'sent',
      'send',
      'ship',
      'deliver',
      'drops',
      'restaurant',
      'reside',
      'visit',
      'office',
      'wohn',
      'moved',
    ],
    summary: 'House number and street behind words that name a place',
    match: matchPlace,
  },
  {
    id: 'pii.address.zip',
    entity: 'ADDRESS',
    literals: ['zip', 'postcode', 'postal', 'postleitzahl', 'plz', 'zipcode'],
    summary: 'Postcode beside its label',
    match: matchZip,
  },
  { id: 'pii.address.box', entity: 'ADDRESS', literals: ['box'], summary: 'Post office box', match: matchBox },
  {
    id: 'pii.address.unit',
    entity: 'ADDRESS',
    literals: ['apt', 'suite', 'appt'],
    summary: 'Flat or suite with the street in front',
    match: matchUnit,
  },
  { id: 'pii.address.street', entity: 'ADDRESS', literals: STREET_HEADS, summary: '', match: matchStreetHead },
  { id: 'pii.address.street', entity: 'ADDRESS', literals: STREET_ENDINGS, summary: '', match: matchStreetEnding },
  {
    id: 'pii.address.military',
    entity: 'ADDRESS',
    literals: ['apo', 'fpo', 'dpo'],
    summary: 'US military mail address',
    match: matchMilitary,
  },
];
