/** Something in an answer that its source does not bear out. */
export interface Problem {
  /** Last parts of the rule's id, such as `value.missing`. */
  readonly rule: string;
  /** 0..1 */
  readonly score: number;
}

/** The graver of two. */
export function graver(a: Problem | null, b: Problem | null): Problem | null {
  if (a === null || b === null) return a ?? b;
  return b.score > a.score ? b : a;
}
