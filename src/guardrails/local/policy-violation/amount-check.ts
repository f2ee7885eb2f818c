import type { CallEntry, Facts, Statement } from './call-facts.js';
import { aboutThings, concerns, sharesAct, type RuleCheck } from './rule-check.js';
import type { RuleWords } from './rule-words.js';
import { stem, wordsOf } from './stem.js';

/** What may not be: values above or below a number. */
interface Limit {
  readonly breaks: (value: number) => boolean;
  readonly unit: 'percent' | 'money' | 'count';
  /** Stem of what is counted: `recipients`, `nights`. */
  readonly counted: string;
}

const NUMBER = String.raw`(?<sign>[$€£¥]|\b(?:usd|eur|gbp|chf|inr|jpy)\s?)?(?<number>\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?:(?<scale>k|m|million|thousand|billion)\b)?(?![\d.]*\d)\s?(?<unit>%|percent\b|per cent\b|[€£$]|[a-z]+\b)?(?:\s+(?<noun>[a-z]+))?`;
const OVER = String.raw`over|above|more than|greater than|higher than|larger than|bigger than|beyond|exceed(?:s|ing)?|in excess of|longer than|upwards of|north of|>`;
const AT_MOST = String.raw`at most|up to|maximum(?: of)?|max\.?(?: of)?|limited to|limit(?: of| is)?|capped at|a cap of|cap of|not? (?:more|greater|higher|longer|larger) than|not exceed|never exceed|up until|≤|<=`;
const AT_LEAST = String.raw`at least|minimum(?: of)?|min\.? of|no (?:less|fewer) than|not (?:less|fewer) than|≥|>=`;
const UNDER = String.raw`under|below|less than|fewer than|lower than|smaller than|cheaper than|<`;
const LIMIT = new RegExp(
  String.raw`(?<kind>${AT_MOST}|${AT_LEAST}|${OVER}|${UNDER})\s+(?:a |an |the |total of |value of |amount of )?${NUMBER}`,
  'gi',
);
const TRAILING = new RegExp(
  String.raw`${NUMBER}[^.]{0,30}?\b(?<kind>or (?:more|less)|and (?:above|over|below)|(?:at )?max(?:imum)?|at most|at least)\b`,
  'gi',
);
const FORBIDDEN =
  /\b(?:no|never|not|don['’]t|cannot|can['’]t|mustn['’]t|forbidden|prohibited|disallowed|without|need\w*|requir\w*|refuse|reject|escalat\w*|approv\w*|confirm\w*|blocked?|deny|denied|declin\w*|avoid)\b/i;
const MONEY = /^(?:[$€£¥]|usd|eur|euros?|gbp|chf|inr|jpy|dollars?|pounds?|francs?|rupees?|yen|cents?|credits?)$/i;
const PERCENT = /^(?:%|percent|per cent)$/i;
const MONEY_KEY =
  /amount|price|total|sum|value|cost|budget|fee|usd|eur|gbp|payment|refund|transfer|limit|balance|spend|credit/i;
const COUNT_KEY = /count|limit|quantity|qty|number|num|size|top|max|total|rows|pages?|^n$|duration|length/i;
const PERCENT_KEY = /percent|pct|rate|discount|share|ratio|markup|fraction/i;

export function amountCheck(rule: RuleWords): RuleCheck | null {
  const limits = limitsOf(rule.text);
  if (limits.length === 0) return null;
  const topic = new Set([...rule.things.flat(), ...wordsOf(rule.text).map(stem)]);
  const test = (facts: Facts): number => Math.max(...limits.map((limit) => testLimit(limit, facts)));
  const testLimit = (limit: Limit, facts: Facts): number => {
    if (!facts.isCall) return inProse(rule, limit, facts) ? 1 : 0;
    if (!concerns(rule, facts) && !facts.entries.some((entry) => entry.keyStems.includes(limit.counted))) return 0;
    return facts.entries.some(
      (entry) =>
        !isOther(entry, limit, limits) &&
        isMeasured(entry, limit, topic) &&
        numbersOf(entry).some((value) => limit.breaks(value)),
    )
      ? 1
      : 0;
  };
  return { category: limits[0]?.unit === 'count' ? 'count' : 'amount', test };
}

function limitsOf(text: string): Limit[] {
  const leading = Array.from(text.matchAll(LIMIT));
  return (leading.length > 0 ? leading : Array.from(text.matchAll(TRAILING))).map((match) => limitOf(text, match));
}

function limitOf(text: string, match: RegExpMatchArray): Limit {
  const { kind = '', number = '', scale = '', sign = '', unit = '', noun = '' } = match.groups ?? {};
  const value = Number(number.replace(/[,' ]/g, '')) * scaleOf(scale);
  const rest = text.replace(match[0], ' ');
  const breaks = breaker(
    kind.toLowerCase(),
    value,
    FORBIDDEN.test(rest) || /^(?:do|please )?(?:escalate|flag|ask)/i.test(rest),
  );
  return { breaks, unit: unitOf(sign, unit), counted: stem(/^(?:%|percent)$/.test(unit) ? noun : unit) };
}

function scaleOf(scale: string): number {
  if (/^(?:k|thousand)$/i.test(scale)) return 1_000;
  if (/^(?:m|million)$/i.test(scale)) return 1_000_000;
  return /^billion$/i.test(scale) ? 1_000_000_000 : 1;
}

/** `no discount above 15` forbids what is above; `keep it above 15` forbids what is not. */
function breaker(kind: string, limit: number, forbids: boolean): (value: number) => boolean {
  if (new RegExp(`^(?:${AT_MOST})$`, 'i').test(kind) || /^(?:(?:at )?max(?:imum)?)$/.test(kind))
    return (value) => value > limit;
  if (new RegExp(`^(?:${AT_LEAST})$`, 'i').test(kind)) return (value) => value < limit;
  if (kind === 'or more') return forbids ? (value) => value >= limit : (value) => value < limit;
  if (kind === 'or less') return forbids ? (value) => value <= limit : (value) => value > limit;
  const isOver = new RegExp(`^(?:${OVER})$|above|over`, 'i').test(kind);
  if (isOver) return forbids ? (value) => value > limit : (value) => value <= limit;
  return forbids ? (value) => value < limit : (value) => value >= limit;
}

function unitOf(sign: string, unit: string): Limit['unit'] {
  if (sign !== '' || MONEY.test(unit)) return 'money';
  return PERCENT.test(unit) ? 'percent' : 'count';
}

function isAbout(rule: RuleWords, said: Statement): boolean {
  if (rule.acts.size === 0 && rule.things.length === 0) return true;
  return sharesAct(rule, said) || (rule.things.length > 0 && aboutThings(rule, said) > 0);
}

/** Measured by another limit of the same rule. */
function isOther(entry: CallEntry, limit: Limit, limits: readonly Limit[]): boolean {
  return limits.some(({ counted }) => counted !== limit.counted && counted !== '' && entry.keyStems.includes(counted));
}

function isMeasured(entry: CallEntry, limit: Limit, topic: ReadonlySet<string>): boolean {
  if (entry.keyStems.includes('id')) return false;
  if (limit.unit === 'percent')
    return (
      PERCENT_KEY.test(entry.key) ||
      (typeof entry.value === 'string' && entry.value.includes('%')) ||
      entry.keyStems.some((key) => topic.has(key))
    );
  if (entry.keyStems.includes(limit.counted) || entry.keyStems.some((key) => topic.has(key))) return true;
  return limit.unit === 'money' ? MONEY_KEY.test(entry.key) : COUNT_KEY.test(entry.key) || MONEY_KEY.test(entry.key);
}

function numbersOf(entry: CallEntry): number[] {
  if (entry.length !== undefined) return [entry.length];
  if (typeof entry.value === 'number') return [entry.value];
  if (typeof entry.value !== 'string') return [];
  const match = /^[^\d]{0,6}(\d[\d,' ]*(?:\.\d+)?)\s?(k|m|million|thousand)?\b/i.exec(entry.value.slice(0, 60));
  return match === null ? [] : [Number((match[1] ?? '').replace(/[,' ]/g, '')) * scaleOf(match[2] ?? '')];
}

const PROSE_NUMBER = new RegExp(NUMBER, 'gi');

function inProse(rule: RuleWords, limit: Limit, facts: Facts): boolean {
  return facts.statements.some(
    (said) =>
      !said.declines &&
      isAbout(rule, said) &&
      Array.from(said.text.slice(0, 4_000).matchAll(PROSE_NUMBER)).some((match) => {
        const { number = '', scale = '', sign = '', unit = '', noun = '' } = match.groups ?? {};
        const isSame =
          unitOf(sign, unit) === limit.unit &&
          (limit.unit !== 'count' || (limit.counted !== '' && [stem(unit), stem(noun)].includes(limit.counted)));
        return isSame && limit.breaks(Number(number.replace(/[,' ]/g, '')) * scaleOf(scale));
      }),
  );
}
