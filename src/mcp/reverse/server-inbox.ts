import type { Logger } from 'pino';
import { CallSignal, type CancelSignal } from '../../contracts/cancel-signal.js';
import type { ClientLink, Notify } from '../../contracts/client-end.js';
import type { McpCall } from '../../contracts/mcp-call.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import { GatewayError } from '../../errors.js';
import type { InboxLink, ServerRequest, UpstreamInbox } from '../upstream/upstream-inbox.js';
import { type Addressee, addresseeOf } from './addressee.js';
import { AskFailure } from './ask-failure.js';
import { type AskLedger, type AskRecord, newRecord } from './ask-ledger.service.js';
import { answerSchema, checkAsk, isAsk } from './ask-shape.js';
import { followRequest } from './follow.js';
import { mayShowLog } from './log-level.js';
import type { ReverseJudge } from './reverse-judge.service.js';

type Params = Readonly<Record<string, unknown>>;

/** What all inboxes use. */
export interface InboxParts {
  readonly judge: ReverseJudge;
  readonly ledger: AskLedger;
  readonly log: Logger;
  /** A client session of this process. */
  readonly sessionOf: (id: string) => ClientLink | undefined;
  /** A link whose session was opened again. */
  readonly reopened: (link: InboxLink) => void;
  /** What a server says of its lists and resources. */
  readonly changed: (link: InboxLink, method: string, params: Params) => void;
  /** Whether somebody waits for that. */
  readonly isWanted: (link: InboxLink) => boolean;
}

/** Requests of one server that are not answered; one that asks on meanwhile is refused. */
const MAX_ASKED = 64;
/** Elicitations of mode url whose end a client may still be told. */
const MAX_AWAITED = 32;

/** What one link's server sends unasked: judged, and passed on to the client that it is for and to no other. */
export class ServerInbox implements UpstreamInbox {
  readonly #link: InboxLink;
  readonly #parts: InboxParts;
  readonly #asked = new Map<number | string, CallSignal>();
  readonly #awaited = new Map<string, Notify>();

  constructor(link: InboxLink, parts: InboxParts) {
    this.#link = link;
    this.#parts = parts;
  }

  async ask(request: ServerRequest, calls: readonly McpCall[]): Promise<UpstreamBody> {
    const { method } = request;
    if (!isAsk(method)) return errorBody(-32601, 'Method not found');
    const { server } = this.#link;
    const to = addresseeOf(server, calls, this.#ownSession());
    const record = this.#record(request, to);
    try {
      const body = await this.#answered(request, to, record);
      this.#parts.ledger.ended(record, null);
      return body;
    } catch (cause) {
      const failure = this.#failureOf(cause);
      this.#parts.ledger.ended(record, failure.reason);
      return errorBody(failure.rpcCode, failure.message);
    }
  }

  notice(method: string, params: Params, calls: readonly McpCall[]): void {
    if (method === 'notifications/message') this.#log(params, calls);
    else if (method === 'notifications/cancelled') this.#cancelled(params.requestId);
    else if (method === 'notifications/elicitation/complete') this.#completed(params.elicitationId);
    else this.#parts.changed(this.#link, method, params);
  }

  get isWanted(): boolean {
    return this.#parts.isWanted(this.#link);
  }

  reopened(): void {
    this.#parts.reopened(this.#link);
  }

  #record({ method, params }: ServerRequest, to: Addressee | undefined): AskRecord {
    return newRecord({
      requestId: to?.end?.requestId ?? null,
      principal: to?.principal ?? null,
      era: to?.call?.era ?? '2025',
      method,
      server: this.#link.server.name,
      tool: to === undefined || to.tool === '' ? null : to.tool,
      params,
    });
  }

