import type { DetectorName, Finding } from '../contracts/finding.js';
import type { BlockReason, CoverageReceipt, Verdict } from '../contracts/verdict.js';
import type { GatewayErrorCode } from '../errors.js';
import { answerPair } from './answer-pair.js';
import type { CheckContext } from './check-context.js';
import { pointerTo } from './json-pointer.js';
import type { Hit } from './local/hit.js';
import type { PairDetector } from './local/pair-detector.js';
import { MAX_WINDOW } from './local/text-window.js';
import { type Container, PayloadText, type TextLeaf } from './payload-text.js';
import type { CompiledPolicy, Scan } from './policy-compiler.js';
import { guarded } from './view-scan.js';

/** Findings reported per payload. Detection itself goes on: what blocks and what is redacted does not depend on it. */
const MAX_FINDINGS = 100;
/** Work of one step: some 0.1 to 1 ms. */
const STEP_UNITS = MAX_WINDOW;
const STEP_NODES = 4_096;

const NO_DETECTORS: readonly DetectorName[] = [];
/** A payload past its budget. */
const TRUNCATED: readonly BlockReason[] = ['truncated'];
const NO_FINDINGS: readonly Finding[] = [];
const NOTHING_SKIPPED: CoverageReceipt['skipped'] = [];
const ALL_CHECKED: CoverageReceipt['notChecked'] = [];
const NO_NAMES: readonly (readonly [string, Container])[] = [];

/** Hits in a leaf, or in a member name. */
export type Marked =
  | { readonly leaf: TextLeaf; readonly hits: readonly Hit[] }
  | { readonly name: string; readonly container: Container; readonly hits: readonly Hit[] };

/** One payload under one policy (null: only listed), in steps of bounded work: the caller decides how many to take in a row. */
export class Inspection {
  readonly payload: PayloadText;
  readonly marked: Marked[] = [];
  readonly #policy: CompiledPolicy | null;
  #triggered: Set<DetectorName> | null = null;
  #names: readonly (readonly [string, Container])[] | null = null;
  #next = 0;
  #scan: Scan | null = null;
  #isListed = false;
  #decodedViews = 0;
  /** Code units of text that were scanned, or are about to be. */
  #taken = 0;
  #isTruncated = false;
  readonly #context: CheckContext;
  #pair: ReturnType<typeof answerPair> | null = null;
  #nextPair = 0;
  #pairFindings: Finding[] | null = null;
  #notChecked: CoverageReceipt['notChecked'] = ALL_CHECKED;
  /** Detectors that decided nothing. */
  #idle: Set<DetectorName> | null = null;

  constructor(
    policy: CompiledPolicy | null,
    value: Readonly<Record<string, unknown>>,
    context: CheckContext,
    depthError: GatewayErrorCode,
  ) {
    this.#policy = policy;
    this.#context = context;
    this.payload = new PayloadText(value, depthError, policy?.knowsAsClean);
  }

  /** Lists the text while it is at most `maxChars` long. True when the payload is that small. */
  list(maxNodes: number, maxChars: number): boolean {
    this.#isListed = this.payload.step(maxNodes, maxChars + 1);
    return this.#isListed && this.payload.chars <= maxChars;
  }

