import { isSpace, type Span } from './chars.js';
import { FAMILY, GIVEN, STOP, SURNAME_ENDING } from './name-tables.js';

/** One capitalised word of a name: letters of Latin, Greek or Cyrillic script, with apostrophes and hyphens inside. */
const WORD = /[A-ZÀ-ÖØ-ÞĀ-ŽȘȚΑ-ΩА-ЯЁ][A-Za-zÀ-ÖØ-öø-žșțΆ-ώЀ-ӿ]{0,22}(?:['’-][A-Za-zÀ-ÖØ-öø-žЀ-ӿ]{1,18}){0,2}/y;
/** What comes between two words of a name: an initial, a particle. */
const JOINT = /[ \u00a0]{1,2}(?:[A-Z]\.[ \u00a0]?){0,2}(?:(?:van der|van den|van de|van|von der|von|de la|de los|de|del|della|der|den|di|da|dos|do|du|la|le|bin|ibn|al|el|ter|ten|y|zu)[ \u00a0]{1,2})?/y;
const MAX_WORDS = 4;

const TITLE_BEFORE =
  /(?:^|[^A-Za-z])(?:mrs?|ms|mx|dr|prof|professor|miss|herr|frau|señora?|sra?|mme|monsieur|madame|dott|ing|rev|sgt|capt|lt)\.?[ \u00a0]{1,2}$/i;
const INTRODUCED_BEFORE =
  /(?:\bname['’]?s?[ \u00a0]{0,2}(?:is|:|=|on the account\?|\?)[ \u00a0]{0,4}(?:user:|customer:)?[ \u00a0]{0,2}|\bmy name(?:['’]s| is|:)[ \u00a0]{1,2}|\b(?:i am|i['’]m|this is|call(?:ed)? me|calls? me|mi nombre es|me llamo|je m['’]appelle|ich hei(?:ß|ss)e|mein name ist|mi chiamo|meu nome é|signed(?: by)?:?|sincerely,|regards,|cheers,|dear|attn:?|patient:?|employee:?|customer:?|contact:?|applicant:?|beneficiary:?|cardholder:?)\s{1,3}|\b(?:named|called|name is|(?:partner|wife|husband|son|daughter|kid|child|brother|sister|mother|father|friend|colleague|boss|guardian|neighbou?r|grandfather|grandmother|assistant)(?:['’]s)?(?: name)?(?: is)?:?)[ \u00a0]{1,2})$/i;
/** A person who says who they are: the only names that fire by themselves. Others may be anybody's: authors, film stars, dead presidents. */
const ONESELF = /\b(?:my (?:last |first |full |maiden )?name(?:['’]s| is|:)|mi nombre es|me llamo|je m['’]appelle|ich hei(?:ß|ss)e|mein name ist|mi chiamo|meu nome é)\s{1,2}$/i;
const FIELD_BEFORE =
  /(?:first|last|full|given|family|middle|maiden|sur|customer|patient|employee|contact|cardholder|passenger|account|beneficiary|recipient|sender|user)[ _-]?names?["'`]{0,2}[ \t]{0,4}[:=?][ \t]{0,4}["'`]?(?:user: )?$/i;
const NEAR_BEFORE =
  /(?:\b(?:hi|hello|hey|said|says|asked|told|by|with|to|for|and|add|from|under|between|called|not|heard|meet|met|mrs|at|features?|about|tribute to|gender of|take on|depend on|him|her|assistant|add|than|why is|voiced|loves?|loved|knows|named|of|producer|songwriter|player|singer|author|actor|actress|writer|director|directed by:?|leave me)[ \u00a0]{1,4}|[:,(“"] ?)$/i;
const AFTER_STRONG =
  /^(?:['’]s (?:name|address|email|phone|account|husband|wife|son|daughter|mother|father|brother|sister|kid|house|birthday)|[ \u00a0](?:lives|lived|was born|shouted|told|asked|said|says|replied|wrote|called|emailed)\b|,? (?:can|could) i (?:please )?)/i;
const AFTER_WEAK = /^(?:['’]s\b|[ \u00a0](?:is|was|has|had|will|and|from|as|speak|just|spent|began|listed|employs|flew|novel|concert|version|arrived|went|came|heard)\b|[:,?!.])/i;

/** How far context is looked at. */
const REACH = 40;

/** What a run of capitalised words is made of. */
interface Parts {
  readonly start: number;
  readonly end: number;
  readonly words: readonly string[];
}

/** A name, or null; `next` is where to go on. */
export interface PersonMatch {
  readonly span: Span | null;
  readonly next: number;
  readonly rule: string;
}

/** The person's name in the capitalised words at `start`. */
export function matchPerson(text: string, start: number): PersonMatch {
  const parts = readWords(text, start);
  if (parts === null) return { span: null, next: start + 1, rule: '' };
  const next = parts.end;
  const name = withoutStops(text, parts);
  if (name === null) return { span: null, next, rule: '' };
  const [score, rule] = scoreOf(text, name);
  return score === 0 ? { span: null, next, rule } : { span: { start: name.start, end: name.end, score }, next, rule };
}

function readWords(text: string, start: number): Parts | null {
  const words: string[] = [];
  let end = start;
  let at = start;
  while (words.length < MAX_WORDS) {
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word === undefined) break;
    // The rest of an identifier, or of a longer word.
    const after = text.charCodeAt(WORD.lastIndex);
    if (after === 0x5f || (after >= 0x30 && after <= 0x39)) break;
    words.push(word.replace(/['’]s$/, ''));
    end = at + (words.at(-1)?.length ?? 0);
    if (end !== WORD.lastIndex) break;
    JOINT.lastIndex = end;
    if (!JOINT.test(text)) break;
    at = JOINT.lastIndex;
  }
  return words.length === 0 ? null : { start, end, words };
}

/** Drops words that begin a sentence and the like from the front, and what is no name from the end. */
function withoutStops(text: string, { start, end, words }: Parts): Parts | null {
  let from = start;
  let left = [...words];
  while (left.length > 0 && STOP.has((left[0] ?? '').toLowerCase())) {
    const second = left[1];
    if (second === undefined) return null;
    from = text.indexOf(second, from + (left[0] ?? '').length);
    left = left.slice(1);
  }
  let to = end;
  while (left.length > 1 && STOP.has((left.at(-1) ?? '').toLowerCase())) {
    const before = left.at(-2) ?? '';
    to = text.lastIndexOf(before, to - (left.at(-1) ?? '').length - 1) + before.length;
    left = left.slice(0, -1);
  }
  return left.length === 0 || from < 0 || to <= from ? null : { start: from, end: to, words: left };
}

function scoreOf(text: string, { start, end, words }: Parts): readonly [score: number, rule: string] {
  const before = text.slice(Math.max(0, start - REACH), start);
  const after = text.slice(end, end + 24);
  const strength = strengthOf(words);
  const [first = ''] = words;
  if (first.length < 2 || /^[A-Z]{2,}$/.test(words.join(''))) return [0, ''];
  if (TITLE_BEFORE.test(before)) return [0.49, 'pii.person.title'];
  if (FIELD_BEFORE.test(before)) return [strength > 0 ? 0.49 : 0.45, 'pii.person.field'];
  if (INTRODUCED_BEFORE.test(before)) return [ONESELF.test(before) ? 0.7 : 0.49, 'pii.person.introduced'];
  if (strength >= 2) return [AFTER_STRONG.test(after) ? 0.49 : 0.48, 'pii.person.full-name'];
  if (strength === 1) return gradeSingle(words, before, after);
  return gradeUnknown(text, { start, end, words }, before, after);
}

function gradeSingle(words: readonly string[], before: string, after: string): readonly [number, string] {
  if (AFTER_STRONG.test(after)) return [0.49, 'pii.person.context'];
  if (words.length > 1) return [0.45, 'pii.person.full-name'];
  return [NEAR_BEFORE.test(before) || AFTER_WEAK.test(after) || before === '' ? 0.4 : 0.3, 'pii.person.given-name'];
}

const SPOKEN_OF =
  /^(?:[ \u00a0](?:lives|lived|was born|shouted|told|asked|said|says|replied|wrote|emailed|had given|is from|had told|began writing|explained)\b|, can i\b|['’]s (?:name|address|email|phone|husband|wife|son|daughter|mother|father|brother|sister|kid)\b)/i;
const BLOCK_BELOW =
  /^[^\n]{0,3}\n(?:[^\n]{0,48}\n){0,4}?[^\n]{0,5}(?:\d{2,6} (?:\d{1,5} )?[A-ZÀ-Ž]|phone|tel|e-?mail|p\.? ?o\.? box|PSC )/i;

/** Words that no table knows. */
function gradeUnknown(text: string, { end, words }: Parts, before: string, after: string): readonly [number, string] {
  if (words.length <= 3 && SPOKEN_OF.test(after)) return [0.35, 'pii.person.context'];
  const isHead = words.length >= 2 && /(?:^|\n)[^A-Za-z0-9\n]{0,5}$/.test(before) && after.startsWith('\n');
  if (isHead && BLOCK_BELOW.test(text.slice(end, end + 200))) return [0.4, 'pii.person.context'];
  return words.length <= 2 && isBetween(before, after) ? [0.3, 'pii.person.context'] : [0, ''];
}

function isBetween(before: string, after: string): boolean {
  return NEAR_BEFORE.test(before) && AFTER_WEAK.test(after);
}

/** 2: a given name and a surname; 1: one of them, or the looks of a surname. */
function strengthOf(words: readonly string[]): number {
  const isGiven = words.some((word) => GIVEN.has(word.toLowerCase()));
  const isFamily = words.some((word) => isFamilyName(word));
  if (isGiven && words.length > 1 && (isFamily || words.length <= 3)) return isFamily ? 2 : 1;
  return isGiven || isFamily ? 1 : 0;
}

function isFamilyName(word: string): boolean {
  const lower = word.toLowerCase();
  return FAMILY.has(lower) || (word.length >= 6 && SURNAME_ENDING.test(lower));
}

const LOWER_NAME = /([a-zà-ž]{2,20})(?: [a-z]\.?)?(?: (?:van|von|de|da|di) )?(?: ?([a-zà-ž]{2,20}))?/y;

/** `my name is lena andersson`: a given name in small letters behind "name is". */
export function matchLowerName(text: string, start: number): Span | null {
  LOWER_NAME.lastIndex = start;
  const found = LOWER_NAME.exec(text);
  const first = found?.[1];
  if (first === undefined || !GIVEN.has(first) || STOP.has(first)) return null;
  const second = found?.[2];
  const isTwo = second !== undefined && !STOP.has(second) && (FAMILY.has(second) || SURNAME_ENDING.test(second));
  return { start, end: isTwo ? LOWER_NAME.lastIndex : start + first.length, score: 0.49 };
}

/** True for white space or an opening sign before a word. */
export function isWordStart(text: string, start: number): boolean {
  if (start === 0) return true;
  const code = text.charCodeAt(start - 1);
  return isSpace(code) || code === 0x0a || code === 0x09 || code === 0x22 || code === 0x27 || code === 0x28 || code === 0x3a;
}
