/** What a rule is for, in words for the person who reads its finding. */
export interface RuleInfo {
  readonly id: string;
  readonly category: string;
  readonly summary: string;
  readonly remedy: string;
}
