import type { DetectorName, Finding } from '../contracts/finding.js';
import type { BlockReason, CoverageReceipt, Verdict } from '../contracts/verdict.js';
import type { GatewayErrorCode } from '../errors.js';
import { BeyondTexts, isPartOfCall } from './beyond-texts.js';
import type { CheckContext } from './check-context.js';
import type { WordPlace } from './clean-words.js';
import { pointerTo } from './json-pointer.js';
import { fires, type Hit } from './local/hit.js';
import { MAX_WINDOW } from './local/text-window.js';
import { type Container, PayloadText, type TextLeaf } from './payload-text.js';
import type { CompiledPolicy, Scan } from './policy-compiler.js';
import type { ScanResult, ScanText } from './scan-job.js';

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
/** A text held more that looked encoded than is decoded of one text. */
const DECODING_CUT: CoverageReceipt['skipped'] = [{ path: '', reason: 'encoded parts past the decoding budget' }];
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
  #isDecodingCut = false;
  /** Code units of text that were scanned, or are about to be. */
  #taken = 0;
  #isTruncated = false;
  readonly #context: CheckContext;
  #beyond: BeyondTexts | null = null;

  constructor(
    policy: CompiledPolicy | null,
    value: Readonly<Record<string, unknown>>,
    context: CheckContext,
    depthError: GatewayErrorCode,
  ) {
    this.#policy = policy;
    this.#context = context;
    this.payload = new PayloadText(value, depthError, policy?.cleanNames(context.channel).has);
  }

  /** Lists the text while it is at most `maxChars` long. True when the payload is that small. */
  list(maxNodes: number, maxChars: number): boolean {
    this.#isListed = this.payload.step(maxNodes, maxChars + 1);
    return this.#isListed && this.payload.chars <= maxChars;
  }

  /** Lists some more text. True when all is listed. */
  listOn(): boolean {
    if (!this.#isListed) this.#isListed = this.payload.step(STEP_NODES, STEP_UNITS * 4);
    return this.#isListed;
  }

  /** Every text of a listed payload, to be scanned elsewhere; none when it is refused unread. Then comes `accept`, then `step`. */
  textsToScan(): readonly ScanText[] {
    const policy = this.#policy;
    if (policy === null || this.#isRefusedUnread(policy)) return [];
    const texts: ScanText[] = [];
    const add = (text: string, field: string, isPart: boolean): void => {
      if (!this.#isTruncated) texts.push({ text: this.#withinBudget(policy, text), field, isPart });
    };
    for (const leaf of this.payload.leaves) {
      add(leaf.text, fieldOf(leaf), isPartOfCall(policy, this.#context, leaf));
    }
    for (const name of this.payload.names.keys()) add(name, '', false);
    return texts;
  }

  /** Takes over what was found elsewhere in `textsToScan`. */
  accept({ found, decodedViews, isDecodingCut }: ScanResult): void {
    const { leaves, names } = this.payload;
    const named = [...names];
    for (const { index, hits } of found) this.#mark(hits, leaves[index], named[index - leaves.length]);
    this.#decodedViews = decodedViews;
    this.#isDecodingCut = isDecodingCut;
    this.#next = leaves.length + named.length;
  }

  /** Does a bounded piece of work. True when everything is listed and scanned. */
  step(): boolean {
    if (!this.#isListed) {
      this.listOn();
      return false;
    }
    if (this.#policy === null || this.#isRefusedUnread(this.#policy)) return true;
    let units = STEP_UNITS;
    while (units > 0) {
      const text = this.#scanNext(this.#policy);
      if (text === null) return this.#lookedBeyond(this.#policy);
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
    if ((this.#isTruncated || this.#isDecodingCut) && policy?.budget.onTruncated === 'block') return TRUNCATED;
    const triggered = this.#triggered;
    const compared = this.#beyond?.findings ?? NO_FINDINGS;
    if (policy === null || (triggered === null && compared.length === 0)) return NO_DETECTORS;
    const hasTriggered = (name: DetectorName): boolean =>
      triggered?.has(name) === true || compared.some(({ detector }) => detector === name);
    return policy.allDetectors.filter((name) => policy.blocks(name) && hasTriggered(name));
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
    this.#scan ??= this.#startScan(policy, text, leaf);
    if (this.#scan === null) this.#next++;
    else if (this.#scan.step()) this.#conclude(policy, this.#scan, leaf, name);
    return text;
  }

  /** Null for a word in which there was nothing before. */
  #startScan(policy: CompiledPolicy, text: string, leaf: TextLeaf | undefined): Scan | null {
    if (leaf === undefined) return policy.scan(this.#withinBudget(policy, text), '', this.#context);
    const place = this.#placeOf(policy, leaf);
    if (policy.cleanWords.has(text, place)) {
      this.#taken += text.length;
      return null;
    }
    return policy.scan(this.#withinBudget(policy, text), place.field, this.#context, place.isPart);
  }

  #placeOf(policy: CompiledPolicy, leaf: TextLeaf): WordPlace {
    return { field: fieldOf(leaf), context: this.#context, isPart: isPartOfCall(policy, this.#context, leaf) };
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
    if (scan.isDecodingCut) this.#isDecodingCut = true;
    this.#scan = null;
    this.#next++;
    if (hits.length > 0) this.#mark(hits, leaf, name);
    else if (this.#isTruncated) return;
    else if (name !== undefined) policy.cleanNames(this.#context.channel).remember(name[0]);
    else if (leaf !== undefined && !scan.isDecodingCut) policy.cleanWords.add(leaf.text, this.#placeOf(policy, leaf));
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

  #lookedBeyond(policy: CompiledPolicy): boolean {
    if (!policy.looksBeyond) return true;
    this.#beyond ??= new BeyondTexts(policy, this.#context, this.payload);
    return this.#beyond.step();
  }

  #mark(hits: readonly Hit[], leaf: TextLeaf | undefined, name: readonly [string, Container] | undefined): void {
    this.#triggered ??= new Set();
    for (const hit of hits) if (fires(hit)) this.#triggered.add(hit.detector);
    if (leaf !== undefined) this.marked.push({ leaf, hits });
    else if (name !== undefined) this.marked.push({ name: name[0], container: name[1], hits });
  }

  #findings(): readonly Finding[] {
    const compared = this.#beyond?.findings ?? NO_FINDINGS;
    if (this.marked.length === 0) return compared;
    const findings = [...compared];
    const safeNames = this.#safeNames();
    for (const marked of this.marked) {
      if (findings.length >= MAX_FINDINGS) break;
      const isLeaf = 'leaf' in marked;
      const key = isLeaf ? marked.leaf.key : marked.name;
      const path = pointerTo(isLeaf ? marked.leaf.container : marked.container, key, safeNames);
      const firing = marked.hits.filter(fires);
      for (const hit of firing.slice(0, MAX_FINDINGS - findings.length)) findings.push({ ...hit, path });
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
    const chars = this.#isTruncated ? this.#taken : this.payload.chars;
    return {
      detectors: this.#detectorsRun(),
      chars,
      skipped: this.#skipped(),
      notChecked: this.#beyond?.notChecked ?? ALL_CHECKED,
      truncated: this.#isTruncated,
      decodedViews: this.#decodedViews,
    };
  }

  #skipped(): CoverageReceipt['skipped'] {
    const { skipped } = this.payload;
    if (skipped.length === 0) return this.#isDecodingCut ? DECODING_CUT : NOTHING_SKIPPED;
    const safeNames = this.#safeNames();
    const parts = skipped.map(({ container, key, reason }) => ({ path: pointerTo(container, key, safeNames), reason }));
    return this.#isDecodingCut ? [...parts, ...DECODING_CUT] : parts;
  }

  /** The same array for the same policy, as long as each detector decided. */
  #detectorsRun(): readonly DetectorName[] {
    const policy = this.#policy;
    if (policy === null) return NO_DETECTORS;
    const idle = this.#beyond?.idle;
    return idle === undefined || idle.size === 0 ? policy.allDetectors : policy.detectorsBut(idle);
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
