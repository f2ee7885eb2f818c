import { actsOf, isFiller, isGeneral } from './lexicon.js';
import { stem, wordsOf } from './stem.js';

/** `forbid`: what it names must not happen. `only`: nothing but what it names may. `require`: it must. `none`: no such word in it. */
export type Polarity = 'forbid' | 'only' | 'require' | 'none';

/** One rule of a policy, read. */
export interface RuleWords {
  readonly text: string;
  readonly polarity: Polarity;
  /** Kinds of act that it is about; empty when it names none. */
  readonly acts: ReadonlySet<string>;
  /** Alternatives of things that it is about, each the stems of one noun phrase. */
  readonly things: readonly (readonly string[])[];
  readonly quoted: readonly string[];
}

const FORBID =
  /\b(?:never|no|not|don['’]?t|mustn['’]?t|can['’]?t|cannot|may ?not|forbid\w*|forbidden|prohibit\w*|disallow\w*|banned|ban|avoid|refrain|off[- ]limits|without|refuse|nobody|nothing|neither|block|reject|deny|denied|stop)\b/i;
const ONLY =
  /\b(?:only|exclusively|solely|limited to|restricted to|nothing but|confined to|read[- ]only|within|inside|stay (?:in|on|under|below))\b/i;
const REQUIRE = /\b(?:must|shall|should|need(?:s|ed)?|required?|requires|always|has to|have to|ensure|make sure)\b/i;
const CONDITION = /\b(?:unless|except|without|if|when|whenever|other than|outside|before|until|unlike|beyond)\b/i;
const QUOTED = /(?<![\p{L}\p{N}])["“'‘`«]([^"”'’`»\n]{1,80})["”'’`»](?![\p{L}\p{N}])/gu;
const PIVOT =
  /\b(?:never|not|no|n['’]t|may|must|shall|should|can|cannot|can['’]t|don['’]t|mustn['’]t|to|avoid|refrain from|forbidden|prohibited|only)\b/gi;
const PLACE = /(?:[a-z]+:\/\/|[~.]{0,2}\/|@)[\w.\-/*@]+|\b[\w-]+(?:\.[\w-]+)+\b|\d[\d.,]*%?/gi;
const LIST = /,|;|\/|\b(?:or|and|nor)\b/i;

export function readRule(text: string): RuleWords {
  const quoted = Array.from(text.matchAll(QUOTED), (match) => match[1] ?? '');
  const plain = text.replace(QUOTED, ' ').replace(PLACE, ' ');
  const main = mainClause(plain);
  const verbs = mainVerbs(main);
  return {
    text,
    polarity: polarityOf(text),
    acts: new Set(verbs.flatMap((verb) => actsOf(verb))),
    things: thingsOf(main, verbs),
    quoted,
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

/** The verbs after the last word such as `never` or `must`, `delete or change` being two; else the first in the clause. */
function mainVerbs(clause: string): string[] {
  const pivots = Array.from(clause.matchAll(PIVOT), (match) => match.index + match[0].length);
  for (const from of [...pivots.reverse(), 0]) {
    const verbs = firstVerbs(wordsOf(clause.slice(from)));
    if (verbs.length > 0) return verbs;
  }
  return [];
}

function firstVerbs(words: readonly string[]): string[] {
  const verbs: string[] = [];
  for (const word of words) {
    const stemmed = stem(word);
    if (actsOf(stemmed).length > 0 && !(verbs.length > 0 && isNounLike(stemmed))) verbs.push(stemmed);
    else if (verbs.length > 0 && word !== 'or' && word !== 'and' && word !== 'nor') break;
  }
  return verbs;
}

/** Stems that name a thing as often as an act. */
const NOUN_LIKE = new Set(
  [
    'email',
    'mail',
    'message',
    'order',
    'access',
    'post',
    'log',
    'set',
    'release',
    'command',
    'code',
    'call',
    'request',
    'book',
  ].map(stem),
);

function isNounLike(stemmed: string): boolean {
  return NOUN_LIKE.has(stemmed);
}

function thingsOf(clause: string, verbs: readonly string[]): string[][] {
  return clause
    .split(LIST)
    .map((part) =>
      wordsOf(part)
        .map(stem)
        .filter((word) => isThing(word, verbs)),
    )
    .filter((stems) => stems.length > 0);
}

function isThing(stemmed: string, verbs: readonly string[]): boolean {
  return stemmed.length > 1 && !verbs.includes(stemmed) && !isFiller(stemmed) && !isGeneral(stemmed);
}
