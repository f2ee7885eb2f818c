import type { DetectorOptions } from '../../contracts/detector-options.js';
import type { DetectorName, PairDetectorName } from '../../contracts/finding.js';
import type { PairDetector } from './pair-detector.js';
import type { TextDetector } from './text-detector.js';

/** Detectors with a path of their own, which is faster than that of the others (src/guardrails/text-scan.ts). */
export const SCANNED_FIRST = ['keyword_detector', 'pii'] as const satisfies readonly DetectorName[];
export type TextDetectorName = Exclude<DetectorName, PairDetectorName | (typeof SCANNED_FIRST)[number]>;

/** How each detector is made from its options; absent = not in this build. */
export type DetectorBuilders = {
  readonly [N in TextDetectorName]?: (options: DetectorOptions[N]) => TextDetector;
} & { readonly [N in PairDetectorName]?: (options: DetectorOptions[N]) => PairDetector };

/** One row for each detector. Its name stands in BUILT_DETECTORS (src/contracts/finding.ts) as well. */
export const DETECTORS: DetectorBuilders = {};