  /** Does a bounded piece of work. True when everything is listed and scanned. */
  step(): boolean {
    if (!this.#isListed) {
      this.#isListed = this.payload.step(STEP_NODES, STEP_UNITS * 4);
      return false;
    }
    if (this.#policy === null || this.#isRefusedUnread(this.#policy)) return true;
    let units = STEP_UNITS;
    while (units > 0) {
      const text = this.#scanNext(this.#policy);
      if (text === null) return this.#comparePair(this.#policy);
      // A text costs something however short it is.
      units -= Math.min(text.length, STEP_UNITS) + 64;
    }
    return false;
  }

  /** Everything at once. */
  run(): void {
    while (!this.step());
  }

  /** Detectors that found something and are in the policy's block list; for a payload past its budget that alone. */
  blockers(): readonly BlockReason[] {
    const policy = this.#policy;
    if (this.#isTruncated && policy?.budget.onTruncated === 'block') return TRUNCATED;
    const triggered = this.#triggered;
    return policy === null || triggered === null
      ? NO_DETECTORS
      : policy.allDetectors.filter((name) => triggered.has(name) && policy.blocks(name));
  }

  /** The verdict; `redactions` > 0 makes it a redaction unless something blocks. */
  verdict(redactions: number): Verdict {
    const findings = this.#findings();
    const receipt = this.#receipt();
    const detectors = this.blockers();
    if (detectors.length > 0) return { kind: 'block', findings, receipt, detectors };
    return redactions > 0 ? { kind: 'redact', findings, receipt, redactions } : { kind: 'pass', findings, receipt };
  }

  /** Works on the current text or starts the next one; null when none is left. */
  #scanNext(policy: CompiledPolicy): string | null {
    const { leaves } = this.payload;
    this.#names ??= this.payload.names.size === 0 ? NO_NAMES : [...this.payload.names];
    const leaf = leaves[this.#next];
    const name = this.#names[this.#next - leaves.length];
    const text = leaf?.text ?? name?.[0];
    if (text === undefined || (this.#isTruncated && this.#scan === null)) return null;
    this.#scan ??= policy.scan(
      this.#withinBudget(policy, text),
      leaf === undefined ? '' : fieldOf(leaf),
      this.#context,
    );
    if (this.#scan.step()) this.#conclude(policy, this.#scan, leaf, name);
    return text;
  }

  /** Takes over what was found in a text that is done. */
  #conclude(
    policy: CompiledPolicy,
    scan: Scan,
    leaf: TextLeaf | undefined,
    name: readonly [string, Container] | undefined,
  ): void {
    const hits = scan.hits();
    this.#decodedViews += scan.decodedViews;
    this.#scan = null;
    this.#next++;
    if (hits.length > 0) this.#mark(hits, leaf, name);
    else if (name !== undefined && !this.#isTruncated) policy.rememberCleanName(name[0]);
  }

  /** A payload that will be blocked for its length is not worth a look. */
  #isRefusedUnread({ budget }: CompiledPolicy): boolean {
    if (budget.onTruncated === 'block' && this.payload.chars > budget.maxChars) this.#isTruncated = true;
    return this.#isTruncated && budget.onTruncated === 'block';
  }

  /** The part of the text that the budget is enough for. */
  #withinBudget({ budget }: CompiledPolicy, text: string): string {
    const left = budget.maxChars - this.#taken;
    this.#taken += text.length;
    if (text.length <= left) return text;
    this.#taken = budget.maxChars;
    this.#isTruncated = true;
    return text.slice(0, left);
  }

  /** Compares the answer with its call, one detector a step. True when all have. */
  #comparePair({ pairs }: CompiledPolicy): boolean {
    const detector = pairs[this.#nextPair];
    if (detector === undefined) return true;
    this.#nextPair++;
    const { request } = this.#context;
    if (request === undefined) {
      this.#note(detector.name, 'nothing to compare: it checks the answer to a call', true);
    } else {
      const pair = (this.#pair ??= answerPair(request, this.payload));
      if (pair.answer === '') this.#note(detector.name, 'the answer holds no text', true);
      else this.#compare(detector, pair);
    }
    return this.#nextPair >= pairs.length;
  }

  #compare(detector: PairDetector, pair: ReturnType<typeof answerPair>): void {
    const { name } = detector;
    const outcome = guarded(detector, () => detector.check(pair));
    if (outcome.outcome === 'not_checkable') {
      this.#note(name, outcome.reason, true);
      return;
    }
    if (pair.isCut) this.#note(name, 'only the first 64 Ki characters of call and answer were compared', false);
    if (!outcome.triggered) return;
    const { category, rule, score } = outcome;
    this.#triggered ??= new Set();
    this.#triggered.add(name);
    this.#pairFindings ??= [];
    // It is about the whole answer.
    this.#pairFindings.push({ detector: name, category, rule, score, path: '', start: 0, end: 0 });
  }

  #note(detector: DetectorName, reason: string, isIdle: boolean): void {
    this.#notChecked = [...this.#notChecked, { detector, reason }];
    if (isIdle) (this.#idle ??= new Set()).add(detector);
  }

  #mark(hits: readonly Hit[], leaf: TextLeaf | undefined, name: readonly [string, Container] | undefined): void {
    this.#triggered ??= new Set();
    for (const hit of hits) this.#triggered.add(hit.detector);
    if (leaf !== undefined) this.marked.push({ leaf, hits });
    else if (name !== undefined) this.marked.push({ name: name[0], container: name[1], hits });
  }

  #findings(): readonly Finding[] {
    const findings = this.#pairFindings === null ? [] : [...this.#pairFindings];
    if (this.marked.length === 0) return findings.length === 0 ? NO_FINDINGS : findings;
    const safeNames = this.#safeNames();
    for (const marked of this.marked) {
      if (findings.length >= MAX_FINDINGS) break;
      const isLeaf = 'leaf' in marked;
      const key = isLeaf ? marked.leaf.key : marked.name;
      const path = pointerTo(isLeaf ? marked.leaf.container : marked.container, key, safeNames);
      for (const hit of marked.hits.slice(0, MAX_FINDINGS - findings.length)) findings.push({ ...hit, path });
    }
    return findings;
  }

  /** Member names with hits, the hits starred out. */
  #safeNames(): ReadonlyMap<string, string> {
    const safe = new Map<string, string>();
    for (const marked of this.marked) {
      if ('leaf' in marked) continue;
      let name = marked.name;
      for (const { start, end } of marked.hits) name = name.slice(0, start) + '*'.repeat(end - start) + name.slice(end);
      safe.set(marked.name, name);
    }
    return safe;
  }

  #receipt(): CoverageReceipt {
    const { skipped } = this.payload;
    const chars = this.#isTruncated ? this.#taken : this.payload.chars;
    const safeNames = skipped.length === 0 ? null : this.#safeNames();
    return {
      detectors: this.#detectorsRun(),
      chars,
      skipped:
        safeNames === null
          ? NOTHING_SKIPPED
          : skipped.map(({ container, key, reason }) => ({ path: pointerTo(container, key, safeNames), reason })),
      notChecked: this.#notChecked,
      truncated: this.#isTruncated,
      decodedViews: this.#decodedViews,
    };
  }

  /** The same array for the same policy, as long as each detector decided. */
  #detectorsRun(): readonly DetectorName[] {
    const policy = this.#policy;
    if (policy === null) return NO_DETECTORS;
    const idle = this.#idle;
    return idle === null ? policy.allDetectors : policy.allDetectors.filter((name) => !idle.has(name));
  }
}

/** Name of the nearest field around a leaf: items of an array take the array's. */
function fieldOf(leaf: TextLeaf): string {
  let key = leaf.key;
  let container: Container | null = leaf.container;
  while (typeof key === 'number' && container !== null) {
    key = container.key;
    container = container.parent;
  }
  return typeof key === 'string' ? key : '';
}
