import type { DetectorName } from '../../contracts/finding.js';

/** One match in one text. Offsets are UTF-16 code units of that text, end-exclusive. */
export interface Hit {
  readonly detector: DetectorName;
  /** As in a finding. */
  readonly category: string;
  readonly rule?: string;
  /** 0..1 */
  readonly score: number;
  readonly start: number;
  readonly end: number;
}
