/** Every detector there is. The names are the ones users write in `block` lists, and those of the reference. */
export const DETECTOR_NAMES = [
  'injection_attack',
  'pii',
  'toxicity',
  'nsfw',
  'bias',
  'topic_detector',
  'keyword_detector',
  'policy_violation',
  'sponge_attack',
  'system_prompt_protection',
  'copyright_protection',
  'relevancy',
  'adherence',
  'hallucination',
] as const;
export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** Detectors that compare an answer with its request, and so run on answers only. */
export const PAIR_DETECTORS = ['relevancy', 'adherence', 'hallucination'] as const satisfies readonly DetectorName[];
export type PairDetectorName = (typeof PAIR_DETECTORS)[number];

/** Detectors of this build: those a policy may name. A test holds the registry of src/guardrails to it, which config may not import. */
export const BUILT_DETECTORS: readonly DetectorName[] = [
  'injection_attack',
  'pii',
  'toxicity',
  'nsfw',
  'bias',
  'topic_detector',
  'keyword_detector',
  'policy_violation',
  'sponge_attack',
  'system_prompt_protection',
  'copyright_protection',
  'relevancy',
  'adherence',
  'hallucination',
];

/** True for a detector that compares an answer with its request. */
export function isPairDetector(name: DetectorName): name is PairDetectorName {
  return (PAIR_DETECTORS as readonly DetectorName[]).includes(name);
}

export const PII_ENTITIES = [
  'EMAIL',
  'CREDIT_CARD',
  'IBAN',
  'SSN',
  'PHONE',
  'SECRET',
  'NATIONAL_ID',
  'PASSPORT',
  'DRIVER_LICENSE',
  'BANK_ACCOUNT',
  'DATE_OF_BIRTH',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'CRYPTO',
  'OTHER_ID',
  'PERSON',
  'ADDRESS',
] as const;
export type PiiEntity = (typeof PII_ENTITIES)[number];

/** One hit of a detector. Never holds the matched text: only where it stands. */
export interface Finding {
  readonly detector: DetectorName;
  /** PII entity, kind of secret, technique, or `keyword`. */
  readonly category: string;
  /** Id of the rule that matched, such as `injection.override.ignore-previous`; absent when the detector has no rules. */
  readonly rule?: string;
  /** 0..1 */
  readonly score: number;
  /** JSON Pointer (RFC 6901) of the string leaf within the inspected value. */
  readonly path: string;
  /** UTF-16 code units, end-exclusive, in that leaf. */
  readonly start: number;
  readonly end: number;
}
