/** What a rule finds and what to do about it, for `guardrails explain`. */
export interface RuleInfo {
  readonly id: string;
  readonly category: string;
  readonly summary: string;
  readonly remedy: string;
}
