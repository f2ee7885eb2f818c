import type { Facts } from './call-facts.js';
import type { RuleCheck } from './rule-check.js';
import type { RuleWords } from './rule-words.js';
import { FIRST_NAMES, LANGUAGES, TOPICS } from './answer-lexicon.js';
import { stem, wordsOf } from './stem.js';
import { WordGate } from './word-gate.js';

const LANGUAGE = /\b(english|german|french|spanish|italian|portuguese|dutch)\b/i;

/** `answer in English only`. Told by function words and script; short texts are left alone. */
export function languageCheck(rule: RuleWords): RuleCheck | null {
  const name = LANGUAGE.exec(rule.text)?.[1]?.toLowerCase();
  if (
    name === undefined ||
    !/\b(?:only|must|always|exclusively|language|other than|in|not|never|no)\b/i.test(rule.text)
  )
    return null;
  const isBanned =
    /\b(?:never|not|no)\b/i.test(rule.text) && !/\b(?:other than|except|but|any language)\b/i.test(rule.text);
  const test = (facts: Facts): number => {
    const spoken = facts.statements.length === 0 ? [] : facts.statements.map(({ text }) => text);
    const language = languageOf(spoken.join(' ').slice(0, 4_000));
    return language !== '' && (language === name) === isBanned ? 1 : 0;
  };
  return { category: 'language', test };
}