  async #answered(request: ServerRequest, to: Addressee | undefined, record: AskRecord): Promise<UpstreamBody> {
    checkAsk(request.method, request.params, this.#link.server.declared?.bits ?? 0);
    if (to === undefined) throw new AskFailure('no_client');
    if (this.#asked.has(request.id)) throw new AskFailure('invalid_request', 'A request with this id is under way.');
    if (this.#asked.size >= MAX_ASKED) throw new AskFailure('too_many');
    const signal = new CallSignal();
    const stopFollowing = followRequest(signal, to.call?.signal, to.stream);
    this.#asked.set(request.id, signal);
    // A person may take longer than the call has: its time goes on when the answer is there.
    to.end?.scope.hold();
    try {
      return await this.#exchange(request, to, record, signal);
    } finally {
      to.end?.scope.release();
      this.#asked.delete(request.id);
      stopFollowing();
    }
  }

  async #exchange(
    { method, params }: ServerRequest,
    to: Addressee,
    record: AskRecord,
    signal: CancelSignal,
  ): Promise<UpstreamBody> {
    if (to.asks === undefined) throw new AskFailure('not_declared');
    const { judge } = this.#parts;
    const asked = await judge.toClient(to, params ?? {});
    record.request = asked.verdict;
    if (asked.verdict.kind === 'block') throw new AskFailure('blocked_request');
    const body = await to.asks.ask(
      {
        method,
        params: params === undefined ? undefined : asked.value,
        notify: to.notify,
        timeoutMs: this.#link.server.clientRequests?.timeoutMs ?? 0,
        onProgress: this.#progressOf(params),
      },
      signal,
    );
    if (params?.mode === 'url') this.#await(params.elicitationId, to);
    const isResult = body.kind === 'result';
    const value = isResult ? body.result : { message: body.error.message };
    const answered = await judge.toServer(to, value, answerSchema(method, params));
    record.answer = answered.verdict;
    if (answered.verdict.kind === 'block') throw new AskFailure('blocked_answer');
    if (isResult) return { kind: 'result', result: answered.value };
    return errorBody(body.error.code, String(answered.value.message));
  }

  /** The numbers only: a text would have to be judged as what the client says. */
  #progressOf(params: Params | undefined): ((params: Params) => void) | undefined {
    const token = (params?._meta as Params | undefined)?.progressToken;
    if (typeof token !== 'string' && typeof token !== 'number') return undefined;
    return ({ progress, total }) => {
      if (typeof progress !== 'number') return;
      const numbers = typeof total === 'number' ? { progress, total } : { progress };
      this.#link.session.notify('notifications/progress', { progressToken: token, ...numbers });
    };
  }

  #log(params: Params, calls: readonly McpCall[]): void {
    const to = addresseeOf(this.#link.server, calls, this.#ownSession());
    if (to === undefined || !mayShowLog(params.level, to)) return;
    const shown = this.#parts.judge.noticeToClient(to, params);
    if (shown !== undefined) to.notify('notifications/message', shown);
  }

  #cancelled(requestId: unknown): void {
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return;
    this.#asked.get(requestId)?.abort(new AskFailure('cancelled'));
  }

  #await(elicitationId: unknown, to: Addressee): void {
    if (typeof elicitationId !== 'string' || to.session === null) return;
    const { session } = to;
    const [oldest] = this.#awaited.keys();
    if (this.#awaited.size >= MAX_AWAITED && oldest !== undefined) this.#awaited.delete(oldest);
    this.#awaited.set(elicitationId, (method, params) => session.notify?.(method, params) ?? false);
  }

  /** To the client that was shown the link, and to no other (2025-11-25, "Completion Notifications for URL Mode Elicitation"). */
  #completed(elicitationId: unknown): void {
    if (typeof elicitationId !== 'string') return;
    const awaited = this.#awaited.get(elicitationId);
    this.#awaited.delete(elicitationId);
    const params = awaited === undefined ? this.#judgedAlone({ elicitationId }) : { elicitationId };
    if (params === undefined) return;
    const notify = awaited ?? this.#ownSession()?.notify;
    notify?.('notifications/elicitation/complete', params);
  }

  /** An id that no request had may be any text. */
  #judgedAlone(params: Params): Params | undefined {
    return this.#parts.judge.noticeToClient({ server: this.#link.server, tool: '', call: undefined }, params);
  }

  #ownSession(): ClientLink | undefined {
    const { clientSessionId } = this.#link;
    return clientSessionId === null ? undefined : this.#parts.sessionOf(clientSessionId);
  }

  #failureOf(cause: unknown): AskFailure {
    if (cause instanceof AskFailure) return cause;
    if (cause instanceof GatewayError) {
      if (cause.code === 'cancelled' || cause.code === 'session_unknown') return new AskFailure('cancelled');
      if (cause.code === 'upstream_protocol' || cause.code === 'invalid_request') {
        return new AskFailure('invalid_request', cause.message);
      }
    }
    this.#parts.log.warn({ event: 'server_request_failed', server: this.#link.server.name, err: cause });
    return new AskFailure('guardrail_unavailable');
  }
}

function errorBody(code: number, message: string): UpstreamBody {
  return { kind: 'error', error: { code, message } };
}
