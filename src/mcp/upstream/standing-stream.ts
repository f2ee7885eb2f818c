import { CallSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';
import { isEventId, takeUnasked, type StreamEvents } from './http-answer.js';
import type { StreamSink } from './http-exchange.js';
import type { HttpAgreement, HttpPeer } from './http-handshake.js';
import type { FlatHeaders } from './http-headers.js';
import { parseWireText, readMessage, TooManyNodes } from './json-rpc-wire.js';

const FIRST_WAIT_MS = 1_000;
const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 30_000;
/** The server is there, and the stream may be had later. */
const LATER: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * The stream on which a server says what belongs to no call (2025-11-25, "Listening for Messages from the Server"). It is opened again
 * when it breaks off, after the wait that the server asks for or one that grows, and goes on behind the last event; a server that
 * offers none is not asked again.
 */
export class StandingStream implements StreamSink {
  readonly #peer: HttpPeer;
  readonly #events: StreamEvents;
  readonly #headers: FlatHeaders;
  readonly #forgotten: () => void;
  readonly #closed = new CallSignal();
  #timer: NodeJS.Timeout | undefined;
  #waitMs = FIRST_WAIT_MS;
  #retryMs: number | undefined;
  #lastEventId: string | undefined;
  #wasOpen = false;

  /** @param forgotten called at most once, when the server knows the session no more */
  constructor(peer: HttpPeer, headers: FlatHeaders, events: StreamEvents, forgotten: () => void) {
    this.#peer = peer;
    this.#headers = headers;
    this.#events = events;
    this.#forgotten = forgotten;
    this.#open();
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    this.#closed.abort(new GatewayError('upstream_unavailable', 'The link to the server was closed.'));
  }

  onRetry(ms: number): void {
    this.#retryMs = Math.min(Math.max(ms, MIN_WAIT_MS), MAX_WAIT_MS);
  }

  onEvent(data: string, event: string | undefined, id: string | undefined): boolean {
    this.#wasOpen = true;
    this.#waitMs = FIRST_WAIT_MS;
    if (id !== undefined && isEventId(id)) this.#lastEventId = id;
    if (data === '' || (event !== undefined && event !== 'message')) return false;
    try {
      const message = readMessage(parseWireText(this.#peer.server, data));
      // Answers come on the stream of their request, or on the one that goes on with it.
      if (message?.kind === 'request' || message?.kind === 'notification') {
        takeUnasked(message, this.#events, undefined);
      }
      return false;
    } catch (error) {
      // What cannot be read is for nobody; what is too costly to read ends the stream.
      return error instanceof TooManyNodes;
    }
  }

  onEarlyEnd(): GatewayError {
    this.#wasOpen = true;
    return new GatewayError('upstream_unavailable', `Server "${this.#peer.server}" closed its event stream.`);
  }

  #open(): void {
    const behind = this.#lastEventId === undefined ? [] : ['last-event-id', this.#lastEventId];
    const headers = [...this.#headers, ...behind];
    this.#peer.endpoint
      .send({ method: 'GET', headers, body: null, sink: this, signal: this.#closed, isStanding: true })
      .then(
        ({ status }) => {
          this.#refused(status);
        },
        (error: unknown) => {
          // A token that is not to be had says nothing of the stream: whoever calls next sees to it, and opens another link.
          const isLink = error instanceof GatewayError && error.code.startsWith('upstream_');
          if (isLink && error.code !== 'upstream_token') this.#later();
        },
      );
  }

  #refused(status: number): void {
    if (status < 300 || status >= 500 || LATER.has(status)) {
      // A success without a stream is an answer to something else.
      if (status >= 300 || this.#wasOpen) this.#later();
      return;
    }
    if (this.#lastEventId !== undefined && status === 400) {
      this.#lastEventId = undefined;
      this.#later();
    } else if (this.#wasOpen && (status === 404 || status === 400)) this.#forgotten();
  }

  #later(): void {
    if (this.#closed.aborted) return;
    const waitMs = this.#retryMs ?? this.#waitMs;
    this.#waitMs = Math.min(this.#waitMs * 2, MAX_WAIT_MS);
    this.#timer = setTimeout(() => {
      this.#open();
    }, waitMs).unref();
  }
}

/**
 * Whether a server has said that it may speak unasked. One that keeps no session has nowhere to do it, and one that may ask the client
 * for something may do so at any time.
 */
export function speaksUnasked({ hello, sessionId }: HttpAgreement, { capabilities: declared }: HttpPeer): boolean {
  if (sessionId === null) return false;
  const { tools, prompts, resources } = hello.capabilities;
  const isTold = [tools, prompts, resources].some((offered) => {
    const { listChanged, subscribe } = (offered ?? {}) as { listChanged?: unknown; subscribe?: unknown };
    return listChanged === true || subscribe === true;
  });
  return isTold || Object.keys(declared).length > 0;
}
