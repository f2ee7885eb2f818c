import type { Span } from './chars.js';
import { FAMILY, GIVEN, kindOfWord, STOP } from './name-tables.js';

/** One capitalised word of a name: letters of Latin, Greek or Cyrillic script, with apostrophes and hyphens inside. */
const WORD = /[A-ZÀ-ÖØ-ÞĀ-ŽȘȚΑ-ΩА-ЯЁ][A-Za-zÀ-ÖØ-öø-žșțΆ-ώЀ-ӿ]{0,22}(?:['’-][A-Za-zÀ-ÖØ-öø-žЀ-ӿ]{1,18}){0,2}/y;
/** What comes between two words of a name: an initial, a particle. */
const JOINT =
  /[ \u00a0]{1,2}(?:[A-Z]\.[ \u00a0]?){0,2}(?:(?:van der|van den|van de|van|von der|von|de la|de los|de|del|della|der|den|di|da|dos|do|du|la|le|bin|ibn|al|el|ter|ten|y|zu)[ \u00a0]{1,2})?/y;
const MAX_WORDS = 4;

const TITLE_BEFORE =
  /(?:^|[^A-Za-z])(?:mrs?|ms|mx|dr|prof|professor|miss|herr|frau|señora?|sra?|mme|monsieur|madame|dott|ing|rev|sgt|capt|lt)\.?[ \u00a0]{1,2}$/i;
const INTRODUCED_BEFORE =
  /(?:\bname['’]?s?[ \u00a0]{0,2}(?:is|:|=|on the account\?|\?)[ \u00a0]{0,4}(?:user:|customer:)?[ \u00a0]{0,2}|\bmy name(?:['’]s| is|:)[ \u00a0]{1,2}|\b(?:i am|i['’]m|this is|call(?:ed)? me|calls? me|mi nombre es|me llamo|je m['’]appelle|ich hei(?:ß|ss)e|mein name ist|mi chiamo|meu nome é|signed(?: by)?:?|sincerely,|regards,|cheers,|dear|attn:?|patient:?|employee:?|customer:?|contact:?|applicant:?|beneficiary:?|cardholder:?)\s{1,3}|\b(?:named|called|name is|(?:partner|wife|husband|son|daughter|kid|child|brother|sister|mother|father|friend|colleague|boss|guardian|neighbou?r|grandfather|grandmother|assistant)(?:['’]s)?(?: name)?(?: is)?:?)[ \u00a0]{1,2})$/i;
/** A person who says who they are: the only names that fire by themselves. Others may be anybody's: authors, film stars, dead presidents. */
const ONESELF =
  /\b(?:my (?:last |first |full |maiden )?name(?:['’]s| is|:)|mi nombre es|me llamo|je m['’]appelle|ich hei(?:ß|ss)e|mein name ist|mi chiamo|meu nome é)\s{1,2}$/i;
const FIELD_BEFORE =
  /(?:first|last|full|given|family|middle|maiden|sur|customer|patient|employee|contact|cardholder|passenger|account|beneficiary|recipient|sender|user)[ _-]?names?["'`]{0,2}[ \t]{0,4}[:=?][ \t]{0,4}["'`]?(?:user: )?$/i;
const NEAR_BEFORE =
  /(?:\b(?:hi|hello|hey|said|says|asked|told|by|with|to|for|and|add|from|under|between|called|not|heard|meet|met|mrs|at|features?|about|tribute to|gender of|take on|depend on|him|her|assistant|add|than|why is|voiced|loves?|loved|knows|named|of|producer|songwriter|player|singer|author|actor|actress|writer|director|directed by:?|leave me)[ \u00a0]{1,4}|[:,(“"] ?)$/i;
const AFTER_STRONG =
  /^(?:['’]s (?:name|address|email|phone|account|husband|wife|son|daughter|mother|father|brother|sister|kid|house|birthday)|[ \u00a0](?:lives|lived|was born|shouted|told|asked|said|says|replied|wrote|called|emailed)\b|,? (?:can|could) i (?:please )?)/i;
const AFTER_WEAK =
  /^(?:['’]s\b|[ \u00a0](?:is|was|has|had|will|and|from|as|speak|just|spent|began|listed|employs|flew|novel|concert|version|arrived|went|came|heard)\b|[:,?!.])/i;

/** How far context is looked at. */
const REACH = 40;

/** What a run of capitalised words is made of; `kinds` are the bits of each word. */
interface Parts {
  readonly start: number;
  readonly end: number;
  readonly words: readonly string[];
  readonly kinds: readonly number[];
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
  const kinds: number[] = [];
  let end = start;
  let at = start;
  while (words.length < MAX_WORDS) {
    WORD.lastIndex = at;
    if (!WORD.test(text)) break;
    let wordEnd = WORD.lastIndex;
    // The rest of an identifier, or of a longer word.
    const after = text.charCodeAt(wordEnd);
    if (after === 0x5f || (after >= 0x30 && after <= 0x39)) break;
    const isPossessive = isGenitive(text, wordEnd);
    if (isPossessive) wordEnd -= 2;
    const word = text.slice(at, wordEnd);
    words.push(word);
    kinds.push(kindOfWord(word.toLowerCase()));
    end = wordEnd;
    if (isPossessive || (after !== 0x20 && after !== 0xa0)) break;
    JOINT.lastIndex = end;
    if (!JOINT.test(text)) break;
    at = JOINT.lastIndex;
  }
  return words.length === 0 ? null : { start, end, words, kinds };
}

function isGenitive(text: string, end: number): boolean {
  const apostrophe = text.charCodeAt(end - 2);
  return text.charCodeAt(end - 1) === 0x73 && (apostrophe === 0x27 || apostrophe === 0x2019);
}

/** Drops words that begin a sentence and the like from the front, and what is no name from the end. */
function withoutStops(text: string, parts: Parts): Parts | null {
  const { words, kinds } = parts;
  let first = 0;
  let last = words.length - 1;
  while (first <= last && ((kinds[first] ?? 0) & STOP) !== 0) first++;
  while (last > first && ((kinds[last] ?? 0) & STOP) !== 0) last--;
  if (first > last) return null;
  return first === 0 && last === words.length - 1 ? parts : narrowed(text, parts, first, last);
}

function narrowed(text: string, parts: Parts, first: number, last: number): Parts {
  const { words, kinds } = parts;
  let { start, end } = parts;
  for (let i = 0; i < first; i++) start = text.indexOf(words[i + 1] ?? '', start + (words[i] ?? '').length);
  for (let i = words.length - 1; i > last; i--) {
    const before = words[i - 1] ?? '';
    end = text.lastIndexOf(before, end - (words[i] ?? '').length - 1) + before.length;
  }
  return { start, end, words: words.slice(first, last + 1), kinds: kinds.slice(first, last + 1) };
}

/** Last words before a name of the patterns above. */
const HEADS = new Set(
  (
    'mr mrs ms mx dr prof professor miss herr frau señora señor sr sra mme monsieur madame dott ing rev sgt capt lt is am name names s ' +
    "i'm i’m this me es llamo m'appelle m’appelle appelle heiße heisse ist chiamo é signed by sincerely regards cheers dear attn patient employee customer contact " +
    'applicant beneficiary cardholder named called partner wife husband son daughter kid child brother sister mother father friend ' +
    'colleague boss guardian neighbour neighbor grandfather grandmother assistant account user hi hello hey said says asked told with to ' +
    'for and add from under between not heard meet met at feature features about of on than why voiced love loves loved knows producer ' +
    'songwriter player singer author actor actress writer director directed him her zombie'
  ).split(' '),
);

/** Signs that a name stands behind: `: , ( " ? =`. */
const OPENERS = new Set([0x3a, 0x2c, 0x28, 0x22, 0x3f, 0x3d]);

/** The word before `start`, at most two signs away; a sign that opens counts as a word. */
function hasHead(text: string, start: number): boolean {
  let at = start;
  while (at > start - 5 && at > 0 && !isLetterUnit(text.charCodeAt(at - 1))) {
    if (OPENERS.has(text.charCodeAt(at - 1))) return true;
    at--;
  }
  let from = at;
  while (from > at - 13 && from > 0 && isLetterUnit(text.charCodeAt(from - 1))) from--;
  return from < at && HEADS.has(text.slice(from, at).toLowerCase());
}

function isLetterUnit(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code >= 0xc0 || code === 0x27 || code === 0x2019;
}

function scoreOf(text: string, parts: Parts): readonly [score: number, rule: string] {
  const { start, end, words } = parts;
  if ((words[0]?.length ?? 0) < 2) return NOTHING;
  const strength = strengthOf(parts);
  const after = text.slice(end, end + 24);
  if (!hasHead(text, start)) return gradeAlone(text, parts, strength, after);
  const before = text.slice(Math.max(0, start - REACH), start);
  const introduced = gradeIntroduced(before);
  if (introduced !== null) return introduced;
  if (strength > 0)
    return [words.length > 1 ? 0.48 : 0.4, strength === 2 ? 'pii.person.full-name' : 'pii.person.given-name'];
  if (words.length <= 2 && NEAR_BEFORE.test(before) && AFTER_WEAK.test(after)) return [0.3, 'pii.person.context'];
  return gradeUnknown(text, parts, after);
}

const NOTHING = [0, ''] as const;

function gradeIntroduced(before: string): readonly [number, string] | null {
  if (TITLE_BEFORE.test(before)) return [0.49, 'pii.person.title'];
  if (FIELD_BEFORE.test(before)) return [0.49, 'pii.person.field'];
  if (INTRODUCED_BEFORE.test(before)) return [ONESELF.test(before) ? 0.7 : 0.49, 'pii.person.introduced'];
  return null;
}

/** A name that nothing introduces. */
function gradeAlone(text: string, parts: Parts, strength: number, after: string): readonly [number, string] {
  if (strength === 2) return [0.48, 'pii.person.full-name'];
  if (strength === 0) return gradeUnknown(text, parts, after);
  if (AFTER_STRONG.test(after)) return [0.49, 'pii.person.context'];
  return [parts.words.length > 1 ? 0.45 : 0.35, 'pii.person.given-name'];
}

const SPOKEN_OF =
  /^(?:[ \u00a0](?:lives|lived|was born|shouted|told|asked|said|says|replied|wrote|emailed|had given|is from|had told|began writing|explained)\b|, can i\b|['’]s (?:name|address|email|phone|husband|wife|son|daughter|mother|father|brother|sister|kid)\b)/i;
const BLOCK_BELOW =
  /^[^\n]{0,3}\n(?:[^\n]{0,48}\n){0,4}?[^\n]{0,5}(?:\d{2,6} (?:\d{1,5} )?[A-ZÀ-Ž]|phone|tel|e-?mail|p\.? ?o\.? box|PSC )/i;

/** Words that no table knows. */
function gradeUnknown(text: string, { start, end, words }: Parts, after: string): readonly [number, string] {
  if (words.length <= 3 && SPOKEN_OF.test(after)) return [0.35, 'pii.person.context'];
  if (words.length < 2 || !after.startsWith('\n')) return NOTHING;
  const isHead = /(?:^|\n)[^A-Za-z0-9\n]{0,5}$/.test(text.slice(Math.max(0, start - 6), start));
  return isHead && BLOCK_BELOW.test(text.slice(end, end + 200)) ? [0.4, 'pii.person.context'] : NOTHING;
}

/** 2: a given name and a surname; 1: one of them, or the looks of a surname. */
function strengthOf({ words, kinds }: Parts): number {
  let all = 0;
  for (const kind of kinds) all |= kind;
  if (words.length > 1 && (all & GIVEN) !== 0 && (all & FAMILY) !== 0) return 2;
  return (all & (GIVEN | FAMILY)) === 0 ? 0 : 1;
}

const LOWER_NAME = /([a-zà-ž]{2,20})(?: [a-z]\.?)?(?: (?:van|von|de|da|di) )?(?: ?([a-zà-ž]{2,20}))?/y;

/** `my name is lena andersson`: a given name in small letters behind "name is". */
export function matchLowerName(text: string, start: number): Span | null {
  LOWER_NAME.lastIndex = start;
  const found = LOWER_NAME.exec(text);
  const first = found?.[1];
  if (first === undefined || (kindOfWord(first) & (GIVEN | STOP)) !== GIVEN) return null;
  const isTwo = (kindOfWord(found?.[2] ?? '') & (FAMILY | STOP)) === FAMILY;
  return { start, end: isTwo ? LOWER_NAME.lastIndex : start + first.length, score: 0.49 };
}
