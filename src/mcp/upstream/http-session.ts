import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Era, McpCall, Progress } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { AnswerReader, type StreamEvents } from './http-answer.js';
import { HttpComposer } from './http-composer.js';
import { COURTESY_MS, HttpCourtesies } from './http-courtesies.js';
import { initialize, probeEra, type HttpAgreement, type HttpPeer } from './http-handshake.js';
import type { HttpOutcome } from './http-exchange.js';
import { sendResumably } from './http-resume.js';
import { isObject } from './json-rpc-wire.js';
import { checkResultType } from './modern-result.js';
import { abortError, unavailable } from './pending-request.js';
import { ACKNOWLEDGED, ANNOUNCED, LISTEN, ServerListen, type SendListen } from './server-listen.js';
import { speaksUnasked, StandingStream } from './standing-stream.js';
import type { ServerRequest, UpstreamInbox } from './upstream-inbox.js';
import type { UpstreamAnswer, UpstreamSession } from './upstream-session.js';
import { waitWithSignal } from './wait-with-signal.js';

type Params = Readonly<Record<string, unknown>> | undefined;
type OnProgress = ((progress: Progress) => void) | undefined;

const NOT_FOUND = 404;
/** For the answer to a server's request. */
const ANSWER_MS = 10_000;
const NO_METHOD = { code: -32601, message: 'Method not found' };

export interface HttpSessionOptions {
  /** Bound on opening the session again when the server has forgotten it. */
  readonly connectTimeoutMs: number;
  /** The server was found to be of the handshake era before: no probe. */
  readonly knownEra: '2025' | undefined;
}

/**
 * Shakes hands over streamable HTTP. The peer's endpoint belongs to the session from then on, and is released when this throws.
 * @throws GatewayError upstream_unavailable (`data.status`), upstream_protocol; the signal's reason
 */
export async function openHttpSession(
  peer: HttpPeer,
  options: HttpSessionOptions,
  signal: CancelSignal,
): Promise<UpstreamSession> {
  try {
    const agreement = options.knownEra === '2025' ? await initialize(peer, signal) : await probeEra(peer, signal);
    return new HttpSession(peer, agreement, options.connectTimeoutMs);
  } catch (error) {
    await peer.endpoint.release();
    throw error;
  }
}

/** A streamable HTTP server of either era. Each call is one POST; the answer is its response. */
class HttpSession implements UpstreamSession {
  onToolsChanged: (() => void) | undefined;
  inbox: UpstreamInbox | undefined;

  readonly #peer: HttpPeer;
  readonly #connectTimeoutMs: number;
  #agreement: HttpAgreement;
  #lastId = 0;
  #inFlight = 0;
  readonly #courtesies: HttpCourtesies;
  readonly #composer: HttpComposer;
  #lost: GatewayError | undefined;
  #renewing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #standing: StandingStream | undefined;
  #serverListen: ServerListen | undefined;

  constructor(peer: HttpPeer, agreement: HttpAgreement, connectTimeoutMs: number) {
    this.#peer = peer;
    this.#courtesies = new HttpCourtesies(peer.endpoint);
    this.#composer = new HttpComposer(peer);
    this.#agreement = agreement;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#listen(agreement);
  }

  get era(): Era {
    return this.#agreement.era;
  }
  get protocolVersion(): string {
    return this.#agreement.hello.protocolVersion;
  }
  get serverInfo(): Readonly<Record<string, unknown>> {
    return this.#agreement.hello.serverInfo;
  }
  get capabilities(): Readonly<Record<string, unknown>> {
    return this.#agreement.hello.capabilities;
  }
  get instructions(): string | undefined {
    return this.#agreement.hello.instructions;
  }
  get alive(): boolean {
    return this.#lost === undefined;
  }
  get inFlight(): number {
    return this.#inFlight;
  }

