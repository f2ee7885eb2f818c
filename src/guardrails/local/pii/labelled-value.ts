import { isWordAt, type Span } from './chars.js';

/**
 * What stands between a label and its value: signs, and the words people put there (`passport number is`, `n° de passeport :`).
 * Bounded by count and length.
 */
const FILLER =
  /(?:[\s:=#"'`*_.,()[\]|>?\u00b0\u00ba\-\\]{1,6}|(?:is|was|are|no|number|numbers|num|nr|nummer|numero|num[ée]ro|n[uú]mero|id|ids|card|code|de|del|du|des|of|the|my|your|his|her|their|its|for|it|s|user|ist|es|est|lautet|licen[cs]e|document|account|acct|holder|value|on|file|cliente|bot|customer|tax|security|identity|identification|social|national|insurance|as|and|permit|routing|bank|transit|aba|wallet|address|btc|eth|new|current|person|personal|fiscal|sosial|register|registration|date|birth|born|updated|to|with|a|an|am|le|el|il|em|den|nel|dnia|vom|dem)(?![A-Za-z0-9])){0,10}/iy;

/** Where the value begins that the label ending at `end` names; 0 when something else stands there. */
export function valueAfterLabel(text: string, end: number): number {
  if (isLetter(text, end)) return 0;
  FILLER.lastIndex = end;
  return FILLER.test(text) && FILLER.lastIndex > end ? FILLER.lastIndex : 0;
}

/** The match of the sticky `pattern` at `start` when it does not end in the middle of a word. */
export function spanAt(pattern: RegExp, text: string, start: number, score: number): Span | null {
  pattern.lastIndex = start;
  if (!pattern.test(text)) return null;
  const end = pattern.lastIndex;
  return isWordAt(text, end) ? null : { start, end, score };
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}

/** True when no letter stands before `start`: a label is a word, or a part of an identifier such as `us_ssn`. */
export function startsWord(text: string, start: number): boolean {
  if (start === 0) return true;
  const before = text.charCodeAt(start - 1);
  const isLower = before >= 0x61 && before <= 0x7a;
  const isUpper = before >= 0x41 && before <= 0x5a;
  if (!isLower && !isUpper) return before < 0xc0;
  // `userDob`: a capital behind a small letter starts a word.
  const at = text.charCodeAt(start);
  return isLower && at >= 0x41 && at <= 0x5a;
}
