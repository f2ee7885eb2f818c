import { actsOf, isFiller, isGeneral } from './lexicon.js';
import { stem, wordsOf } from './stem.js';

/** `forbid`: what it names must not happen. `only`: nothing but what it names may. `require`: it must. `none`: no such word in it. */
type Polarity = 'forbid' | 'only' | 'require' | 'none';

/** One rule of a policy, read. */
export interface RuleWords {
  readonly text: string;
  readonly polarity: Polarity;
  /** Kinds of act that it is about; empty when it names none. */
  readonly acts: ReadonlySet<string>;
  /** Alternatives of things that it is about, each the stems of one noun phrase. */
  readonly things: readonly (readonly string[])[];
  readonly quoted: readonly string[];
  /** Proper names in it: of several places, the one that is meant. */
  readonly named: readonly string[];
}

const FORBID =
  /\b(?:never|no|not|don['’]?t|mustn['’]?t|can['’]?t|cannot|may ?not|forbid\w*|forbidden|prohibit\w*|disallow\w*|banned|ban|avoid|refrain|off[- ]limits|without|refuse|nobody|nothing|neither|block|reject|deny|denied|stop|(?:stay|remain|stays|remains|kept|are|is) (?:strictly )?(?:private|secret|confidential|internal|hidden))\b/i;
const ONLY =
  /\b(?:only|exclusively|solely|limited to|restricted to|nothing but|confined to|read[- ]only|within|inside|stay (?:in|on|under|below))\b/i;
const REQUIRE = /\b(?:must|shall|should|need(?:s|ed)?|required?|requires|always|has to|have to|ensure|make sure)\b/i;
const CONDITION = /\b(?:unless|except|without|if|when|whenever|other than|outside|before|until|unlike|beyond)\b/i;
const QUOTED = /(?<![\p{L}\p{N}])["“'‘`«]([^"”'’`»\n]{1,80})["”'’`»](?![\p{L}\p{N}])/gu;
const PIVOT =
  /\b(?:never|not|no|n['’]t|may|must|shall|should|can|cannot|can['’]t|don['’]t|mustn['’]t|to|avoid|refrain from|forbidden|prohibited|only)\b/gi;
const PLACE = /(?:[a-z]+:\/\/|[~.]{0,2}\/|@)[\w.\-/*@]+|\b[\w-]+(?:\.[\w-]+)+\b|\d[\d.,]*%?/gi;
const LIST = /[,;:/]|\b(?:or|and|nor|never|not|must|may|shall|should|can|cannot|be|is|are|to|from|into|by|with|for)\b/i;

/** Capitalised words within a sentence, of which most are names. */
const NAMED = /(?<=[\p{Ll},] )\p{Lu}\p{Ll}+/gu;

export function withoutQuotes(text: string): string {
  return text.replace(QUOTED, ' ');
}

export function readRule(text: string): RuleWords {
  const quoted = Array.from(text.matchAll(QUOTED), (match) => match[1] ?? '');
  const plain = withoutQuotes(text).replace(PLACE, ' ').replaceAll(',', ' , or ');
  const main = mainClause(plain);
  const verbs = mainVerbs(main);
  return {
    text,
    polarity: polarityOf(plain),
    acts: new Set(verbs.flatMap((verb) => (actsOf(verb).length > 0 ? actsOf(verb) : [`=${verb}`]))),
    things: thingsOf(verbs.some((verb) => SAYING.has(verb)) ? afterLastPivot(main) : main, verbs),
    quoted,
    named: Array.from(main.matchAll(NAMED), (match) => match[0].toLowerCase()),
  };
}

function polarityOf(text: string): Polarity {
  if (FORBID.test(text)) return 'forbid';
  if (ONLY.test(text)) return 'only';
  return REQUIRE.test(text) ? 'require' : 'none';
}

function mainClause(text: string): string {
  const cut = CONDITION.exec(text);
  const main = cut === null ? text : text.slice(0, cut.index);
  return wordsOf(main).filter((word) => !isFiller(stem(word))).length > 0 ? main : text;
}

/** Verbs whose subject is what says something, not what is said. */
const SAYING = new Set(['contain', 'include', 'mention', 'discuss', 'state', 'say', 'name'].map(stem));

function afterLastPivot(clause: string): string {
  const last = Array.from(clause.matchAll(PIVOT)).at(-1);
  return last === undefined ? clause : clause.slice(last.index + last[0].length);
}

const NEGATIVE_PIVOT = /\b(?:never|not|don['’]t|cannot|mustn['’]t)\b(?:\s+(?:be|to))?/gi;
const BEFORE_A_VERB =
  /\b(?:do not|never|don['’]t|must not|may not|cannot|mustn['’]t|should not|shall not|not to)\s+(?:be\s+)?(\w+)/i;

/**
 * The verbs after each `never` or `not`; else after the last word such as `must` or `to`, `delete or change` being two; else the first
 * of the clause; else a word that stands where a verb must.
 */
function mainVerbs(clause: string): string[] {
  const negated = Array.from(clause.matchAll(NEGATIVE_PIVOT), (match) =>
    firstVerbs(wordsOf(clause.slice(match.index + match[0].length))),
  ).flat();
  if (negated.length > 0) return negated;
  const unknown = stem(BEFORE_A_VERB.exec(clause)?.[1] ?? '');
  if (unknown !== '' && !isFiller(unknown) && actsOf(unknown).length === 0) return [unknown];
  const pivots = Array.from(clause.matchAll(PIVOT), (match) => match.index + match[0].length);
  for (const from of [...pivots.reverse(), 0]) {
    const verbs = firstVerbs(wordsOf(clause.slice(from)));
    if (verbs.length > 0) return verbs;
  }
  return [];
}

/** The first verb, and those joined to it. */
function firstVerbs(words: readonly string[]): string[] {
  const verbs: string[] = [];
  let isJoined = true;
  for (const word of words) {
    const stemmed = stem(word);
    if (JOINS.has(word)) isJoined = true;
    else if (actsOf(stemmed).length > 0 && isJoined) {
      verbs.push(stemmed);
      isJoined = false;
    } else if (verbs.length > 0) break;
  }
  return verbs;
}

const JOINS = new Set(['or', 'and', 'nor']);

/** Words that say little beside another one of their phrase: `repository settings`, `customer account`. */
const WEAK = new Set(
  ['setting', 'account', 'profile', 'page', 'number', 'ownership', 'membership', 'status'].map(stem),
);
const QUALIFYING = new Set(['public', 'private', 'internal', 'external', 'personal', 'confidential'].map(stem));

function thingsOf(clause: string, verbs: readonly string[]): string[][] {
  const phrases = clause
    .split(LIST)
    .map((part) => phraseStems(part).filter((word) => isThing(word, verbs)))
    .filter((stems) => stems.length > 0)
    .flatMap((stems) => withoutWeak(stems));
  const telling = phrases.filter((stems) => !stems.every((word) => QUALIFYING.has(word)));
  return telling.length > 0 ? telling : phrases;
}

function withoutWeak(stems: string[]): string[][] {
  const last = stems.at(-1) ?? '';
  if (stems.length < 2 || !WEAK.has(last)) return [stems];
  return last === 'setting' ? [stems.slice(0, -1), [last]] : [stems.slice(0, -1)];
}

/** `events of other people` is read as `other people events`: what the phrase is about comes last. */
function phraseStems(part: string): string[] {
  return part
    .split(/\bof\b/i)
    .reverse()
    .flatMap((piece) => wordsOf(piece).map(stem));
}

function isThing(stemmed: string, verbs: readonly string[]): boolean {
  return stemmed.length > 1 && !verbs.includes(stemmed) && !isFiller(stemmed) && !isGeneral(stemmed);
}