  async request(
    method: string,
    params: Params,
    onProgress: OnProgress,
    signal: CancelSignal,
    call?: McpCall,
  ): Promise<UpstreamAnswer> {
    if (this.#serverListen !== undefined && ServerListen.answers(method)) {
      return this.#serverListen.answer(method, params, signal);
    }
    this.#inFlight++;
    try {
      const used = this.#agreement;
      const answer = await this.#call(used, method, params, onProgress, signal, call);
      if (answer !== null) return answer;
      // 404 = the server has forgotten the session and has not taken the call: it is safe to send it once more.
      await this.#renew(used, signal);
      const second = await this.#call(this.#agreement, method, params, onProgress, signal, call);
      if (second !== null) return second;
      throw unavailable(this.#peer.server, 'does not know the session that it has just opened');
    } finally {
      this.#inFlight--;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** Null = HTTP 404 for our session id. */
  async #call(
    used: HttpAgreement,
    method: string,
    params: Params,
    onProgress: OnProgress,
    signal: CancelSignal,
    call: McpCall | undefined,
  ): Promise<UpstreamAnswer | null> {
    if (signal.aborted) throw abortError(signal);
    if (this.#lost !== undefined) throw this.#lost;
    const { server, endpoint } = this.#peer;
    const id = ++this.#lastId;
    const { headers, body } = this.#composer.compose(used, id, method, params, onProgress !== undefined);
    const reader = new AnswerReader(server, id, this.#events, onProgress, call);
    let outcome: HttpOutcome;
    try {
      outcome = await sendResumably(
        endpoint,
        { method: 'POST', headers, body, sink: reader, signal },
        used.streamHeaders,
      );
    } catch (error) {
      this.#abandon(used, id, signal, error);
    }
    if (outcome.status === NOT_FOUND && used.sessionId !== null) return null;
    const answer = reader.read(outcome);
    const problem = used.era === '2026' ? checkResultType(server, answer.body, call) : undefined;
    if (problem !== undefined) throw problem;
    return answer;
  }

  /** A closed stream cancels in the stateless era; in the other one the server has to be told. */
  #abandon(used: HttpAgreement, id: number, signal: CancelSignal, error: unknown): never {
    if (signal.aborted && used.era === '2025') this.#courtesies.send(used.headers, cancellation(id));
    throw error;
  }

  readonly #events: StreamEvents = {
    onToolsChanged: () => this.onToolsChanged?.(),
    onRequest: (request, call) => {
      // Servers of the stateless era may not ask at all (2026-07-28).
      if (this.#agreement.era === '2025') void this.#answer(request, call);
    },
    onNotice: (method, params, call) => this.inbox?.notice(method, params, call === undefined ? [] : [call]),
  };

  async #answer(request: ServerRequest, call: McpCall | undefined): Promise<void> {
    const { id, method } = request;
    const { headers } = this.#agreement;
    if (method === 'ping' || this.inbox === undefined) {
      const courtesy = method === 'ping' ? { result: {} } : { error: NO_METHOD };
      this.#courtesies.send(headers, JSON.stringify({ jsonrpc: '2.0', id, ...courtesy }));
      return;
    }
    const body = await this.inbox.ask(request, call === undefined ? [] : [call]);
    const answer = body.kind === 'result' ? { result: body.result } : { error: body.error };
    const text = JSON.stringify({ jsonrpc: '2.0', id, ...answer });
    // The server waits for it, so it is none of the courtesies; that it cannot be told is its own affair.
    const signal = AbortSignal.timeout(ANSWER_MS);
    await this.#peer.endpoint.send({ method: 'POST', headers, body: text, signal }).catch(() => undefined);
  }

  notify(method: string, params?: Readonly<Record<string, unknown>>): void {
    // The stateless era has none to send over HTTP.
    if (this.#agreement.era === '2026') return;
    this.#courtesies.send(this.#agreement.headers, JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** Opens the session again, once for all calls that met the same 404. */
  async #renew(used: HttpAgreement, signal: CancelSignal): Promise<void> {
    if (this.#agreement !== used) return;
    this.#renewing ??= this.#reopen().finally(() => {
      this.#renewing = undefined;
    });
    await waitWithSignal(this.#renewing, signal);
  }

  async #reopen(): Promise<void> {
    try {
      this.#agreement = await initialize(this.#peer, AbortSignal.timeout(this.#connectTimeoutMs));
    } catch (cause) {
      // The pool opens another session for the next call, under its own back-off.
      this.#lost = unavailable(this.#peer.server, 'has ended the session and would not open another', cause);
      throw this.#lost;
    }
    this.#listen(this.#agreement);
    this.onToolsChanged?.();
    this.inbox?.reopened();
  }

  #listen(agreement: HttpAgreement): void {
    this.#standing?.close();
    if (agreement.era === '2026') {
      this.#serverListen = new ServerListen(agreement.hello.capabilities, this.#sendListen, () => {
        this.onToolsChanged?.();
        this.inbox?.reopened();
      });
      return;
    }
    const { streamHeaders } = agreement;
    if (streamHeaders === null || !speaksUnasked(agreement, this.#peer)) return;
    this.#standing = new StandingStream(this.#peer, streamHeaders, this.#events, () => {
      // A failure ends the link: the next call opens another.
      this.#renew(agreement, AbortSignal.timeout(this.#connectTimeoutMs)).catch(() => undefined);
    });
  }

  /** On a connection of its own: it lasts as long as the link, and calls go on beside it. */
  readonly #sendListen: SendListen = async (params, acknowledged, signal) => {
    const { server, endpoint } = this.#peer;
    const id = ++this.#lastId;
    const { headers, body } = this.#composer.compose(this.#agreement, id, LISTEN, params, false);
    const onNotice: StreamEvents['onNotice'] = (method, said) => {
      if (method === ACKNOWLEDGED) acknowledged(isObject(said.notifications) ? said.notifications : {});
      else if (ANNOUNCED.has(method)) this.#events.onNotice(method, said, undefined);
    };
    const sink = new AnswerReader(server, id, { ...this.#events, onNotice }, undefined);
    return sink.read(await endpoint.send({ method: 'POST', headers, body, sink, signal, isStanding: true }));
  };

  async #end(): Promise<void> {
    const { endpoint } = this.#peer;
    this.#standing?.close();
    this.#serverListen?.close();
    this.#lost ??= new GatewayError('upstream_unavailable', 'The link to the server was closed.', { retryable: true });
    endpoint.abortAll(this.#lost);
    const { sessionId, headers } = this.#agreement;
    if (sessionId !== null) {
      const signal = AbortSignal.timeout(COURTESY_MS);
      await endpoint.send({ method: 'DELETE', headers, body: null, signal }).catch(() => undefined);
    }
    await endpoint.release();
  }
}

function cancellation(requestId: number): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
}
