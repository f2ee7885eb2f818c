import { setImmediate } from 'node:timers/promises';
import type { UpstreamBody } from '../contracts/mcp-reply.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import { UNCHECKED, type Verdict } from '../contracts/verdict.js';
import type { CheckContext } from './check-context.js';
import { Inspection } from './inspection.js';
import { compilePolicy, type CompiledPolicy } from './policy-compiler.js';
import { redact } from './redaction.js';
import type { RedactionVault } from './redaction-vault.js';
import { Restoration } from './restoration.js';
import type { ScanPool } from './scan-pool.js';

/** What became of the arguments. */
export interface InputDecision {
  readonly verdict: Verdict;
  /** A copy with placeholders that shares what is unchanged; the same object when nothing is redacted. */
  readonly value: Record<string, unknown>;
  /** Holds the redacted values for the answer; null when there are none. */
  readonly vault: RedactionVault | null;
}

/** What became of an answer. */
export interface OutputDecision {
  readonly verdict: Verdict;
  /** With the vault's placeholders restored. Not to be shown when the verdict is a block. */
  readonly body: UpstreamBody;
}

/** How a policy becomes its detectors. */
type Compile = (policy: GuardrailPolicy) => CompiledPolicy;

/** Code units checked without giving way to other calls: a text of 64 Ki and some names. Larger payloads are checked in slices. */
const MAX_SYNC_CHARS = 65_536 + 4_096;
const MAX_SYNC_NODES = 16_384;
/** The same for policies with dear detectors: some 2 ms of work. */
const MAX_SYNC_CHARS_DEAR = 16_384 + 1_024;
/** Longest stretch of work between two turns of the event loop, about. */
const SLICE_MS = 1;

/**
 * Applies a policy to one direction of one call (architecture D4). Stateless; decisions on up to 64 Ki code units come synchronously.
 */
export class GuardrailEngine {
  readonly #compile: Compile;
  readonly #pool: ScanPool | null;

  /** @param pool threads for large payloads; none = they are checked in slices. Its threads know no detectors but those of this build */
  constructor({
    compile = compilePolicy,
    pool = null,
  }: { readonly compile?: Compile; readonly pool?: ScanPool | null } = {}) {
    this.#compile = compile;
    this.#pool = pool;
  }

  /** @throws GatewayError invalid_request when the arguments are nested deeper than 64, guardrail_unavailable when a detector fails */
  inspectInput(
    policy: GuardrailPolicy,
    value: Record<string, unknown>,
    context: CheckContext,
  ): InputDecision | Promise<InputDecision> {
    const compiled = this.#compile(policy);
    const inspection = new Inspection(compiled, value, context, 'invalid_request');
    if (inspection.list(MAX_SYNC_NODES, maxSyncChars(compiled))) {
      inspection.run();
      return decideInput(compiled, inspection, value, context);
    }
    return inspected(inspection, compiled, this.#pool, context).then(() =>
      decideInput(compiled, inspection, value, context),
    );
  }

