import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';
import { DuplexSession, type DuplexLink } from './duplex-session.js';
import { initializeParams } from './envelope.js';
import { readInitialize } from './handshake.js';
import { statusError } from './http-answer.js';
import type { StreamSink } from './http-exchange.js';
import type { HttpPeer } from './http-handshake.js';
import { POST_HEADERS } from './http-headers.js';
import { parseWireText, protocolError, TooManyNodes } from './json-rpc-wire.js';
import type { UpstreamSession } from './upstream-session.js';
import { waitWithSignal } from './wait-with-signal.js';

/** Messages to the server under way at once. */
const MAX_POSTS = 256;

/**
 * Shakes hands over HTTP+SSE (2024-11-05): one event stream for everything the server says, one POST per message to it. The
 * peer's endpoint belongs to the session from then on, and is released when this throws.
 * @throws GatewayError upstream_unavailable, upstream_protocol; the signal's reason
 */
export async function openSseSession(peer: HttpPeer, signal: CancelSignal): Promise<UpstreamSession> {
  const link = new SseLink(peer);
  const { session } = link;
  try {
    await waitWithSignal(link.open(), signal);
    const { body } = await session.request('initialize', initializeParams(peer), undefined, signal);
    session.ready('2025', readInitialize(peer.server, body));
    session.notify('notifications/initialized');
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * The event stream and the POSTs as a DuplexLink. It does not reconnect: the server keeps the session with the stream, so a new
 * stream would be a session that nobody has initialised.
 */
class SseLink implements DuplexLink, StreamSink {
  readonly session: DuplexSession;
  readonly #peer: HttpPeer;
  #postPath: string | undefined;
  #posts = 0;
  #onEndpoint: ((path: string) => void) | undefined;
  #lost = false;

  constructor(peer: HttpPeer) {
    this.#peer = peer;
    this.session = new DuplexSession(peer.server, peer, this);
  }

  get alive(): boolean {
    return !this.#lost;
  }

  /** Opens the stream; resolves when the server has said where to POST. */
  open(): Promise<void> {
    const { endpoint, headers, server } = this.#peer;
    return new Promise((resolve, reject) => {
      this.#onEndpoint = (path) => {
        this.#postPath = path;
        resolve();
      };
      endpoint
        .send({ method: 'GET', headers: [...headers, 'accept', 'text/event-stream'], body: null, sink: this })
        .then(
          ({ status }) => {
            const text = 'did not open an event stream; is its URL that of an SSE endpoint?';
            const error = status < 300 ? protocolError(server, text) : statusError(server, status);
            this.#lose(error);
            reject(error);
          },
          (cause: unknown) => {
            const error =
              cause instanceof GatewayError ? cause : protocolError(server, 'broke its event stream', cause);
            this.#lose(error);
            reject(error);
          },
        );
    });
  }

  onEvent(data: string, event: string | undefined): boolean {
    if (event === 'endpoint') this.#takeEndpoint(data);
    else if (event === undefined || event === 'message') this.#takeMessage(data);
    return false;
  }

  onEarlyEnd(): GatewayError {
    return new GatewayError('upstream_unavailable', `Server "${this.#peer.server}" closed its event stream.`, {
      retryable: true,
    });
  }

  send(text: string): boolean {
    const { endpoint, headers, server } = this.#peer;
    if (this.#lost || this.#postPath === undefined || this.#posts >= MAX_POSTS) return false;
    this.#posts++;
    const path = this.#postPath;
    endpoint.send({ method: 'POST', headers: [...headers, ...POST_HEADERS], body: text, path }).then(
      ({ status }) => {
        this.#posts--;
        // A server that refuses a message has lost the session.
        if (status >= 300) this.#lose(statusError(server, status));
      },
      (cause: unknown) => {
        this.#posts--;
        this.#lose(cause instanceof GatewayError ? cause : protocolError(server, 'did not take a message', cause));
      },
    );
    return true;
  }

  async close(): Promise<void> {
    this.#lose(new GatewayError('upstream_unavailable', 'The link to the server was closed.', { retryable: true }));
    await this.#peer.endpoint.release();
  }

  /** Another origin than the configured one is refused: the config's headers would go there. */
  #takeEndpoint(data: string): void {
    const base = this.#peer.endpoint.url;
    const url = URL.canParse(data, base.href) ? new URL(data, base) : undefined;
    if (url?.origin !== base.origin) {
      this.#lose(protocolError(this.#peer.server, 'named an address to send messages to that is not its own'));
      return;
    }
    this.#onEndpoint?.(`${url.pathname}${url.search}`);
  }

  #takeMessage(data: string): void {
    let value: unknown;
    try {
      value = parseWireText(this.#peer.server, data);
    } catch (error) {
      this.session.dropped++;
      if (error instanceof TooManyNodes) this.#lose(error);
      return;
    }
    this.session.receive(value, Buffer.byteLength(data));
  }

  #lose(error: GatewayError): void {
    if (this.#lost) return;
    this.#lost = true;
    this.session.end(error);
    this.#peer.endpoint.abortAll(error);
  }
}
