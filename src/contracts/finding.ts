/** Detectors this build has. The names are the ones users write in `block` lists. */
export const DETECTOR_NAMES = ['keyword_detector', 'pii'] as const;
export type DetectorName = (typeof DETECTOR_NAMES)[number];

export const PII_ENTITIES = ['EMAIL', 'CREDIT_CARD', 'IBAN', 'SSN', 'PHONE'] as const;
export type PiiEntity = (typeof PII_ENTITIES)[number];

/** One hit of a detector. Never holds the matched text: only where it stands. */
export interface Finding {
  readonly detector: DetectorName;
  /** PII entity, or `keyword`. */
  readonly category: string;
  /** 0..1 */
  readonly score: number;
  /** JSON Pointer (RFC 6901) of the string leaf within the inspected value. */
  readonly path: string;
  /** UTF-16 code units, end-exclusive, in that leaf. */
  readonly start: number;
  readonly end: number;
}
