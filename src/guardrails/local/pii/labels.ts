import { isAsciiLetter } from './chars.js';

/** How far before a number a word may stand that says what the number is. */
const LABEL_DISTANCE = 32;

const SSN = /(?<![a-z])(?:ssn|soc(?:ial)?[ ._-]{0,3}sec(?:urity)?)(?![a-z])/i;
const PHONE =
  /(?<![a-z])(?:(?:tele|cell|smart|mobile)?[ _-]?(?:phones?|cell(?:ular)?|mobile|mob)|tel|fax|telefono?|tel\u00e9fono|t\u00e9l\u00e9phone|handy|whatsapp|sms|call)(?![a-z])/i;

/** True when the text just before `start`, or the name of the field, says "social security number". */
export function isLabelledSsn(text: string, start: number, field: string): boolean {
  return isLabelled(SSN, text, start, field);
}

/** True when the text just before `start`, or the name of the field, says "phone". */
export function isLabelledPhone(text: string, start: number, field: string): boolean {
  return isLabelled(PHONE, text, start, field);
}

function isLabelled(label: RegExp, text: string, start: number, field: string): boolean {
  if (hasLetterBefore(text, start) && label.test(text.slice(Math.max(0, start - LABEL_DISTANCE), start))) return true;
  return field !== '' && label.test(field.slice(0, 64).replace(/([a-z0-9])([A-Z])/g, '$1 $2'));
}

/** Cheap way out for tables of numbers. */
function hasLetterBefore(text: string, start: number): boolean {
  const lowest = Math.max(0, start - LABEL_DISTANCE);
  for (let i = start - 1; i >= lowest; i--) if (isAsciiLetter(text.charCodeAt(i))) return true;
  return false;
}
