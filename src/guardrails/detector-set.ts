import type { DetectorOptions } from '../contracts/detector-options.js';
import {
  DETECTOR_NAMES,
  type DetectorName,
  isPairDetector,
  type PairDetectorName,
  type PiiEntity,
} from '../contracts/finding.js';
import { GatewayError } from '../errors.js';
import { type DetectorBuilders, DETECTORS, type TextDetectorName } from './local/detectors.js';
import { KeywordDetector } from './local/keyword-detector.js';
import type { PairDetector } from './local/pair-detector.js';
import { PiiDetector } from './local/pii/pii-detector.js';
import type { TextDetector } from './local/text-detector.js';

/**
 * The detectors of one policy. A policy of plain keywords and the five formats of personal data alone has a path of its own, which costs
 * a tenth of the other one: `quick` is what runs on it, and `texts` is empty then. It reads no decoded views.
 */
export interface DetectorSet {
  readonly quick: QuickDetectors | null;
  readonly texts: readonly TextDetector[];
  readonly pairs: readonly PairDetector[];
}

/** null = the policy does not configure it. */
export interface QuickDetectors {
  readonly keywords: KeywordDetector | null;
  readonly pii: PiiDetector | null;
}

/** Entities that are found by format and checksum alone. */
const QUICK_ENTITIES: readonly PiiEntity[] = ['EMAIL', 'CREDIT_CARD', 'IBAN', 'SSN', 'PHONE'];

/**
 * Builds the detectors of a policy. What a policy of the config file names is shared by every server that uses the policy: the options
 * are the same object then, and detectors keep nothing of a call.
 * @throws GatewayError guardrail_unavailable for a detector that this build does not have
 */
export function buildDetectors(
  options: Readonly<Partial<DetectorOptions>>,
  builders: DetectorBuilders = DETECTORS,
): DetectorSet {
  const texts: TextDetector[] = [];
  const pairs: PairDetector[] = [];
  const isQuick = isQuickSet(options);
  for (const name of DETECTOR_NAMES) {
    if (isPairDetector(name)) pairs.push(...built<PairDetectorName, PairDetector>(name, options, builders));
    else if (!isQuick) texts.push(...built<TextDetectorName, TextDetector>(name, options, builders));
  }
  return { quick: isQuick ? quickDetectors(options) : null, texts, pairs };
}

function isQuickSet(options: Readonly<Partial<DetectorOptions>>): boolean {
  const { keyword_detector: keywords, pii } = options;
  const onlyThese = DETECTOR_NAMES.every(
    (name) => isPairDetector(name) || name === 'keyword_detector' || name === 'pii' || options[name] === undefined,
  );
  return (
    onlyThese &&
    (keywords?.bannedPatterns ?? []).length === 0 &&
    (pii === undefined || pii.entities.every((entity) => QUICK_ENTITIES.includes(entity)))
  );
}

function quickDetectors({ keyword_detector: keywords, pii }: Readonly<Partial<DetectorOptions>>): QuickDetectors {
  return {
    keywords:
      keywords === undefined
        ? null
        : shared(keywords, KeywordDetector, () => new KeywordDetector(keywords.bannedKeywords)),
    pii: pii === undefined ? null : shared(pii, PiiDetector, () => new PiiDetector(pii.entities)),
  };
}

type Builders<N extends DetectorName, D> = { readonly [M in N]?: (options: DetectorOptions[M]) => D };

/** None when the policy does not name it. */
function built<N extends DetectorName, D extends object>(
  name: N,
  policy: Readonly<Partial<DetectorOptions>>,
  builders: Builders<N, D>,
): readonly D[] {
  const options: DetectorOptions[N] | undefined = policy[name];
  if (options === undefined) return [];
  const build: ((options: DetectorOptions[N]) => D) | undefined = builders[name];
  if (build === undefined) {
    throw new GatewayError('guardrail_unavailable', `The detector ${name} is not in this build, so nothing passes.`);
  }
  return [shared(options, build, () => build(options))];
}

/** By options, then by what builds it: two detectors may have options that are the same object. */
const known = new WeakMap<object, WeakMap<object, object>>();

function shared<D extends object>(options: object, key: object, build: () => D): D {
  let ofOptions = known.get(options);
  if (ofOptions === undefined) {
    ofOptions = new WeakMap();
    known.set(options, ofOptions);
  }
  let detector = ofOptions.get(key) as D | undefined;
  if (detector === undefined) {
    detector = build();
    ofOptions.set(key, detector);
  }
  return detector;
}
