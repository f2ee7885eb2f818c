import type { ScoredOptions } from '../../../contracts/detector-options.js';
import type { AnswerPair, PairDetector, PairOutcome } from '../pair-detector.js';
import { isAbstention, isYesNo, readClaims } from './claims.js';
import { checkClaim } from './grounding-check.js';
import { graver, type Problem } from './problem.js';
import { readSource } from './source.js';
import type { Source } from './source-records.js';
import { documentOf, readToolCall } from './tool-call.js';

/** Measured; see docs/guardrails/grounding.md. */
const THRESHOLD = 0.5;

/**
 * Compares the statements of an answer with the document it must keep to: numbers, dates, names, ids and quotations must stand there, and
 * bound to the same record or sentence. `adherence` and `hallucination` ask the same of an answer, and differ in name alone.
 */
export class GroundingDetector implements PairDetector {
  readonly name: 'adherence' | 'hallucination';
  readonly #threshold: number;

  constructor(name: 'adherence' | 'hallucination', options: ScoredOptions = {}) {
    this.name = name;
    this.#threshold = options.threshold ?? THRESHOLD;
  }

  check(pair: AnswerPair): PairOutcome {
    let judged = judgements.get(pair);
    if (judged === undefined) judgements.set(pair, (judged = judge(pair)));
    if (!('score' in judged)) return judged;
    const { score, rule } = judged;
    const category = rule.slice(0, rule.indexOf('.'));
    return { outcome: 'checked', triggered: score >= this.#threshold, score, category, rule: `${this.name}.${rule}` };
  }
}

type NotCheckable = Extract<PairOutcome, { outcome: 'not_checkable' }>;
type Judgement = NotCheckable | { readonly score: number; readonly rule: string };

/** Both detectors ask the same of a pair, and reading a source is dear: it is judged once. */
const judgements = new WeakMap<AnswerPair, Judgement>();

function judge(pair: AnswerPair): Judgement {
  const { request, answer } = pair;
  const call = readToolCall(pair);
  const document = call === null ? request : documentOf(call);
  const reason = whyNot(request, document, answer);
  if (reason !== null) return { outcome: 'not_checkable', reason };
  const source = readSource(document);
  if (source.words.size === 0) return { outcome: 'not_checkable', reason: 'the source holds no words' };
  return compare(answer, source, document.toLowerCase());
}

function compare(answer: string, source: Source, lower: string): Judgement {
  let worst: Problem | null = null;
  let doubt = 0;
  let checked = 0;
  for (const claim of readClaims(answer)) {
    if (isAbstention(claim.text) || isYesNo(claim.text)) continue;
    const result = checkClaim(claim, source, lower);
    if (!result.checked) continue;
    checked++;
    worst = graver(worst, result.problem);
    doubt = Math.max(doubt, result.doubt);
  }
  if (checked === 0) return withoutClaims(answer);
  const score = Math.min(1, Math.max(worst?.score ?? 0, Math.min(doubt, 0.45)));
  return { score, rule: worst?.rule ?? 'words.doubt' };
}

function withoutClaims(answer: string): Judgement {
  if (isYesNo(answer.slice(answer.lastIndexOf('?') + 1))) {
    return { outcome: 'not_checkable', reason: 'a bare yes or no states nothing that can be compared' };
  }
  const isAbstaining = readClaims(answer).some((claim) => isAbstention(claim.text));
  if (isAbstaining) return { score: 0.02, rule: 'words.doubt' };
  return { outcome: 'not_checkable', reason: 'the answer states nothing that can be compared' };
}

function whyNot(request: string, document: string, answer: string): string | null {
  if (request.trim() === '') return 'there is no source';
  if (answer.trim() === '') return 'the answer is empty';
  if (document.trim() === '') return 'the arguments of the call hold no source';
  if (script(document) !== script(answer)) return 'answer and source are written in different scripts';
  return null;
}

/** Script of most letters among the first ones. */
function script(text: string): string {
  const letters = text.slice(0, 2_000).replace(/[^\p{L}]/gu, '');
  if (letters.length === 0) return 'latin';
  const latin = letters.replace(/[^\p{Script=Latin}]/gu, '').length;
  if (latin * 2 >= letters.length) return 'latin';
  return /\p{Script=Cyrillic}/u.test(letters)
    ? 'cyrillic'
    : /[\p{Script=Han}\p{Script=Hiragana}]/u.test(letters)
      ? 'cjk'
      : 'other';
}
