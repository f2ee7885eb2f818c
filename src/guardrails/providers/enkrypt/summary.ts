import { DETECTOR_NAMES, type DetectorName } from '../../../contracts/finding.js';

/** What one answer of the service says: which detectors ran, and what those that triggered found. */
export interface Report {
  readonly detectors: readonly DetectorName[];
  readonly triggered: readonly Triggered[];
}

interface Triggered {
  readonly detector: DetectorName;
  readonly category: string;
  /** 0..1 */
  readonly score: number;
}

type Members = Readonly<Record<string, unknown>>;

/** Where `summary` names a detector by another word (compatibility contract §4.2). */
const SUMMARY_KEYS: Partial<Record<DetectorName, string>> = {
  keyword_detector: 'keyword_detected',
  topic_detector: 'on_topic',
};
const COMPARISONS: ReadonlySet<DetectorName> = new Set(['relevancy', 'adherence', 'hallucination']);
/** One category for each kind of hit, and no more than an answer can sensibly hold. */
const MAX_CATEGORIES = 20;

/**
 * Reads `{summary, details}`. Null = not an answer: no summary, no detector in it, or a value that cannot be understood. A detector that
 * the policy of the service does not have is absent; it has not run.
 */
export function readReport(answer: unknown): Report | null {
  const members = membersOf(answer);
  const summary = membersOf(members?.summary);
  if (summary === null) return null;
  const details = membersOf(members?.details) ?? {};
  const detectors = DETECTOR_NAMES.filter((name) => !COMPARISONS.has(name) && Object.hasOwn(summary, keyOf(name)));
  const triggered: Triggered[] = [];
  for (const detector of detectors) {
    const value = summary[keyOf(detector)];
    const isOn = readSwitch(value);
    if (isOn === null) return null;
    // `on_topic` is the only one that says when all is well.
    const fires = detector === 'topic_detector' ? !isOn : isOn;
    if (fires) triggered.push(...categoriesOf(detector, value, details[detector]));
  }
  return detectors.length === 0 ? null : { detectors, triggered };
}

function keyOf(detector: DetectorName): string {
  return SUMMARY_KEYS[detector] ?? detector;
}

/** 1, true and lists with something in them; null = neither on nor off. */
function readSwitch(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? null : value !== 0;
  return Array.isArray(value) ? value.length > 0 : null;
}

/** Names of kinds, never what was found: `details` also holds matched words, explanations and rewritten text. */
function categoriesOf(detector: DetectorName, inSummary: unknown, inDetails: unknown): readonly Triggered[] {
  const details = membersOf(inDetails) ?? {};
  switch (detector) {
    case 'pii': {
      const kinds = Object.keys(membersOf(details.pii) ?? {});
      return named(detector, kinds.length === 0 ? ['PII'] : kinds, () => 1);
    }
    case 'toxicity': {
      const kinds = Array.isArray(inSummary) ? inSummary.filter((kind) => typeof kind === 'string') : [];
      return named(detector, kinds.length === 0 ? ['toxicity'] : kinds, (kind) => scoreOf(details[kind]));
    }
    case 'injection_attack':
      return [{ detector, category: 'injection', score: scoreOf(details.attack) }];
    case 'nsfw':
      return [{ detector, category: 'nsfw', score: scoreOf(details.nsfw) }];
    case 'keyword_detector':
      return [{ detector, category: 'keyword', score: 1 }];
    case 'topic_detector':
      return [{ detector, category: 'off_topic', score: 1 }];
    default:
      return [{ detector, category: detector, score: 1 }];
  }
}

/** A kind is a short word; anything else may be text. */
const KIND = /^[A-Za-z][A-Za-z0-9_ /-]{0,39}$/;

function named(
  detector: DetectorName,
  kinds: readonly string[],
  score: (kind: string) => number,
): readonly Triggered[] {
  return kinds.slice(0, MAX_CATEGORIES).map((kind) => ({
    detector,
    category: KIND.test(kind) ? kind : detector,
    score: score(kind),
  }));
}

/** The service's own confidence; it has triggered, so an unreadable one counts as full. */
function scoreOf(value: unknown): number {
  const score = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof score === 'number' && score >= 0 && score <= 1 ? score : 1;
}

export function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}
