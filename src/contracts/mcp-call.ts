import type { CallMarks } from './call-marks.js';
import type { CancelSignal } from './cancel-signal.js';
import type { ClientEnd } from './client-end.js';
import { GatewayError } from '../errors.js';
import type { Principal } from './principal.js';
import type { ServerEntry } from './server-entry.js';
import { UNCHECKED, type Verdict } from './verdict.js';

/** `2025`: handshake and sessions (2024-11-05 to 2025-11-25). `2026`: stateless (2026-07-28). */
export type Era = '2025' | '2026';

/** Params of notifications/progress without the token, which is re-mapped per hop. */
export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export interface McpCallInit {
  readonly principal: Principal;
  readonly era: Era;
  /** MCP method sent upstream, for example `tools/call`. */
  readonly method: string;
  readonly server: ServerEntry;
  /** The upstream's own name of the tool. */
  readonly target: string;
  /** Params for the upstream; replaced (never mutated in place) by redaction. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Client session id, for servers with affinity `session`; null = stateless. */
  readonly clientSessionId: string | null;
  /** Aborts on client cancel, on shutdown and at the call's deadline; the reason is a GatewayError. */
  readonly signal: CancelSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Where what the server sends beside its answer goes to; absent = nowhere. */
  readonly client?: ClientEnd | undefined;
  /** JSON Schema of the tool's arguments, as the upstream declares it. */
  readonly inputSchema?: unknown;
  /** JSON Schema of `inputResponses`, as far as the upstream said what it asks for. */
  readonly answersSchema?: unknown;
  /** Absent = the call is not traced. */
  readonly marks?: CallMarks | undefined;
}

declare const sealed: unique symbol;
/** Type-level mark: the value has passed the input guardrail. */
export interface Sealed {
  readonly [sealed]: true;
}

let writeSeal: (call: McpCall, verdict: Verdict, isProvisional: boolean) => void;
let confirm: (call: McpCall, verdict: Verdict) => void;
let readState: (call: McpCall) => SealState;
let takeSeal: (call: McpCall) => Verdict;
let readVerdict: (call: McpCall) => Verdict | undefined;

/** `early` = started, its verdict is not in. `late` = started early, and passed since. */
type SealState = 'plain' | 'early' | 'late';

/**
 * One request on its way to an upstream. It starts unsealed; only the input guardrail seals it, and the proxy refuses it otherwise.
 * The seal covers method, server, target and params: changing any of them afterwards breaks it. It is good for one forward.
 */
export class McpCall {
  readonly principal: Principal;
  readonly era: Era;
  readonly method: string;
  readonly server: ServerEntry;
  readonly target: string;
  readonly clientSessionId: string | null;
  readonly inputSchema: unknown;
  readonly answersSchema: unknown;
  readonly client: ClientEnd | undefined;
  readonly marks: CallMarks | undefined;
  /** Replaced for a call that starts before its verdict, which may have to be stopped. */
  signal: CancelSignal;
  params: Readonly<Record<string, unknown>>;
  onProgress: ((progress: Progress) => void) | undefined;

  #verdict: Verdict | undefined;
  #state: SealState = 'plain';
  #method = '';
  #target = '';
  #server: ServerEntry | undefined;
  #params: unknown;

  constructor(init: McpCallInit) {
    this.principal = init.principal;
    this.era = init.era;
    this.method = init.method;
    this.server = init.server;
    this.target = init.target;
    this.clientSessionId = init.clientSessionId;
    this.signal = init.signal;
    this.params = init.params;
    this.onProgress = init.onProgress;
    this.inputSchema = init.inputSchema;
    this.answersSchema = init.answersSchema;
    this.client = init.client;
    this.marks = init.marks;
  }

  static {
    writeSeal = (call, verdict, isProvisional) => {
      if (call.#verdict !== undefined) throw new GatewayError('unsealed', 'A call is sealed only once.');
      call.#verdict = verdict;
      if (isProvisional) call.#state = 'early';
      call.#method = call.method;
      call.#target = call.target;
      call.#server = call.server;
      call.#params = call.params;
    };
    confirm = (call, verdict) => {
      if (call.#state !== 'early') throw new GatewayError('unsealed', 'The call has no provisional seal to confirm.');
      call.#verdict = verdict;
      call.#state = 'late';
    };
    readState = (call) => call.#state;
    readVerdict = (call) => (call.#state === 'early' ? undefined : call.#verdict);
    takeSeal = (call) => {
      const verdict = call.#verdict;
      const intact =
        call.#params === call.params &&
        call.#server === call.server &&
        call.#target === call.target &&
        call.#method === call.method;
      // Taken even when broken, so that a failed attempt cannot be repaired and tried again.
      call.#params = undefined;
      if (verdict === undefined || !intact || verdict.kind === 'block') {
        throw new GatewayError('unsealed', 'The call has no valid verdict and was not sent.');
      }
      return verdict;
    };
  }
}

/**
 * Marks a call as checked. Only src/guardrails may import this (enforced by the layer rules and an architecture test).
 * @throws GatewayError `unsealed` when it is sealed already, or when the verdict is a block.
 */
export function sealCall(call: McpCall, verdict: Verdict): asserts call is McpCall & Sealed {
  if (verdict.kind === 'block') throw new GatewayError('unsealed', 'A blocked call cannot be sealed.');
  writeSeal(call, verdict, false);
}

/**
 * Lets a call start before its verdict: only for a tool of a server whose operator called tools read-only (architecture D4). Its reply
 * stays closed until `confirmSeal`. Only src/guardrails may import this.
 * @throws GatewayError `unsealed` when it is sealed already, or the server has no such tools
 */
export function sealProvisionally(call: McpCall): asserts call is McpCall & Sealed {
  const { server, method } = call;
  if ((server.earlyTools ?? []).length === 0 || server.connection.kind === 'canary' || method !== 'tools/call') {
    throw new GatewayError('unsealed', 'The call must wait for its verdict.');
  }
  writeSeal(call, UNCHECKED, true);
}

/**
 * The verdict of a call that has started. Only src/guardrails may import this.
 * @throws GatewayError `unsealed` unless the verdict is a pass: what was sent can be neither stopped nor redacted by a seal
 */
export function confirmSeal(call: McpCall, verdict: Verdict): void {
  if (verdict.kind !== 'pass') throw new GatewayError('unsealed', 'Only a verdict that passes confirms a seal.');
  confirm(call, verdict);
}

/** True while a started call waits for its verdict, and for ever when it was blocked. */
export function awaitsVerdict(call: McpCall): boolean {
  return readState(call) === 'early';
}

/** True for a call that started before its verdict, whatever that was. */
export function startedBeforeVerdict(call: McpCall): boolean {
  return readState(call) !== 'plain';
}

/**
 * Uses the seal up: a call is forwarded at most once.
 * @throws GatewayError `unsealed` when there is no seal, it was used, or the call was changed since.
 */
export function takeCallSeal(call: McpCall): Verdict {
  return takeSeal(call);
}

/** The input verdict, for the record; undefined while there is none, or when the call was blocked. */
export function inputVerdictOf(call: McpCall): Verdict | undefined {
  return readVerdict(call);
}