function languageOf(text: string): string {
  if (isForeignScript(text)) return 'other script';
  const counts = new Map<string, number>();
  for (const language of wordsOf(text).flatMap((word) => LANGUAGES.get(word) ?? [])) {
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const [best = ['', 0], second = ['', 0]] = [...counts].sort((a, b) => b[1] - a[1]);
  return best[1] >= 2 && best[1] > second[1] ? best[0] : '';
}

function isForeignScript(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return letters >= 6 && latin < letters / 2;
}

const NAMES_RULE =
  /\b(?:names?|naming|identify|mention)\b[^.]{0,30}\b(?:individual|employee|person|people|staff|colleague|customer|patient|member|student|worker)s?\b|\b(?:employee|personal|people['’]?s?|customer|patient|staff) names?\b|\bnames? of (?:\w+ )?(?:employee|individual|people|person|customer|patient|staff|colleague|student)s?\b/i;
const PERSON =
  /\b(?:(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau)\.?\s+\p{Lu}\p{Ll}+|\p{Lu}\p{Ll}+(?:\s+\p{Lu}\.)?\s+\p{Lu}(?:['’]\p{Lu})?\p{Ll}+)/gu;
const ORGANISATION =
  /\b(?:Inc|Ltd|GmbH|Corp|Street|Team|Department|University|Bank|Office|Center|Centre|Group|Service|Support|Company|Road|Avenue|Board|Desk|Resources|Adviser|Advisor|Manager)\b/;

/** `never names individual employees`: by first names and by two capitalised words with a known first name or a title. */
export function nameCheck(rule: RuleWords): RuleCheck | null {
  if (!NAMES_RULE.test(rule.text) || rule.polarity !== 'forbid') return null;
  const test = (facts: Facts): number => (facts.strings.some((text) => namesPerson(text.slice(0, 16_384))) ? 1 : 0);
  return { category: 'person', test };
}

function namesPerson(text: string): boolean {
  for (const match of text.matchAll(PERSON)) {
    const first = match[0].split(/\s+/)[0]?.toLowerCase() ?? '';
    if (ORGANISATION.test(match[0])) continue;
    if (/^(?:mr|mrs|ms|dr|prof|herr|frau)\b/.test(first) || FIRST_NAMES.has(first)) return true;
    // Capitals in the middle of a sentence are a name more often than not.
    if (match.index > 0 && /\p{Ll}\s$/u.test(text.slice(Math.max(0, match.index - 2), match.index))) return true;
  }
  return Array.from(text.matchAll(/\b\p{Lu}\p{Ll}+\b/gu)).some((match) => FIRST_NAMES.has(match[0].toLowerCase()));
}

const DIRECTS =
  /^(?:\W*)(?:file|claim|deduct|take|buy|sell|invest|put|sue|sign|stop|start|increase|double|apply|use|report|declare|move|hold|avoid|try|vote|plead|reject|accept|refuse|terminate|demand|skip|combine|mix|switch|go|get|set up|transfer|open|keep|split|write off|lower|raise|reduce|diversify)\b|\b(?:you|your|one)\b[^.]{0,40}\b(?:can|could|should|must|may|might|need to|have to|ought|are entitled|will|would|have|qualify|deserve|probably|likely|best)\b|\b(?:I|we) (?:would |'d )?(?:recommend|suggest|advise)\b|[;,:]\s*(?:just )?(?:take|use|apply|buy|sell|claim|deduct|stop)\b|\b(?:best|safest|good idea|likely|probably|definitely|guaranteed|sounds like|it is legal|is deductible|are deductible|will rise|going up)\b/i;
const REFERS =
  /\b(?:contact|consult|ask|see|speak (?:to|with)|talk to|seek|refer|visit|reach out|check with|professional|advis[eo]rs?|lawyer|attorney|doctor|physician|accountant|cannot|can['’]?t|not able|unable|not allowed|sorry|website)\b/i;
const DECLINES = /\b(?:cannot|can['’]?t|not able|unable|not allowed|sorry|rather not|won['’]?t)\b/i;
const ADVICE =
  /\b(?:advice|advise|advises|advising|recommendations?|recommend|prescri\w+|opinions?|guidance|diagnos\w+|counsel)\b/i;
const DISCUSSION =
  /\b(?:discuss\w*|talk\w*|mention\w*|comment\w*|speak\w*|politic\w*|refer\w*|opinions?|topics?|about|answer|help\w*|content|instructions?|information|material|jokes?|promot\w+)\b/i;

/** `gives no tax advice`, `does not discuss politics`: words of the field, and for advice also a turn of phrase that directs. */
export function topicCheck(rule: RuleWords): RuleCheck | null {
  if (rule.polarity !== 'forbid') return null;
  const named = new Set(wordsOf(rule.text).map(stem));
  const fields = [...TOPICS]
    .filter(([name]) => name.split(' ').some((word) => named.has(stem(word))))
    .map(([, words]) => words);
  const isAdvice = ADVICE.test(rule.text);
  if (fields.length === 0 || (!isAdvice && !DISCUSSION.test(rule.text))) return null;
  const gate = new WordGate({ things: fields.map((words) => [...words]), acts: new Set() }, false);
  const test = (facts: Facts): number =>
    facts.said.some((text) => gate.mayConcern(text.toLowerCase())) &&
    facts.statements.some(({ text, lower }) => {
      if (!gate.mayConcern(lower)) return false;
      if (
        (isAdvice ? REFERS : DECLINES).test(text) &&
        !/\b(?:you can|you should) (?!ask|contact|consult|see)/i.test(text)
      )
        return false;
      const isAbout = wordsOf(text).some((word) => fields.some((words) => words.has(stem(word))));
      return isAbout && (!isAdvice || DIRECTS.test(text));
    })
      ? 0.9
      : 0;
  return { category: 'topic', test };
}

/** Kinds of data by their form; a policy's own `pii` detector knows more of them. */
const DATA: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\be-?mail address\w*\b|\bpersonal (?:data|information)\b|\bpii\b|\bcontact (?:data|details|information)\b/i,
    /[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/i,
  ],
  [
    /\b(?:tele)?phone numbers?\b|\bpersonal (?:data|information)\b|\bpii\b|\bcontact (?:data|details|information)\b/i,
    /\+\d{1,3}[\s.-]?\(?\d{1,4}\)?(?:[\s.-]?\d{2,4}){2,4}|\b\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b/,
  ],
  [
    /\b(?:credit |payment |bank )?cards?(?: numbers?| data| details)\b|\bpayment (?:data|details)\b|\bpii\b|\bcredit cards?\b/i,
    /\b(?:\d[ -]?){12,18}\d\b/,
  ],
  [/\bsocial security\b|\bssns?\b|\bpii\b|\bpersonal (?:data|information)\b/i, /\b\d{3}-\d{2}-\d{4}\b/],
  [/\b(?:ibans?|bank (?:account|details))\b/i, /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b/],
  [/\bip address\w*\b/i, /\b(?:\d{1,3}\.){3}\d{1,3}\b/],
  [
    /\b(?:passwords?|credentials?|secrets?|api[- ]?keys?|tokens?|private keys?)\b/i,
    /\b(?:pass(?:word|wd|phrase)?|pwd|secret|api[_ -]?key|access[_ -]?key|token|credentials?)\b["']?\s*(?:is|are|=|:|of)\s*["']?(?!not\b|required|needed|reset|a\b|the\b|your\b|invalid|wrong)[^\s"',]{3,}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY/i,
  ],
  [/\b(?:salar(?:y|ies)|wages?|compensation)\b/i, /\b(?:salary|wage|earns?|compensation|paid|makes)\b[^.]{0,40}\d/i],
  [
    /\b(?:home |postal |street )address\w*\b|\bpersonal (?:data|information)\b/i,
    /\b\d{1,5}\s+(?:\p{Lu}\p{Ll}+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard)\b/u,
  ],
  [
    /\b(?:date of birth|birth ?dates?|birthdays?)\b|\bpersonal (?:data|information)\b/i,
    /\b(?:born(?: on)?|date of birth|dob|birthday)\b[^.]{0,20}\d/i,
  ],
];

export function dataCheck(rule: RuleWords): RuleCheck | null {
  const patterns = DATA.filter(([named]) => named.test(rule.text)).map(([, form]) => form);
  if (patterns.length === 0 || rule.polarity !== 'forbid' || /@[\w-]+\./.test(rule.text)) return null;
  const test = (facts: Facts): number => {
    const texts = facts.isCall
      ? [...facts.strings, ...facts.entries.map(({ key, value }) => `${key}: ${String(value)}`)]
      : facts.strings;
    return texts.some((text) => patterns.some((form) => form.test(text.slice(0, 16_384)))) ? 1 : 0;
  };
  return { category: 'data', test };
}

const LENGTH =
  /\b(?:answers?|repl(?:y|ies)|responses?|messages?|texts?|outputs?|summar(?:y|ies))\b.*?\b(\d[\d,]*)\s+(words?|characters?|sentences?|lines?)\b/i;

/** `answers of at most 100 words`. */
export function lengthCheck(rule: RuleWords): RuleCheck | null {
  const match = LENGTH.exec(rule.text);
  if (match === null || /\b(?:at least|minimum)\b/i.test(rule.text)) return null;
  const limit = Number((match[1] ?? '').replace(/,/g, ''));
  const unit = (match[2] ?? '').toLowerCase();
  const test = ({ isCall, strings }: Facts): number =>
    !isCall && strings.some((text) => countOf(text, unit) > limit) ? 1 : 0;
  return { category: 'count', test };
}

function countOf(text: string, unit: string): number {
  if (unit.startsWith('word')) return text.split(/\s+/).filter((word) => word !== '').length;
  if (unit.startsWith('line')) return text.trim().split('\n').length;
  return unit.startsWith('sentence')
    ? text.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== '').length
    : text.length;
}
