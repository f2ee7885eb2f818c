import type { Span } from './chars.js';
import { spanAt, startsWord, valueAfterLabel } from './labelled-value.js';
import type { PiiRule } from './pii.rules.js';

const MONTH =
  '(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr?(?:ier)?|m(?:ar(?:ch|s)?|ärz|arzo)|a[pv]r(?:il)?|abril|ma[yi]|mayo|june?|juin|juni|junio|july?|juillet|juli|julio|aug(?:ust)?|ao[uû]t|agosto|sept?(?:ember|embre|iembre)?|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|d[eé][czi](?:ember|embre|ember|iembre)?|enero|febrero|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro)';
const DATE = new RegExp(
  '(?:(?:19|20)\\d\\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\\d|3[01])(?=$|\\D)|' +
    '(?:0?[1-9]|[12]\\d|3[01])[-/. ]{1,2}(?:0?[1-9]|[12]\\d|3[01])[-/. ]{1,2}(?:(?:19|20)?\\d\\d)(?!\\d)|(?:19|20)\\d{6}(?!\\d)|' +
    `(?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th|\\.|er)?[ -](?:de |of )?${MONTH}\\.?,?[ -](?:de |del )?(?:19|20)?\\d\\d(?!\\d)|` +
    `${MONTH}\\.? (?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)?,? (?:19|20)\\d\\d|(?:19|20)\\d\\d年\\d{1,2}月\\d{1,2}日)`,
  'iy',
);

const LABELS =
  'dob|d.o.b|birth|born|geburt|geboren|naissance|nacimiento|nascita|nascimento|nato|nata|naci|nasc|geboorte|née|né|urodz|fødselsdato|fodselsdato|födelsedatum|syntymä|生年月日|出生|bday'.split(
    '|',
  );
const REST = /[a-zà-ÿ]{0,12}(?:[_ ]?date?)?/iy;

function matchBirthDate(text: string, start: number, end: number): Span | null {
  if (!startsWord(text, start)) return null;
  REST.lastIndex = end;
  const labelEnd = REST.test(text) ? REST.lastIndex : end;
  const value = valueAfterLabel(text, labelEnd);
  return value === 0 ? null : spanAt(DATE, text, value, 0.9);
}

export const BIRTH_DATE_RULE: PiiRule = {
  id: 'pii.date-of-birth',
  entity: 'DATE_OF_BIRTH',
  literals: LABELS,
  summary: 'Date beside a label that says date of birth',
  match: matchBirthDate,
};
