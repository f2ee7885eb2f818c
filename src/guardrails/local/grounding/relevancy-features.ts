import type { ToolCall } from '../pair-detector.js';
import { FUNCTION_WORDS } from './prose.js';
import { nameWords, readTokens, stem, type Token } from './tokens.js';
import { ANSWER_TOPICS, isVerb, toolKind } from './topics.js';

/** What speaks for and against an answer; shares are 0..1. */
export interface AnswerFeatures {
  /** Values that the call names. */
  readonly asked: number;
  /** Those of them that are arguments. */
  readonly given: number;
  readonly mismatched: number;
  /** 1 when the call names ids (letters with digits, addresses, paths), and the share of them in the answer. */
  readonly hasIds: number;
  readonly idEcho: number;
  /** The same for numbers, dates and codes. */
  readonly hasValues: number;
  readonly valueEcho: number;
  /** Share of the words of arguments and tool in the answer. */
  readonly wordEcho: number;
  /** 1 when arguments are fields of the answer too, and the share of those that hold the same value. */
  readonly hasFields: number;
  readonly fieldAgreement: number;
  /** Words of the answer that this kind of tool gives. */
  readonly topic: number;
  /** The answer speaks of what another kind of tool gives. */
  readonly otherTopic: number;
  /** 1: the kind of answer expected (a number, a confirmation, an error); -0.5: a record where a number was. */
  readonly kind: number;
  /** 1: one record where many were asked for, or many where one was. */
  readonly wrongShape: number;
  /** Long answers have more chances to name what was asked. */
  readonly length: number;
}

const MAX_VALUES = 60;
/** Of a longer answer, what stands behind its opening is looked for by the words of the call, not taken apart. */
const OPENING = 8_192;

interface Asked {
  readonly field: string;
  readonly text: string;
  /** The first tokens of the text. */
  readonly tokens: readonly Token[];
}

const MAX_TOKENS = 60;

/** Compares a call with an answer. Linear in both. */
export function answerFeatures(call: ToolCall, answer: string): AnswerFeatures {
  const asked: Asked[] = [];
  collect(call.arguments, '', asked, 0);
  const view = readAnswer(answer);
  const tool = nameWords(call.tool);
  const ids = echoOf(asked, view, isIdToken);
  const values = echoOf(asked, view, (token) => !isIdToken(token) && token.kind !== 'word' && token.kind !== 'name');
  const words = echoOf(asked, view, (token) => token.kind === 'word' || token.kind === 'name');
  const nouns = tool.filter((word) => !GENERIC.has(word) && !isVerb(word) && word.length > 2);
  const nounHits = nouns.filter((word) => names(view, word)).length;
  const named = words.total + nouns.length;
  const fields = compareFields(asked, view);
  const topics = topicFit(tool, [...words.keys, ...nouns], view.words);
  return {
    asked: asked.length + nouns.length,
    given: asked.length,
    mismatched: fields.shared - fields.agreed,
    hasIds: Math.min(1, ids.total),
    idEcho: ids.found / Math.max(1, ids.total),
    hasValues: Math.min(1, values.total),
    valueEcho: values.found / Math.max(1, values.total),
    wordEcho: named === 0 ? 0 : (words.found + 0.7 * nounHits) / named,
    hasFields: Math.min(1, fields.shared),
    fieldAgreement: fields.agreed / Math.max(1, fields.shared),
    topic: topics.own,
    otherTopic: topics.other,
    kind: kindFit(tool, answer, view.words, asked),
    wrongShape: wrongShape(tool, answer),
    length: Math.min(1, answer.length / 600),
  };
}

/** Specific enough that an answer about the same thing should name it: `M05KNL`, `james_lee_6136`, an address, a path. */
function isIdToken(token: Token): boolean {
  return token.kind === 'id' && token.text.length > 4 && /\d|[@_/.]/.test(token.text);
}

