import { splitSentences } from './prose.js';

/** One statement of an answer, and the question it answers when the answer repeats it. */
export interface Claim {
  readonly text: string;
  readonly question: string;
}

/** Statements compared; a longer answer is compared by its first ones. */
const MAX_CLAIMS = 100;
/** Part of one statement that is compared. */
const MAX_CLAIM_CHARS = 1_500;
const QUESTION_WORD =
  /^(?:q:|question:|who|whom|whose|what|when|where|which|why|how|does|do|did|is|are|was|were|has|have|can|name|find|list)\b/i;

/** Splits an answer. What is asked is no statement: a sentence with a question mark, or an instruction behind one. */
export function readClaims(answer: string): Claim[] {
  const claims: Claim[] = [];
  let question = '';
  for (const sentence of splitSentences(answer.replace(/\?(?=\s+\S)/g, '?\n'))) {
    const text = sentence.trim().slice(0, MAX_CLAIM_CHARS);
    if (text.endsWith('?')) question = `${question} ${text}`.trim();
    else if (question !== '' && isInstruction(text)) question = `${question} ${text}`;
    else {
      claims.push(...statement(text, question));
      if (claims.length >= MAX_CLAIMS) break;
    }
  }
  return claims.length === 0 && question !== '' ? [{ text: '', question }] : claims;
}

function isInstruction(text: string): boolean {
  return /^(?:if|please|give|answer|record|round|use|return)\b/i.test(text) && text.endsWith('.');
}

/** `Q: Find all values paid. $5` and `how many rows are there 5` hold the question and the answer in one sentence. */
function statement(text: string, question: string): Claim[] {
  const bare = text.replace(/^(?:a|answer)\s?[:=]\s*/i, '').trim();
  if (bare === '') return [];
  if (question !== '' || !QUESTION_WORD.test(bare)) return [{ text: bare, question }];
  return [{ text: bare, question: bare }];
}

/** An answer that claims nothing: it says that it does not know. */
export function isAbstention(text: string): boolean {
  return /^\W{0,3}(?:unknown|n\/?a|none|not (?:available|known|found|given|stated|specified|mentioned)|i (?:do not|don't|cannot|can't)\b.{0,80}|no (?:data|information|answer)\b.{0,60}|the (?:source|document|record|context|text) (?:does not|doesn't) (?:say|state|mention|give|include|contain|specify)\b.{0,80})\W{0,3}$/i.test(
    text.trim(),
  );
}

/** A bare yes or no. */
export function isYesNo(text: string): boolean {
  return /^\W{0,3}(?:yes|no|true|false)\W{0,3}$/i.test(text.trim());
}
