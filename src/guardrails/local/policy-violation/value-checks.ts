import { isReading } from './act-check.js';
import type { CallEntry, Facts, Statement } from './call-facts.js';
import { concerns, sharesAct, textValues, type RuleCheck } from './rule-check.js';
import { withoutQuotes, type RuleWords } from './rule-words.js';
import { isFiller } from './lexicon.js';
import { stem, wordsOf } from './stem.js';

const MENTIONS =
  /\b(?:mention|discuss|talk|refer|say|use the (?:word|phrase|term)|contain|include|name|speak|comment|reveal|disclose|write|output|print|appear|word|phrase|term|call (?:it|them|him|her))\w*/i;
const NEGATIVE = /\b(?:never|no|not|don['’]t|mustn['’]t|cannot|avoid|forbidden|prohibited|banned|without)\b/i;
const REQUIRED =
  /\b(?:must|shall|should|always|has to|have to|needs? to)\b[^.]{0,40}\b(?:contain|include|mention|end|begin|start|carry|state|be prefixed|be signed|open|close)\b/i;

const EXAMPLES =
  /\b(?:like|such as|e\.g\.|namely|including)\s+((?:\p{Lu}[\p{L}\p{N}-]+(?:\s+\p{Lu}[\p{L}\p{N}-]+)*(?:\s*,\s*|\s+(?:and|or)\s+)?)+)/u;

/** Quoted words: what must not be said, what must be, or the values that a member may or may not have. */
export function quotedCheck(rule: RuleWords): RuleCheck | null {
  const examples = EXAMPLES.exec(rule.text)?.[1]?.split(/,|\band\b|\bor\b/) ?? [];
  if (rule.quoted.length + examples.length === 0) return null;
  const quoted = [...rule.quoted, ...examples].map((text) => text.toLowerCase().trim()).filter((text) => text !== '');
  const plain = withoutQuotes(rule.text);
  if (REQUIRED.test(plain) && !NEGATIVE.test(plain)) return requiredPhrase(rule, quoted);
  const isOnly =
    /\b(?:only|except|other than|outside|unless|but)\b/i.test(rule.text) ||
    (!NEGATIVE.test(rule.text) && /\bmust (?:be|have|use)\b/i.test(rule.text));
  if (isOnly) return { category: 'value', test: (facts) => (hasOtherValue(rule, quoted, facts) ? 1 : 0) };
  if (!NEGATIVE.test(rule.text)) return null;
  const test = (facts: Facts): number => {
    const texts = facts.isCall
      ? [facts.tool, ...facts.strings, ...facts.entries.map(({ value }) => String(value))]
      : facts.strings;
    return (MENTIONS.test(rule.text) || concerns(rule, facts)) &&
      texts.some((text) => quoted.some((phrase) => holds(text, phrase)))
      ? 1
      : 0;
  };
  return { category: 'phrase', test };
}

function isNamed(word: string, deed: Statement | null): boolean {
  return word.length > 3 && !isFiller(stem(word)) && deed?.things.has(stem(word)) === true;
}

function requiredPhrase(rule: RuleWords, quoted: readonly string[]): RuleCheck {
  const test = (facts: Facts): number => {
    if (!facts.isWhole) return 0;
    if (facts.deed !== null && (isReading(facts.deed) || !wordsOf(rule.text).some((word) => isNamed(word, facts.deed))))
      return 0;
    return quoted.some((phrase) => facts.strings.some((text) => holds(text, phrase))) ? 0 : 1;
  };
  return { category: 'phrase', test };
}

/** At word boundaries, white space being white space. */
function holds(text: string, phrase: string): boolean {
  const lower = text.slice(0, 65_536).toLowerCase().replace(/\s+/g, ' ');
  for (let at = lower.indexOf(phrase); at >= 0; at = lower.indexOf(phrase, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(lower[at - 1] ?? '') && !/[\p{L}\p{N}]/u.test(lower[at + phrase.length] ?? ''))
      return true;
  }
  return false;
}

