import type { Channel } from '../contracts/channel.js';
import { DETECTOR_NAMES, type DetectorName } from '../contracts/finding.js';
import type { CoverageReceipt } from '../contracts/verdict.js';
import { DEFAULT_SCAN_BUDGET, type ScanBudget } from '../contracts/scan-budget.js';
import type { GuardrailPolicy, KeptPath } from '../contracts/server-entry.js';
import type { CheckContext } from './check-context.js';
import { CleanNames } from './clean-names.js';
import { CleanWords } from './clean-words.js';
import { buildDetectors, type DetectorSet } from './detector-set.js';
import { KeptValues } from './kept-values.js';
import { type DetectorBuilders, DETECTORS } from './local/detectors.js';
import type { Hit } from './local/hit.js';
import type { PairDetector } from './local/pair-detector.js';
import type { TextDetector } from './local/text-detector.js';
import { TextScan } from './text-scan.js';
import { ViewScan } from './view-scan.js';

const NONE_KEPT: readonly KeptPath[] = [];

/** Of a text that stands for itself. */
const NOWHERE: CheckContext = { channel: 'argument', server: '', tool: '' };

/** One text under a policy, in steps of bounded work. */
export interface Scan {
  /** True when the text is done. */
  step(): boolean;
  /** What was found, with offsets in the text. Call it when `step` has returned true. */
  hits(): readonly Hit[];
  /** Decoded forms of parts of the text that were read. */
  readonly decodedViews: number;
  /** Whether something that looked encoded was not decoded, for want of budget. */
  readonly isDecodingCut: boolean;
}

/** A policy with its detectors built; shared by every call of the policy. What it learns are member names, never values. */
export class CompiledPolicy {
  /** Detectors of texts, which run on every payload. */
  readonly detectors: readonly DetectorName[];
  /** Those and the detectors that compare an answer with its request, which run on answers. */
  readonly allDetectors: readonly DetectorName[];
  readonly pairs: readonly PairDetector[];
  /** Detectors that also read a call as a whole. */
  readonly wholeCall: readonly TextDetector[];
  /** What of the configuration nothing here can decide. */
  readonly notCheckable: CoverageReceipt['notChecked'];
  /** Whether there is more to look at than single texts. */
  readonly looksBeyond: boolean;
  /** True when a detector takes more than a millisecond for 64 Ki code units, so that such a payload is checked in slices. */
  readonly isDear: boolean;
  /** True when PII is replaced before the call. */
  readonly redactsPii: boolean;
  readonly budget: ScanBudget;
  /** What the detectors were made from. */
  readonly options: GuardrailPolicy['detectors'];
  readonly #keep: readonly KeptPath[];
  readonly #set: DetectorSet;
  /** Detectors of texts but for those that read the whole call. */
  readonly #ofParts: readonly TextDetector[];
  readonly #blocking: ReadonlySet<DetectorName>;
  /** By channel: thresholds differ, and so may what the detectors say. */
  readonly #cleanNames = new Map<Channel, CleanNames>();
  readonly #rests = new Map<string, readonly DetectorName[]>();
  /** Words that stand in call after call. */
  readonly cleanWords = new CleanWords();

  /** @throws GatewayError guardrail_unavailable for a detector that this build does not have */
  constructor(policy: GuardrailPolicy, builders: DetectorBuilders = DETECTORS) {
    this.#set = buildDetectors(policy.detectors, builders);
    this.options = policy.detectors;
    this.pairs = this.#set.pairs;
    const { texts } = this.#set;
    this.wholeCall = texts.filter((detector) => detector.readsWholeCall === true);
    this.#ofParts = texts.filter((detector) => detector.readsWholeCall !== true);
    this.notCheckable = texts.flatMap(({ name, notCheckable = [] }) =>
      notCheckable.map((reason) => ({ detector: name, reason })),
    );
    this.looksBeyond = this.pairs.length + this.wholeCall.length + this.notCheckable.length > 0;
    const pairs = new Set<DetectorName>(this.pairs.map(({ name }) => name));
    const named = DETECTOR_NAMES.filter((name) => policy.detectors[name] !== undefined);
    this.detectors = inOrder(named.filter((name) => !pairs.has(name)));
    this.allDetectors = [...this.detectors, ...pairs];
    this.isDear = this.#set.texts.length > 0;
    this.redactsPii = policy.redactPii && policy.detectors.pii !== undefined;
    this.budget = policy.budget ?? DEFAULT_SCAN_BUDGET;
    this.#keep = policy.keep ?? NONE_KEPT;
    this.#blocking = policy.block;
  }

  /** True when a hit of this detector refuses the payload. PII that is redacted does not. */
  blocks(detector: DetectorName): boolean {
    return this.#blocking.has(detector) && !(detector === 'pii' && this.redactsPii);
  }

  /** All detectors but some; the same array for the same ones. */
  detectorsBut(idle: ReadonlySet<DetectorName>): readonly DetectorName[] {
    const key = [...idle].join();
    let rest = this.#rests.get(key);
    if (rest === undefined) this.#rests.set(key, (rest = this.allDetectors.filter((name) => !idle.has(name))));
    return rest;
  }

  /** The arguments of a tool that keep their value. */
  keptValues(tool: string): KeptValues {
    return new KeptValues(this.#keep, tool);
  }

  /** What was learnt of member names in one channel: it says nothing of another, where thresholds are others. */
  cleanNames(channel: Channel): CleanNames {
    let known = this.#cleanNames.get(channel);
    if (known === undefined) {
      known = new CleanNames();
      this.#cleanNames.set(channel, known);
    }
    return known;
  }

  /**
   * A scan of one text, to be stepped.
   * @param isPart whether the text is also read as a part of its call
   */
  scan(text: string, field: string, { channel, tool }: CheckContext, isPart = false): Scan {
    const { quick, texts } = this.#set;
    if (quick !== null) return new TextScan(quick, text, field);
    return new ViewScan(isPart ? this.#ofParts : texts, text, { channel, field, tool });
  }

  /** What the detectors find in a text, at once. */
  inspectText(text: string, field = '', context: CheckContext = NOWHERE): readonly Hit[] {
    const scan = this.scan(text, field, context);
    while (!scan.step());
    return scan.hits();
  }
}

/** The order of receipts and block messages: as it was when there were two. */
function inOrder(names: readonly DetectorName[]): readonly DetectorName[] {
  const first = (['keyword_detector', 'pii'] as const).filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => name !== 'keyword_detector' && name !== 'pii')];
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
