/** How much of one payload is checked, and what becomes of a longer one. */
export interface ScanBudget {
  /** UTF-16 code units of text. */
  readonly maxChars: number;
  /** `block`: a longer payload is refused unread. `allow`: its beginning is checked, and the receipt says that the rest was not. */
  readonly onTruncated: 'block' | 'allow';
}

/** More than a payload of any size that the doors let in by default. */
export const DEFAULT_SCAN_BUDGET: ScanBudget = Object.freeze({ maxChars: 67_108_864, onTruncated: 'block' });