/** A member that the rule's words name, with a value that is none of the quoted ones. */
function hasOtherValue(rule: RuleWords, allowed: readonly string[], facts: Facts): boolean {
  const named = new Set(wordsOf(rule.text.replace(/["'“‘`][^"'`”’]*["'”’`]/g, ' ')).map(stem));
  const values = textValues(facts).filter(({ keyStems }) => keyStems.some((key) => named.has(key)));
  const strict = values.filter(({ keyStems }) => keyStems.some((key) => VALUE_KEYS.has(key)));
  const looked = strict.length > 0 ? strict : values;
  return looked.some(({ value }) => !allowed.includes(String(value).toLowerCase().trim()));
}

const VALUE_KEYS = new Set(
  'label tag status state category type currency country region environment env channel priority branch language visibility level class classification format role plan tier department team project namespace bucket table schema database zone model folder'
    .split(' ')
    .map(stem),
);

const CURRENCIES = /\b(?:USD|EUR|GBP|CHF|JPY|INR|CNY|SEK|NOK|DKK|PLN|CAD|AUD)\b/g;
const AFTER_ONLY =
  /\b(?:only|exclusively|solely|other than|except(?: for| to| in)?|outside(?: of)?)\s+(?:be )?(?:\w+ )?(?:(?:in|to|from|with|for|by|on|at|of|via)\s+)?(?:the )?((?:[A-Z][\w-]*|[a-z]{2}-[a-z]+-\d|and|or|,|\s)+)/;

/** `only in EUR`, `only to Germany and Austria`, `outside eu-west-1`: other values of members that hold such a value. */
export function setCheck(rule: RuleWords): RuleCheck | null {
  const named = AFTER_ONLY.exec(rule.text)?.[1] ?? '';
  const currencies = rule.text.match(CURRENCIES) ?? [];
  const allowed = [...named.split(/,|\s+(?:and|or)\s+|\s{2,}/), ...currencies]
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value.length > 1 && value !== 'and' && value !== 'or');
  if (allowed.length === 0 || !/\b(?:only|exclusively|solely|other than|except|outside)\b/i.test(rule.text))
    return null;
  const isOf = setKey(rule.text, allowed, currencies.length > 0);
  if (isOf === null) return null;
  const test = (facts: Facts): number =>
    textValues(facts).some((entry) => isOf(entry) && !isAllowed(entry, allowed)) ? 1 : 0;
  return { category: 'value', test };
}

function isAllowed({ value }: CallEntry, allowed: readonly string[]): boolean {
  const text = String(value).toLowerCase().trim();
  return allowed.some((name) => text === name || holds(text, name) || (ISO_COUNTRY.get(text) ?? '') === name);
}

function setKey(
  text: string,
  allowed: readonly string[],
  hasCurrency: boolean,
): ((entry: CallEntry) => boolean) | null {
  if (hasCurrency)
    return ({ key, value }) => /currency/i.test(key) || (typeof value === 'string' && CURRENCY_VALUE.test(value));
  if (allowed.some((name) => /^[a-z]{2}-[a-z]+-\d$/.test(name))) return ({ key }) => /region|zone|location/i.test(key);
  if (/\b(?:ship|deliver|export|countr|destination|address|fly|flight|travel|region|sell|market)\w*/i.test(text))
    return ({ key }) => /country|destination|region|market|nation/i.test(key) || /^(?:to|location)$/i.test(key);
  return null;
}

const CURRENCY_VALUE = /^(?:\d[\d.,]*\s?)?(?:USD|EUR|GBP|CHF|JPY|INR|CNY|SEK|NOK|DKK|PLN|CAD|AUD)$/;
const ISO_COUNTRY = new Map(
  'de germany,at austria,ch switzerland,fr france,it italy,es spain,nl netherlands,be belgium,pl poland,gb united kingdom,uk united kingdom,us united states,usa united states,ca canada,se sweden,no norway,dk denmark,fi finland,ie ireland,pt portugal,jp japan,in india,cn china,br brazil,au australia'
    .split(',')
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf(' ')), pair.slice(pair.indexOf(' ') + 1)]),
);

const ENVIRONMENT = /\b(?:production|prod|live|staging|main|master|release)\b/gi;
const ENVIRONMENT_VALUE = new Map([
  ['production', /(?:^|[^a-z])(?:production|prod|prd|live)(?:[^a-z]|$)/i],
  ['main', /^(?:refs\/heads\/|origin\/)?(?:main|master|trunk)$|\b(?:origin|upstream)\s+\S*\b(?:main|master)\b/i],
  ['release', /^(?:refs\/heads\/|origin\/)?releases?(?:[/-].*)?$/i],
  ['staging', /(?:^|[^a-z])(?:staging|stage)(?:[^a-z]|$)/i],
]);

/** `never push to main`, `no deployment to production`: the act together with the value that names the place. */
export function environmentCheck(rule: RuleWords): RuleCheck | null {
  if (rule.polarity !== 'forbid' && !/\bonly\b/i.test(rule.text)) return null;
  const names = new Set((rule.text.match(ENVIRONMENT) ?? []).map((name) => canonical(name.toLowerCase())));
  if (names.size === 0) return null;
  const isOnly =
    /\bonly\b|\bother than\b|\bexcept\b|\boutside\b/i.test(rule.text) && !/\bnever\b|\bnot only\b/i.test(rule.text);
  if (isOnly) return otherEnvironment(names);
  const patterns = [...names].map((name) => ENVIRONMENT_VALUE.get(name) ?? /$^/);
  const test = ({ deed, entries, tool, statements }: Facts): number => {
    if (deed === null)
      return statements.some(
        (said) =>
          !said.declines &&
          (rule.acts.size === 0 || sharesAct(rule, said)) &&
          [...names].some((name) => said.things.has(name) || said.text.toLowerCase().includes(name)),
      )
        ? 0.9
        : 0;
    if (rule.acts.size > 0 && !sharesAct(rule, deed)) return 0;
    const values = [
      tool.replaceAll('_', ' '),
      ...entries.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    ];
    return values.some((value) => patterns.some((pattern) => pattern.test(value))) ? 1 : 0;
  };
  return { category: 'environment', test };
}

function canonical(name: string): string {
  if (name === 'prod' || name === 'live') return 'production';
  return name === 'master' ? 'main' : name;
}

function otherEnvironment(names: ReadonlySet<string>): RuleCheck {
  const test = ({ entries }: Facts): number =>
    entries.some(
      ({ key, value }) =>
        /^(?:env|environment|stage|target|branch)$/i.test(key) &&
        typeof value === 'string' &&
        ![...names].some((name) => ENVIRONMENT_VALUE.get(name)?.test(value) === true),
    )
      ? 1
      : 0;
  return { category: 'environment', test };
}

const FILE_TYPES = /(?<![\w/])\*?(\.[a-z][a-z0-9]{0,7})\b(?!\.?[a-z]*\/)/gi;

/** `no .exe attachments`, `only .csv files`, `never read .env`. */
export function fileTypeCheck(rule: RuleWords): RuleCheck | null {
  const types = Array.from(rule.text.matchAll(FILE_TYPES), (match) => (match[1] ?? '').toLowerCase());
  if (types.length === 0) return null;
  const isOnly = /\b(?:only|other than|except)\b/i.test(rule.text);
  const test = (facts: Facts): number => {
    const names = facts.strings.flatMap(
      (text) => text.slice(0, 65_536).match(/[\w./\\-]*\.[a-z][a-z0-9]{0,7}\b/gi) ?? [],
    );
    const isOfType = (name: string): boolean =>
      types.some((type) => name.toLowerCase().endsWith(type) || name.toLowerCase().includes(`${type}.`));
    return names.some((name) =>
      isOnly ? facts.isCall && !/^[\w-]+(?:\.[\w-]+){2,}$/.test(name) && !isOfType(name) : isOfType(name),
    )
      ? 1
      : 0;
  };
  return { category: 'file_type', test };
}
