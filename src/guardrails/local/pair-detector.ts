import type { DetectorName } from '../../contracts/finding.js';

/** A call as the gateway and its clients write it down. */
export interface ToolCall {
  readonly tool: string;
  readonly arguments: unknown;
}

/** An answer beside what it answers. */
export interface AnswerPair {
  /** The call (JSON of tool and arguments), or the document that the answer must keep to. */
  readonly request: string;
  /** The text of the answer. */
  readonly answer: string;
  /** The call, where it is at hand; else it is read from `request`. */
  readonly call?: ToolCall;
}

/** `checked`: decided, `score` 0..1 being the violation. `not_checkable`: nothing is claimed, and `reason` says why. */
export type PairOutcome =
  | {
      readonly outcome: 'checked';
      readonly triggered: boolean;
      readonly score: number;
      readonly category: string;
      readonly rule: string;
    }
  | { readonly outcome: 'not_checkable'; readonly reason: string };

/** A detector that compares an answer with its request. Built once per policy; linear in both texts, which are at most 64 Ki long. */
export interface PairDetector {
  readonly name: DetectorName;
  check(pair: AnswerPair): PairOutcome;
}