/** `list_x` gives many, `get_x_details` one. */
function wrongShape(tool: readonly string[], answer: string): number {
  const first = /^\s*(\[\s*\{|\[\s*\[|\{)/.exec(answer)?.[1];
  if (first === undefined) return 0;
  const asksMany = tool.some(
    (word) => word === 'search' || word === 'list' || word === 'find' || word === 'query' || word === 'all',
  );
  if (first === '{') return asksMany && !/:\s*\[/.test(answer.slice(0, 400)) ? 1 : asksMany ? 0.4 : 0;
  return asksMany || tool.some((word) => /^(?:histor|log|transaction|result)/.test(word)) ? 0 : tool.length > 0 ? 1 : 0;
}

const GENERIC = new Set(
  'get fetch list search find read lookup query show describe details detail info data tool api call by all the for with from id ids'
    .split(' ')
    .map(stem),
);

/** Scalars of the arguments with the names of their members. */
function collect(value: unknown, field: string, into: Asked[], depth: number): void {
  if (into.length >= MAX_VALUES || depth > 8 || value === null) return;
  if (Array.isArray(value)) for (const item of value) collect(item, field, into, depth + 1);
  else if (typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) collect(inner, name, into, depth + 1);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    const text = String(value).slice(0, 2_000);
    into.push({ field, text, tokens: readTokens(text).slice(0, MAX_TOKENS) });
  }
}

interface AnswerView {
  readonly lower: string;
  /** Of the opening. */
  readonly words: ReadonlySet<string>;
  /** What follows the opening, in lower case. */
  readonly rest: string;
  /** First values of each JSON field. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

function readAnswer(answer: string): AnswerView {
  const words = new Set<string>();
  for (const token of readTokens(answer.slice(0, OPENING))) {
    for (const key of token.keys) words.add(key);
    // A word in small letters is its own name.
    if (token.kind !== 'word' || !SMALL_LETTERS.test(token.text)) {
      for (const word of nameWords(token.text)) words.add(word);
    }
  }
  const lower = answer.toLowerCase();
  return { lower, words, rest: answer.length > OPENING ? lower.slice(OPENING) : '', fields: fieldsOf(answer) };
}

function fieldsOf(answer: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const match of answer.matchAll(/"(\w{1,60})"\s{0,4}:\s{0,4}(?:"([^"\n]{0,200})"|(-?[\d.]{1,20}|true|false))/g)) {
    const name = (match[1] ?? '').toLowerCase();
    const values = fields.get(name) ?? [];
    if (values.length < 40) values.push((match[2] ?? match[3] ?? '').toLowerCase());
    fields.set(name, values);
  }
  return fields;
}

const SMALL_LETTERS = /^[a-z]+$/;

/** Whether the answer names a word: beginnings are enough behind the opening, where words are not taken apart. */
function names({ words, rest }: AnswerView, word: string): boolean {
  return words.has(word) || (rest !== '' && word.length > 2 && rest.includes(word));
}

interface Echo {
  readonly total: number;
  readonly found: number;
  readonly keys: readonly string[];
}

/** Values of the call that the answer names again. */
function echoOf(asked: readonly Asked[], view: AnswerView, wanted: (token: Token) => boolean): Echo {
  let found = 0;
  const keys = new Set<string>();
  for (const { tokens } of asked) {
    for (const token of tokens) {
      const key = token.keys[0] ?? '';
      if (!wanted(token) || key.length < 2 || keys.has(key) || FUNCTION_WORDS.has(key)) continue;
      keys.add(key);
      found += hasKey(token, view) ? 1 : partsShare(key, view) * 0.7;
    }
  }
  return { total: keys.size, found, keys: [...keys] };
}

function hasKey(token: Token, view: AnswerView): boolean {
  const full = token.keys.filter((key) => token.kind !== 'date' || /^\d+-\d+-\d+$/.test(key));
  if (full.some((key) => view.words.has(key))) return true;
  if (view.rest !== '' && token.text.length > 2 && view.rest.includes(token.text.toLowerCase())) return true;
  return token.kind === 'id' && token.text.length > 3 && view.lower.includes(token.text.toLowerCase());
}

/** `james_taylor_7043` is answered by a record of James Taylor, `src/app.ts` by `app.ts`. */
function partsShare(key: string, view: AnswerView): number {
  const parts = key.split(/[^\p{L}]+/u).filter((part) => part.length > 2 && !FUNCTION_WORDS.has(part));
  // `ORD-771` and `ORD-902` share only the kind of id that they are.
  if (parts.length === 0 || (parts.length === 1 && (parts[0]?.length ?? 0) < 5)) return 0;
  return parts.filter((part) => names(view, stem(part))).length / parts.length;
}

const PLACES = ['city', 'location', 'place', 'town', 'address'];
const TICKERS = ['symbol', 'ticker'];

function namesakes(field: string): readonly string[] {
  return PLACES.includes(field) ? PLACES : TICKERS.includes(field) ? TICKERS : [field];
}

/** Arguments that are fields of the answer too, and those of them that hold the same value there. */
function compareFields(asked: readonly Asked[], view: AnswerView): { shared: number; agreed: number } {
  let shared = 0;
  let agreed = 0;
  for (const { field, text } of asked) {
    const values = namesakes(field.toLowerCase()).flatMap((name) => view.fields.get(name) ?? []);
    const value = text.toLowerCase();
    if (values.length === 0 || value.length < 2) continue;
    shared++;
    if (values.includes(value)) agreed++;
  }
  return { shared, agreed };
}

/** By word, the numbers of the topics whose answers hold it, and of those whose tools are named by it. */
const topicsOfAnswer = indexOf((topic) => topic.answer);
const topicsOfTool = indexOf((topic) => topic.tool);

function indexOf(wordsOf: (topic: (typeof ANSWER_TOPICS)[number]) => ReadonlySet<string>): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [number, topic] of ANSWER_TOPICS.entries()) {
    for (const word of wordsOf(topic)) found.set(word, [...(found.get(word) ?? []), number]);
  }
  return found;
}

function topicFit(
  tool: readonly string[],
  words: readonly string[],
  answer: ReadonlySet<string>,
): { own: number; other: number } {
  const owned = new Set((tool.length === 0 ? words : tool).flatMap((word) => topicsOfTool.get(word) ?? []));
  const hits = new Map<number, number>();
  for (const word of answer) {
    for (const topic of topicsOfAnswer.get(word) ?? NO_TOPICS) hits.set(topic, (hits.get(topic) ?? 0) + 1);
  }
  let own = 0;
  let other = 0;
  for (const [topic, count] of hits) {
    const fit = Math.min(1, count / 3);
    if (owned.has(topic)) own = Math.max(own, fit);
    else if (count > 3) other = Math.max(other, fit);
  }
  return { own, other: owned.size > 0 && own < 0.6 ? other : 0 };
}

const NO_TOPICS: readonly number[] = [];

const CONFIRMATION =
  /^\W{0,3}(?:ok\b|okay|done|success|successfully|true\b|created|updated|deleted|sent|saved|written|removed|cancelled|canceled|booked|accepted|no changes|\{\s{0,4}"?(?:ok|success|status|result)"?\s{0,4}:)|\b(?:successfully|has been|have been|was|were) (?:\w{1,20} )?(?:created|updated|deleted|sent|saved|written|removed|cancelled|canceled|booked|added|moved|scheduled|completed|changed|set|closed|merged|uploaded)\b|\bsuccessfully\b|\b(?:created|updated|deleted|sent|saved|written|removed|cancelled|canceled|booked|added|moved|scheduled|completed|closed|merged|uploaded)\W{0,3}$/i;
const FAILURE =
  /^\W{0,3}(?:error|failed|failure|not found|no (?:results?|matches?|such|data|records?)|unknown|invalid|permission denied|access denied|unauthori[sz]ed|timeout|timed out|\{\s{0,4}"error"|\[\s{0,4}\]\s*$|\{\s{0,4}\}\s*$|null\s*$|transfer successful)/i;
const BARE_NUMBER =
  /^\W{0,3}(?:(?:the )?(?:result|answer|sum|total)\s?(?:is|[:=])?\s?)?[-−]?[$€£]?\d[\d,.eE+-]{0,30}\s?[%\w°/]{0,12}\W{0,3}$/i;

function kindFit(tool: readonly string[], answer: string, words: ReadonlySet<string>, asked: readonly Asked[]): number {
  const text = answer.trim();
  if (text.length < 400 && FAILURE.test(text)) return failureFit(asked, words);
  const kind = toolKind(tool);
  if (kind === 'write' && text.length < 300) return confirmationFit(tool, text, words);
  if (BARE_NUMBER.test(text)) return kind === 'compute' ? 1.2 : 0.3;
  if (kind === 'compute') return isPlain(text) && text.length < 400 ? 1 : -0.5;
  return contentFit(tool, text, asked);
}

/** Content of files and pages need not repeat their name, nor a list of names what it lists. */
function contentFit(tool: readonly string[], text: string, asked: readonly Asked[]): number {
  const isFile = asked.some((value) => /^(?:path|file|filename|url|uri|link)$/.test(value.field));
  if (isFile && isPlain(text)) return 0.5;
  if (/^\[\s{0,4}"/.test(text) && tool.includes('list')) return 0.6;
  return text.length < 60 ? 0.2 : 0;
}

function isPlain(text: string): boolean {
  return !/^[[{]/.test(text);
}

function confirmationFit(tool: readonly string[], text: string, words: ReadonlySet<string>): number {
  const isOwnVerb = text.length < 120 && tool.some((word) => isVerb(word) && words.has(word));
  if (isOwnVerb) return 1.4;
  if (CONFIRMATION.test(text)) return confirms(tool, words) ? 1.4 : 0.35;
  return text.length < 60 ? 0.2 : 0;
}

/** An error speaks of the arguments by their names; one that speaks of other things may be another call's. */
function failureFit(asked: readonly Asked[], words: ReadonlySet<string>): number {
  const names = new Set(asked.flatMap((value) => nameWords(value.field)).filter((name) => name.length > 3));
  return [...names].some((name) => words.has(name)) ? 1.5 : 0.7;
}

/** A confirmation that names a verb names the tool's own. */
function confirms(tool: readonly string[], words: ReadonlySet<string>): boolean {
  const named = VERBS.filter((verb) => words.has(verb));
  return named.length === 0 || named.some((verb) => tool.some((word) => word.slice(0, 3) === verb.slice(0, 3)));
}

const VERBS =
  'created updated deleted sent saved written removed cancelled booked added moved scheduled closed merged uploaded'
    .split(' ')
    .map(stem);
