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

/** Hits of pii from this score on count as found; those below are names and addresses, good enough to be replaced and nothing more. */
export const PII_FIRES_FROM = 0.5;

/** True for a hit that counts as found. */
export function fires({ detector, score }: Pick<Hit, 'detector' | 'score'>): boolean {
  return detector !== 'pii' || score >= PII_FIRES_FROM;
}
