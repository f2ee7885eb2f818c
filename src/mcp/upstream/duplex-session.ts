import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Era, McpCall, Progress } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { modernParams, readProgress, sessionParams, type Introduction, type ServerHello } from './envelope.js';
import { isObject, protocolError, readMessage, type WireMessage } from './json-rpc-wire.js';
import { checkResultType } from './modern-result.js';
import { abortError, PendingRequest, unavailable } from './pending-request.js';
import { ACKNOWLEDGED, LISTEN, type SendListen, ServerListen } from './server-listen.js';
import { SlotTable } from './slot-table.js';
import type { ServerRequest, UpstreamInbox } from './upstream-inbox.js';
import type { UpstreamAnswer, UpstreamSession } from './upstream-session.js';

/** A way to carry messages in both directions: a child's pipes, or the pair of an event stream and POST of HTTP+SSE. */
export interface DuplexLink {
  /** Sends one message. False = the other side is not reading, and the message was not taken. */
  send(text: string): boolean;
  readonly alive: boolean;
  close(): Promise<void>;
}

/** Which request a notification belongs to (2026-07-28, "Subscriptions"). */
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';
const NO_METHOD = { code: -32601, message: 'Method not found' };

/** The session over one DuplexLink: ids, answers, progress, cancellation. The link feeds it through `receive` and `end`. */
export class DuplexSession implements UpstreamSession {
  era: Era = '2025';
  onToolsChanged: (() => void) | undefined;
  inbox: UpstreamInbox | undefined;
  /** Answers with ids nobody waits for, and messages of no known shape: dropped and counted. */
  dropped = 0;

  readonly #server: string;
  readonly #as: Introduction;
  readonly #link: DuplexLink;
  readonly #pending = new SlotTable<PendingRequest>();
  #ended: GatewayError | undefined;
  #listen: ServerListen | undefined;
  /** Requests under way that are not calls. */
  #listening = 0;
  #hello: ServerHello = { protocolVersion: '', serverInfo: {}, capabilities: {}, instructions: undefined };

  constructor(server: string, as: Introduction, link: DuplexLink) {
    this.#server = server;
    this.#as = as;
    this.#link = link;
  }

  get protocolVersion(): string {
    return this.#hello.protocolVersion;
  }
  get serverInfo(): Readonly<Record<string, unknown>> {
    return this.#hello.serverInfo;
  }
  get capabilities(): Readonly<Record<string, unknown>> {
    return this.#hello.capabilities;
  }
  get instructions(): string | undefined {
    return this.#hello.instructions;
  }
  get alive(): boolean {
    return this.#ended === undefined && this.#link.alive;
  }
  get inFlight(): number {
    return this.#pending.size - this.#listening;
  }

