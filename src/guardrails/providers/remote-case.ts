import type { DetectorName, Finding } from '../../contracts/finding.js';
import type { RemoteCheck } from '../../contracts/remote-check.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import type { ProviderReceipt, Verdict } from '../../contracts/verdict.js';
import type { GatewayErrorCode } from '../../errors.js';
import type { CheckContext } from '../check-context.js';
import { KeptValues } from '../kept-values.js';
import type { Hit } from '../local/hit.js';
import { RedactionVault } from '../redaction-vault.js';
import type { ProviderAnswer, Question, RemoteHit } from './guardrail-provider.js';
import { PlacedPayload } from './placed-payload.js';

const MAX_FINDINGS = 100;

type Value = Readonly<Record<string, unknown>>;

/** What is known of a payload before providers are asked. */
export interface LocalOutcome {
  readonly verdict: Verdict;
  readonly value: Value;
  readonly vault: RedactionVault | null;
}

/** One payload on its way through the remote checks of its policy. */
export class RemoteCase {
  readonly context: CheckContext;
  readonly #policy: GuardrailPolicy;
  readonly #local: Verdict;
  readonly #depthError: GatewayErrorCode;
  readonly #findings: Finding[] = [];
  readonly #detectors = new Set<DetectorName>();
  readonly #blockers = new Set<DetectorName>();
  readonly #receipts: ProviderReceipt[] = [];
  readonly #kept: KeptValues;
  #payload: PlacedPayload;
  #redactions = 0;
  value: Value;
  vault: RedactionVault | null;

  /** @throws GatewayError with `depthError` when the value is nested deeper than 64 */
  constructor(policy: GuardrailPolicy, context: CheckContext, local: LocalOutcome, depthError: GatewayErrorCode) {
    this.#policy = policy;
    this.context = context;
    this.#local = local.verdict;
    this.#depthError = depthError;
    this.value = local.value;
    this.vault = local.vault;
    this.#kept = new KeptValues(policy.keep ?? [], context.tool);
    this.#payload = new PlacedPayload(local.value, depthError);
  }

  /** True when another provider may have something to say: nothing blocks so far, and there is text. */
  get isOpen(): boolean {
    return this.#local.kind !== 'block' && this.#blockers.size === 0 && this.#payload.texts.length > 0;
  }

  question(check: RemoteCheck): Question {
    const redacts = check.redactsPii && this.context.channel === 'argument';
    if (redacts) this.vault ??= this.context.vault ?? new RedactionVault();
    const vault = redacts ? this.vault : null;
    return {
      context: this.context,
      policyName: check.policyName,
      block: this.#policy.block,
      texts: this.#payload.texts,
      redact: vault === null ? null : (index, hits) => this.#redacted(vault, index, hits),
      comparisons: check.comparisons,
    };
  }

  answered({ hits, detectors, blocks, redactions }: ProviderAnswer, receipt: ProviderReceipt): void {
    this.#receipts.push(receipt);
    for (const detector of detectors) this.#detectors.add(detector);
    for (const hit of hits) {
      if (this.#findings.length < MAX_FINDINGS) this.#findings.push(this.#findingOf(hit));
      const mustBlock = blocks || this.#policy.block.has(hit.detector);
      if (mustBlock && !isRedacted(hit, redactions)) this.#blockers.add(hit.detector);
    }
    const replaced = new Map([...redactions].filter(([index]) => !this.#payload.isKept(index, this.#kept)));
    if (this.#blockers.size > 0 || this.vault === null || replaced.size === 0) return;
    for (const { length } of replaced.values()) this.#redactions += length;
    this.value = this.#payload.redacted(replaced, this.vault);
    this.#payload = new PlacedPayload(this.value, this.#depthError);
  }

  /** Not checked by this provider, and on its way all the same. */
  failedOpen(receipt: ProviderReceipt): void {
    this.#receipts.push(receipt);
  }

  /** Local and remote together. */
  verdict(): Verdict {
    const local = this.#local;
    const receipt = {
      ...local.receipt,
      detectors: [...new Set([...local.receipt.detectors, ...this.#detectors])],
      chars: Math.max(local.receipt.chars, this.#payload.chars),
      ...(this.#receipts.length === 0 ? {} : { providers: this.#receipts }),
    };
    const findings = [...local.findings, ...this.#findings].slice(0, MAX_FINDINGS);
    if (local.kind === 'block') return { ...local, receipt };
    if (this.#blockers.size > 0) return { kind: 'block', findings, receipt, detectors: [...this.#blockers] };
    const redactions = this.#redactions + (local.kind === 'redact' ? local.redactions : 0);
    return redactions > 0 ? { kind: 'redact', findings, receipt, redactions } : { kind: 'pass', findings, receipt };
  }

  #redacted(vault: RedactionVault, index: number, hits: readonly Hit[]): string {
    const text = this.#payload.texts[index]?.text ?? '';
    return this.#payload.isKept(index, this.#kept) ? text : vault.redact(text, hits);
  }

  #findingOf({ textIndex, ...hit }: RemoteHit): Finding {
    const text = textIndex === null ? undefined : this.#payload.texts[textIndex];
    return { ...hit, path: text?.path ?? '' };
  }
}

function isRedacted(hit: RemoteHit, redactions: ReadonlyMap<number, readonly Hit[]>): boolean {
  if (hit.textIndex === null) return false;
  const inText = redactions.get(hit.textIndex) ?? [];
  return inText.some(({ start, end }) => start === hit.start && end === hit.end);
}
