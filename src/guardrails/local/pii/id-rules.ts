import { isDigitAt, isWordAt, type Span } from './chars.js';
import { ID_FORMATS, type IdFormat } from './id-formats.js';
import { startsWord, valueAfterLabel } from './labelled-value.js';
import type { PiiRule } from './pii.rules.js';

/** Rules for ids beside their labels. */
export const ID_RULES: readonly PiiRule[] = ID_FORMATS.map(ruleOf);

const ACCOUNT_FIELD =
  /\b(?:bank|iban|checking|savings|account[ _-]?(?:no|num|number|nr)|acct|konto|cuenta|compte|rekening|conto|clabe|bban)/i;
const LICENCE = /(?:driv|\bdln?\b|permis|patente|führersch|fuehrersch|rijbewijs|conduc|habilita|cnh)/i;

function ruleOf(format: IdFormat): PiiRule {
  const pattern = new RegExp(format.pattern, 'y');
  const literals = format.labels.split('|').filter((label) => !label.includes('\\'));
  return {
    id: format.id,
    entity: format.entity,
    summary: format.summary,
    literals,
    match(text: string, start: number, end: number): Span | null {
      if (!startsWord(text, start) || !fits(format, text, start, end)) return null;
      const value = valueAfterLabel(text, labelEnd(text, end));
      return value === 0 ? null : valueAt(pattern, format, text, value);
    },
  };
}

const REST = /[a-zà-ÿ]{0,16}/iy;

/** `Sozialversicherung|snummer`, `passport|s`: the rest of a compound word belongs to the label. */
function labelEnd(text: string, end: number): number {
  REST.lastIndex = end;
  return REST.test(text) ? REST.lastIndex : end;
}

function fits(format: IdFormat, text: string, start: number, end: number): boolean {
  // Short labels are words of their own: `pan`, not `panel`.
  if (end - start <= 5 && goesOn(text, end)) return false;
  const around = text.slice(Math.max(0, start - 24), end + 28);
  if (format.id === 'pii.bank.account') return ACCOUNT_FIELD.test(around);
  return format.entity !== 'DRIVER_LICENSE' || LICENCE.test(around);
}

/** `pan` in `panel`; not `nhs` in `nhsNumber`. */
function goesOn(text: string, end: number): boolean {
  const next = text.charAt(end);
  return /[a-z]/.test(next) || (/[A-Z]/.test(next) && !/[a-z]/.test(text.charAt(end - 1)));
}

function valueAt(pattern: RegExp, format: IdFormat, text: string, start: number): Span | null {
  pattern.lastIndex = start;
  if (!pattern.test(text)) return null;
  const end = pattern.lastIndex;
  if (isWordAt(text, end) || (/[-./]/.test(text.charAt(end)) && isDigitAt(text, end + 1))) return null;
  const value = text.slice(start, end);
  if (/^(?:19|20)\d\d-\d\d-\d\d/.test(value)) return null;
  if (format.check !== undefined && !format.check(value.replace(/[ ./-]/g, ''))) return null;
  return { start, end, score: format.check === undefined ? 0.9 : 0.95 };
}