  /**
   * Checks an answer as the upstream sent it, and then puts back what the input side replaced.
   * @param policy null = nothing to check; placeholders are restored all the same
   * @throws GatewayError upstream_protocol when the answer is nested deeper than 64, guardrail_unavailable when a detector fails
   */
  inspectOutput(
    policy: GuardrailPolicy | null,
    body: UpstreamBody,
    vault: RedactionVault | null,
    context: CheckContext,
  ): OutputDecision | Promise<OutputDecision> {
    if (policy === null && vault === null) return { verdict: UNCHECKED, body };
    const compiled = policy === null ? null : this.#compile(policy);
    const value = body.kind === 'result' ? body.result : body.error;
    const inspection = new Inspection(compiled, value, context, 'upstream_protocol');
    if (inspection.list(MAX_SYNC_NODES, maxSyncChars(compiled))) {
      inspection.run();
      const verdict = outputVerdict(compiled, inspection);
      const restoration = restorationOf(inspection, vault, verdict);
      while (restoration?.step() === false);
      return { verdict, body: withValue(body, restoration) };
    }
    const checked = inspected(inspection, compiled, this.#pool, context);
    return checked.then(() => decideLargeOutput(compiled, inspection, body, vault));
  }

  /** True when a progress message may be shown: no blocking detector finds anything in it. What is too long to be checked at once may not. */
  inspectProgressMessage(policy: GuardrailPolicy | null, text: string, context: CheckContext): boolean {
    if (policy === null) return true;
    const compiled = this.#compile(policy);
    if (text.length > maxSyncChars(compiled)) return false;
    try {
      return !compiled.inspectText(text, 'message', context).some((hit) => compiled.blocks(hit.detector));
    } catch {
      // A detector failed: the numbers are shown without the message.
      return false;
    }
  }
}

function maxSyncChars(policy: CompiledPolicy | null): number {
  return policy?.isDear === true ? MAX_SYNC_CHARS_DEAR : MAX_SYNC_CHARS;
}

interface Stepped {
  /** Does a bounded piece of work; true when done. */
  step(): boolean;
}

/** Texts past which sending them to a thread would hold the loop longer than slices do. */
const MAX_SENT_TEXTS = 1_000;

/** Checks a payload that is not checked at once: under dear detectors in a thread, else in slices. */
async function inspected(
  inspection: Inspection,
  policy: CompiledPolicy | null,
  pool: ScanPool | null,
  context: CheckContext,
): Promise<void> {
  if (policy?.isDear === true && pool !== null) {
    await inSlices({ step: () => inspection.listOn() });
    const { chars, leaves, names } = inspection.payload;
    if (chars > MAX_SYNC_CHARS && leaves.length + names.size <= MAX_SENT_TEXTS && pool.hasRoom()) {
      const texts = inspection.textsToScan();
      if (texts.length > 0) inspection.accept(await pool.scan(policy, texts, context));
    }
  }
  await inSlices(inspection);
}

/** Runs the work to its end, giving way to other calls about every millisecond. */
async function inSlices(work: Stepped): Promise<void> {
  await setImmediate();
  let since = performance.now();
  while (!work.step()) {
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}

function decideInput(
  policy: CompiledPolicy,
  inspection: Inspection,
  value: Record<string, unknown>,
  context: CheckContext,
): InputDecision {
  if (!policy.redactsPii || inspection.blockers().length > 0) {
    return { verdict: inspection.verdict(0), value, vault: null };
  }
  const redaction = redact(policy, inspection, context);
  const verdict = inspection.verdict(redaction.redactions);
  if (redaction.redactions === 0) return { verdict, value, vault: null };
  return { verdict, value: redaction.value, vault: redaction.vault };
}

async function decideLargeOutput(
  policy: CompiledPolicy | null,
  inspection: Inspection,
  body: UpstreamBody,
  vault: RedactionVault | null,
): Promise<OutputDecision> {
  const verdict = outputVerdict(policy, inspection);
  const restoration = restorationOf(inspection, vault, verdict);
  if (restoration !== null) await inSlices(restoration);
  return { verdict, body: withValue(body, restoration) };
}

function outputVerdict(policy: CompiledPolicy | null, inspection: Inspection): Verdict {
  return policy === null ? UNCHECKED : inspection.verdict(0);
}

/** A blocked answer is withheld, so nothing is put back into it. */
function restorationOf(inspection: Inspection, vault: RedactionVault | null, verdict: Verdict): Restoration | null {
  return vault === null || verdict.kind === 'block' ? null : new Restoration(inspection.payload, vault);
}

function withValue(body: UpstreamBody, restoration: Restoration | null): UpstreamBody {
  if (restoration === null) return body;
  const value = restoration.value();
  return body.kind === 'result'
    ? { kind: 'result', result: value }
    : { kind: 'error', error: value as Extract<UpstreamBody, { kind: 'error' }>['error'] };
}
