import type { DetectorName } from '../contracts/finding.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { Hit } from './local/hit.js';
import { KeywordDetector } from './local/keyword-detector.js';
import { PiiDetector } from './local/pii/pii-detector.js';
import { TextScan, type DetectorSet } from './text-scan.js';

/** Member names remembered as clean, and their length: payloads repeat a few short ones for ever, and a hostile variety is not kept. */
const MAX_CLEAN_NAMES = 4_096;
const MAX_CLEAN_NAME_CHARS = 48;

/** A policy with its detectors built; shared by every call of the policy. What it learns are member names, never values. */
export class CompiledPolicy {
  /** Detectors that run. */
  readonly detectors: readonly DetectorName[];
  readonly #set: DetectorSet;
  readonly #blocking: ReadonlySet<DetectorName>;
  readonly #cleanNames = new Set<string>();
  /** True when PII is replaced before the call. */
  readonly redactsPii: boolean;

  constructor(policy: GuardrailPolicy) {
    const { keyword_detector: keywords, pii } = policy.detectors;
    this.#set = {
      keywords: keywords === undefined ? null : new KeywordDetector(keywords.bannedKeywords),
      pii: pii === undefined ? null : new PiiDetector(pii.entities),
    };
    this.detectors = [
      ...(keywords === undefined ? [] : (['keyword_detector'] as const)),
      ...(pii === undefined ? [] : (['pii'] as const)),
    ];
    this.redactsPii = policy.redactPii && pii !== undefined;
    this.#blocking = policy.block;
  }

  /** True when a hit of this detector refuses the payload. PII that is redacted does not. */
  blocks(detector: DetectorName): boolean {
    return this.#blocking.has(detector) && !(detector === 'pii' && this.redactsPii);
  }

  /** True for a member name in which the detectors have found nothing before. */
  readonly knowsAsClean = (name: string): boolean => this.#cleanNames.has(name);

  rememberCleanName(name: string): void {
    if (name.length <= MAX_CLEAN_NAME_CHARS && this.#cleanNames.size < MAX_CLEAN_NAMES) this.#cleanNames.add(name);
  }

  /** A scan of one text, to be stepped. */
  scan(text: string, field: string): TextScan {
    return new TextScan(this.#set, text, field);
  }

  /** What the detectors find in a text, at once. */
  inspectText(text: string, field = ''): readonly Hit[] {
    const scan = this.scan(text, field);
    while (!scan.step());
    return scan.hits();
  }
}

const compiled = new WeakMap<GuardrailPolicy, CompiledPolicy>();

/** The policy with its detectors, built on first use of the policy object. */
export function compilePolicy(policy: GuardrailPolicy): CompiledPolicy {
  let known = compiled.get(policy);
  if (known === undefined) {
    known = new CompiledPolicy(policy);
    compiled.set(policy, known);
  }
  return known;
}
