import type { GatewayError } from '../../errors.js';
import { HttpExchange, type HttpOutcome, type StreamSink } from './http-exchange.js';
import type { FlatHeaders } from './http-headers.js';
import type { PoolLease } from './http-pools.js';
import { unavailable } from './pending-request.js';

/** One HTTP request to the endpoint. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: FlatHeaders;
  readonly body: string | null;
  /** Without it an event stream is collected like any other body. */
  readonly sink?: StreamSink;
  readonly signal?: AbortSignal;
  /** Path and query; default: the endpoint's own. */
  readonly path?: string;
}

/** The URL of one server and the connections to it; knows every request under way, so that closing leaves none behind. */
export class HttpEndpoint {
  readonly url: URL;
  readonly #limits: { readonly server: string; readonly maxMessageBytes: number };
  readonly #lease: PoolLease;
  readonly #path: string;
  readonly #open = new Set<HttpExchange>();

  constructor(server: string, url: URL, lease: PoolLease, maxMessageBytes: number) {
    this.url = url;
    this.#limits = { server, maxMessageBytes };
    this.#lease = lease;
    this.#path = `${url.pathname}${url.search}`;
  }

  /** Requests under way. */
  get open(): number {
    return this.#open.size;
  }

  /** @throws GatewayError upstream_unavailable, upstream_protocol (too large); the signal's reason */
  send(request: HttpRequest): Promise<HttpOutcome> {
    return new Promise((resolve, reject) => {
      const exchange = new HttpExchange(
        this.#limits,
        {
          resolve: (outcome) => {
            this.#open.delete(exchange);
            resolve(outcome);
          },
          reject: (error) => {
            this.#open.delete(exchange);
            reject(error);
          },
        },
        request.sink,
        request.signal,
      );
      this.#open.add(exchange);
      const { method, headers, body, path = this.#path } = request;
      try {
        this.#lease.dispatcher.dispatch({ path, method, headers: headers as string[], body }, exchange);
      } catch (cause) {
        exchange.abort(unavailable(this.#limits.server, 'could not be sent the request', cause, false));
      }
    });
  }

  /** Fails every request under way with this error. */
  abortAll(error: GatewayError): void {
    for (const exchange of [...this.#open]) exchange.abort(error);
  }

  release(): Promise<void> {
    return this.#lease.release();
  }
}
