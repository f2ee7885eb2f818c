import type { ScoredOptions } from '../../../contracts/detector-options.js';
import type { AnswerPair, PairDetector, PairOutcome } from '../pair-detector.js';
import { answerFeatures, type AnswerFeatures } from './relevancy-features.js';
import { readToolCall } from './tool-call.js';

/** Measured; see docs/guardrails/grounding.md. */
const THRESHOLD = 0.42;

/** Tells whether an answer can be one to this call: what it names, the kind of answer the tool gives, the words they share. */
export class RelevancyDetector implements PairDetector {
  readonly name = 'relevancy';
  readonly #threshold: number;

  constructor(options: ScoredOptions = {}) {
    this.#threshold = options.threshold ?? THRESHOLD;
  }

  check(pair: AnswerPair): PairOutcome {
    if (pair.request.trim() === '') return { outcome: 'not_checkable', reason: 'there is no request' };
    if (pair.answer.trim() === '') return { outcome: 'not_checkable', reason: 'the answer is empty' };
    // A question in plain words is compared as one that names no tool.
    const call = readToolCall(pair) ?? { tool: '', arguments: pair.request };
    const features = answerFeatures(call, pair.answer);
    if (features.asked === 0)
      return { outcome: 'not_checkable', reason: 'the call names nothing that an answer could name again' };
    const score = scoreOf(features);
    const category = features.mismatched > 0 && features.fieldAgreement < 0.5 ? 'other_subject' : 'unrelated';
    return { outcome: 'checked', triggered: score >= this.#threshold, score, category, rule: `relevancy.${category}` };
  }
}

/** Weights set by hand on the development rows and our own corpus, not trained: there are too few independent sources. */
function scoreOf(features: AnswerFeatures): number {
  const isNamed = Math.max(features.hasIds, features.hasValues * 0.5);
  const sum =
    (features.given === 0 ? 0.1 : 1.1) +
    features.hasIds * (1.6 - 5 * features.idEcho) +
    features.hasValues * (0.5 - 1.6 * features.valueEcho) +
    features.hasFields * (2.2 - 4.2 * features.fieldAgreement) -
    (4 - 1.6 * isNamed) * features.wordEcho -
    (1.8 - 1.4 * isNamed) * features.topic +
    1.8 * features.otherTopic -
    2.4 * features.kind +
    1.4 * features.wrongShape +
    0.6 * features.length;
  return 1 / (1 + Math.exp(-sum));
}
