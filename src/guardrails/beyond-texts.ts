import type { DetectorName, Finding } from '../contracts/finding.js';
import type { CoverageReceipt } from '../contracts/verdict.js';
import { AnswerComparison } from './answer-comparison.js';
import { GatewayError } from '../errors.js';
import type { CheckContext } from './check-context.js';
import type { PayloadText, TextLeaf } from './payload-text.js';
import type { CompiledPolicy } from './policy-compiler.js';
import { ViewScan } from './view-scan.js';

/** Code units of a call that are read as a whole. */
const MAX_CALL = 65_536;
/** Of a long text the beginning: each was read for itself before, and what a call does stands in its short values. */
const MAX_VALUE = 1_024;
const ARGUMENTS = 'arguments';

const NONE: ReadonlySet<DetectorName> = new Set();

/** Whether a call is read as a whole. */
function readsCall(policy: CompiledPolicy, { channel, tool }: CheckContext): boolean {
  return channel === 'argument' && tool !== '' && policy.wholeCall.length > 0;
}

/** Whether a text stands in full in what is read of the whole call: detectors of calls need not look at it twice. */
export function isPartOfCall(policy: CompiledPolicy, context: CheckContext, leaf: TextLeaf): boolean {
  if (leaf.text.length > MAX_VALUE || leaf.kind !== 'string' || !readsCall(policy, context)) return false;
  let { container, key } = leaf;
  while (container.parent !== null) ({ parent: container, key } = container);
  return key === ARGUMENTS;
}

/** What no single text shows: the call as a whole, and the answer beside its call. */
export class BeyondTexts {
  readonly findings: Finding[] = [];
  readonly notChecked: CoverageReceipt['notChecked'][number][];
  readonly #comparison: AnswerComparison | null;
  readonly #call: ViewScan | null;
  #isCallDone = false;

  /** @param payload listed as far as it is going to be */
  constructor(policy: CompiledPolicy, context: CheckContext, payload: PayloadText) {
    this.notChecked = [...policy.notCheckable];
    this.#comparison = policy.pairs.length === 0 ? null : new AnswerComparison(policy.pairs, context.request, payload);
    const isCall = readsCall(policy, context);
    this.#call = isCall
      ? new ViewScan(policy.wholeCall, callText(context.tool, payload), { channel: 'argument', field: '', tool: '' })
      : null;
    this.#isCallDone = !isCall;
  }

  /** Detectors that decided nothing. */
  get idle(): ReadonlySet<DetectorName> {
    return this.#comparison?.idle ?? NONE;
  }

  /** True when all is looked at. @throws GatewayError guardrail_unavailable when a detector fails */
  step(): boolean {
    if (!this.#isCallDone) {
      this.#isCallDone = this.#call?.step() !== false;
      if (this.#isCallDone) this.#takeCallHits();
      return this.#isCallDone && this.#comparison === null;
    }
    if (this.#comparison?.step() === false) return false;
    this.findings.push(...(this.#comparison?.findings ?? []));
    this.notChecked.push(...(this.#comparison?.notChecked ?? []));
    return true;
  }

  /** They are about the call, so that no part of a text can be named. */
  #takeCallHits(): void {
    for (const hit of this.#call?.hits() ?? []) this.findings.push({ ...hit, path: '', start: 0, end: 0 });
  }
}

/**
 * `tool {json}`, as rules of a policy read a call.
 * @throws GatewayError guardrail_unavailable for a call that is too long: read in part, it could hide what it does behind the rest
 */
function callText(tool: string, payload: PayloadText): string {
  const { [ARGUMENTS]: args } = (payload.containers[0]?.node ?? {}) as Readonly<Record<string, unknown>>;
  const shortened = JSON.stringify(args ?? {}, (_name, value: unknown) =>
    typeof value === 'string' && value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value,
  );
  const text = `${tool} ${shortened}`;
  if (text.length > MAX_CALL) {
    const message = 'The call has too many values to be checked against the policy as a whole, so it was refused.';
    throw new GatewayError('guardrail_unavailable', message);
  }
  return text;
}
