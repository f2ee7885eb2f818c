import type { DetectorName, Finding } from '../contracts/finding.js';
import type { CoverageReceipt } from '../contracts/verdict.js';
import { answerPair } from './answer-pair.js';
import type { AnsweredCall } from './check-context.js';
import type { AnswerPair, PairDetector, PairOutcome } from './local/pair-detector.js';
import type { PayloadText } from './payload-text.js';
import { failed } from './view-scan.js';

/** An answer beside its call, one detector a step. */
export class AnswerComparison {
  readonly findings: Finding[] = [];
  readonly notChecked: CoverageReceipt['notChecked'][number][] = [];
  /** Detectors that decided nothing. */
  readonly idle = new Set<DetectorName>();
  readonly #detectors: readonly PairDetector[];
  readonly #request: AnsweredCall | undefined;
  readonly #answer: PayloadText;
  #pair: ReturnType<typeof answerPair> | null = null;
  #next = 0;

  /** @param request undefined = there is none, and every detector says so */
  constructor(detectors: readonly PairDetector[], request: AnsweredCall | undefined, answer: PayloadText) {
    this.#detectors = detectors;
    this.#request = request;
    this.#answer = answer;
  }

  /** True when every detector has compared. @throws GatewayError guardrail_unavailable when one fails */
  step(): boolean {
    const detector = this.#detectors[this.#next++];
    if (detector === undefined) return true;
    if (this.#request === undefined) {
      this.#note(detector.name, 'nothing to compare: it checks the answer to a call', true);
    } else {
      const pair = (this.#pair ??= answerPair(this.#request, this.#answer));
      if (pair.answer === '') this.#note(detector.name, 'the answer holds no text', true);
      else this.#compare(detector, pair);
    }
    return this.#next >= this.#detectors.length;
  }

  #compare(detector: PairDetector, pair: ReturnType<typeof answerPair>): void {
    const { name } = detector;
    const outcome = checked(detector, pair);
    if (outcome.outcome === 'not_checkable') {
      this.#note(name, outcome.reason, true);
      return;
    }
    if (pair.isCut) this.#note(name, 'only the first 64 Ki characters of call and answer were compared', false);
    if (!outcome.triggered) return;
    const { category, rule, score } = outcome;
    // It is about the whole answer.
    this.findings.push({ detector: name, category, rule, score, path: '', start: 0, end: 0 });
  }

  #note(detector: DetectorName, reason: string, isIdle: boolean): void {
    this.notChecked.push({ detector, reason });
    if (isIdle) this.idle.add(detector);
  }
}

function checked(detector: PairDetector, pair: AnswerPair): PairOutcome {
  try {
    return detector.check(pair);
  } catch (cause) {
    throw failed(detector, cause);
  }
}