  /** The handshake is done: what the server said, and in which era. */
  ready(era: Era, hello: ServerHello): void {
    this.era = era;
    this.#hello = hello;
    if (era === '2025') return;
    this.#listen = new ServerListen(hello.capabilities, this.#sendListen, () => {
      this.onToolsChanged?.();
      this.inbox?.reopened();
    });
  }

  request(
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    onProgress: ((progress: Progress) => void) | undefined,
    signal: CancelSignal,
    call?: McpCall,
  ): Promise<UpstreamAnswer> {
    if (this.#listen !== undefined && ServerListen.answers(method)) return this.#listen.answer(method, params, signal);
    return new Promise((resolve, reject) => {
      this.#send(method, params, { resolve, reject }, onProgress, signal, call);
    });
  }

  /** Undefined = it was rejected at once. */
  #send(
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    settle: ConstructorParameters<typeof PendingRequest>[1],
    onProgress: ((progress: Progress) => void) | undefined,
    signal: CancelSignal,
    call: McpCall | undefined,
  ): PendingRequest | undefined {
    const problem = this.#problemWith(signal);
    if (problem !== undefined) {
      settle.reject(problem);
      return undefined;
    }
    const id = this.#pending.reserve();
    const token = onProgress === undefined ? undefined : id;
    const sent = this.era === '2026' ? modernParams(params, this.#as, token) : sessionParams(params, token);
    if (!this.#link.send(JSON.stringify({ jsonrpc: '2.0', id, method, params: sent }))) {
      this.#pending.delete(id);
      settle.reject(unavailable(this.#server, 'does not read what it is sent; the request was not sent'));
      return undefined;
    }
    const request = new PendingRequest(id, settle, onProgress, signal, this.#cancel, call);
    this.#pending.set(id, request);
    return request;
  }

  /** Why nothing can be sent. */
  #problemWith(signal: CancelSignal): GatewayError | undefined {
    if (signal.aborted) return abortError(signal);
    if (this.#ended !== undefined) return this.#ended;
    return this.#link.alive ? undefined : unavailable(this.#server, 'has just stopped');
  }

  readonly #sendListen: SendListen = (params, acknowledged, signal) => {
    this.#listening++;
    return new Promise<UpstreamAnswer>((resolve, reject) => {
      const request = this.#send(LISTEN, params, { resolve, reject }, undefined, signal, undefined);
      if (request !== undefined) request.acknowledged = acknowledged;
    }).finally(() => {
      this.#listening--;
    });
  };

  notify(method: string, params?: Readonly<Record<string, unknown>>): void {
    this.#link.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** One parsed message of the server and its size in bytes. */
  receive(value: unknown, bytes: number): void {
    const message = readMessage(value);
    if (message === null) this.dropped++;
    else if (message.kind === 'request') this.#answer(message);
    else if (message.kind === 'notification') this.#notice(message.method, message.params);
    else this.#settle(message, bytes);
  }

  /** The link is gone: every request under way fails with this error. */
  end(error: GatewayError): void {
    this.#ended ??= error;
    this.#listen?.close();
    for (const request of this.#pending.values()) {
      this.#pending.delete(request.id);
      request.fail(error);
    }
  }

  close(): Promise<void> {
    this.end(new GatewayError('upstream_unavailable', 'The link to the server was closed.', { retryable: true }));
    return this.#link.close();
  }

  readonly #cancel = (request: PendingRequest): void => {
    this.#pending.delete(request.id);
    const error = request.abortError();
    // initialize must not be cancelled (2025-11-25, cancellation); until the handshake is done nothing else is under way.
    if (this.#hello.protocolVersion !== '') {
      this.notify('notifications/cancelled', { requestId: request.id, reason: error.code });
    }
    request.fail(error);
  };

  #settle(message: Extract<WireMessage, { kind: 'answer' | 'malformed' }>, bytes: number): void {
    const { id } = message;
    const request = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (request === undefined) {
      this.dropped++;
      return;
    }
    this.#pending.delete(request.id);
    if (message.kind === 'malformed') {
      request.fail(protocolError(this.#server, message.problem));
      return;
    }
    const problem = this.era === '2026' ? checkResultType(this.#server, message.body, request.call) : undefined;
    if (problem === undefined) request.answer({ body: message.body, bytes });
    else request.fail(problem);
  }

  #answer({ id, method, params }: Extract<WireMessage, { kind: 'request' }>): void {
    if (typeof id !== 'number' && typeof id !== 'string') {
      this.dropped++;
      return;
    }
    if (method === 'ping') this.#reply(id, { result: {} });
    // Servers of the stateless era may not ask at all (2026-07-28).
    else if (this.inbox === undefined || this.era === '2026') this.#reply(id, { error: NO_METHOD });
    else void this.#ask(this.inbox, { id, method, params });
  }

  async #ask(inbox: UpstreamInbox, request: ServerRequest): Promise<void> {
    const body = await inbox.ask(request, this.#calls());
    this.#reply(request.id, body.kind === 'result' ? { result: body.result } : { error: body.error });
  }

  #reply(id: number | string, answer: Readonly<Record<string, unknown>>): void {
    this.#link.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
  }

  /** Nothing on a pipe tells to which call a message belongs. */
  #calls(): McpCall[] {
    return this.#pending.values().flatMap(({ call }) => (call === undefined ? [] : [call]));
  }

  #notice(method: string, params: Readonly<Record<string, unknown>>): void {
    if (method === 'notifications/progress') {
      const token = params.progressToken;
      const request = typeof token === 'number' ? this.#pending.get(token) : undefined;
      const progress = readProgress(params);
      if (progress !== null) request?.onProgress?.(progress);
    } else if (method === 'notifications/tools/list_changed') {
      this.onToolsChanged?.();
    } else if (method === ACKNOWLEDGED) {
      this.#acknowledged(params);
    } else this.inbox?.notice(method, params, this.#calls());
  }

  #acknowledged({ _meta: meta, notifications }: Readonly<Record<string, unknown>>): void {
    const id = isObject(meta) ? meta[SUBSCRIPTION_ID] : undefined;
    const request = typeof id === 'number' ? this.#pending.get(id) : undefined;
    request?.acknowledged?.(isObject(notifications) ? notifications : {});
  }
}
