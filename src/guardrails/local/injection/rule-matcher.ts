import type { TextContext } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { conceptBits } from '../classifier/concepts.js';
import { PAYLOAD_RULES } from './payload-rules.js';
import { PROMPT_RULES } from './prompt-rules.js';
import type { PayloadRule, PromptRule } from './rule.js';

/** What a match says. */
export interface RuleMatch {
  readonly rule: PromptRule | PayloadRule;
  readonly start: number;
  readonly end: number;
}

/** Rules look this far back over the edge of a window, so that a match is not cut in two. */
const OVERLAP = 256;
/** A longer argument is a document, and what looks like a payload in it is content. */
const MAX_PAYLOAD = 2_000;
/** Longest text without a field, which may be prose with code in it. */
const MAX_BARE_PAYLOAD = 300;
/** Fields that hold code or prose by their name. */
const CODE_FIELDS =
  /^(?:code|script|source(?:_?code)?|command|cmd|shell|content|contents|body|html|text|message|markdown|description|template|snippet|patch|diff|expression|regex|pattern|program|notes?|prompt|instructions?|new_?str|old_?str|file_?text|statement|stdin|css|svg|formula|function|ranking|summary|comment)$/i;
const STATEMENT = /^\s{0,10}(?:select|insert|update|delete|with|create|alter|explain|show|drop|merge)\b/i;
/** Some character that every payload has. */
const PAYLOAD_CHARACTER = /['"<>;|&`$(){}\\%/*#@=:[\]]|\.\.|\b(?:or|and|union|select|order|sleep|rO0AB)\b/i;

const prompts = PROMPT_RULES.map((rule) => ({ rule, needs: conceptBits(rule.needs) }));

/** Every prompt rule that matches in or shortly before a window; `concepts` are those of the window and the one before. */
export function matchPrompts(window: TextWindow, concepts: number): readonly RuleMatch[] {
  const from = Math.max(0, window.from - OVERLAP);
  let part: string | undefined;
  const matches: RuleMatch[] = [];
  for (const { rule, needs } of prompts) {
    if ((concepts & needs) !== needs) continue;
    part ??= window.text.slice(from, window.to);
    const found = rule.pattern.exec(part);
    if (found === null) continue;
    const start = from + found.index;
    matches.push({ rule, start, end: start + found[0].length });
  }
  return matches;
}

/** Every payload rule that matches a string argument. */
export function matchPayloads(text: string, context: TextContext): readonly RuleMatch[] {
  if (!canHoldPayload(text, context) || !PAYLOAD_CHARACTER.test(text)) return [];
  const matches: RuleMatch[] = [];
  for (const rule of PAYLOAD_RULES) {
    const found = rule.pattern.exec(text);
    if (found !== null) matches.push({ rule, start: found.index, end: found.index + found[0].length });
  }
  return matches;
}

function canHoldPayload(text: string, { channel, field }: TextContext): boolean {
  if (channel !== 'argument' || text.length > MAX_PAYLOAD || CODE_FIELDS.test(field)) return false;
  if (field === '') return text.length <= MAX_BARE_PAYLOAD;
  return !STATEMENT.test(text) || !/^(?:query|sql)$/i.test(field);
}
