import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';
import { HttpExchange, type ExchangeContext, type HttpOutcome, type StreamSink } from './http-exchange.js';
import type { FlatHeaders } from './http-headers.js';
import type { PoolLease } from './http-pools.js';
import { SlotTable } from './slot-table.js';
import { abortError, unavailable } from './pending-request.js';

/** One HTTP request to the endpoint. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: FlatHeaders;
  readonly body: string | null;
  /** Without it an event stream is collected like any other body. */
  readonly sink?: StreamSink;
  readonly signal?: CancelSignal;
  /** Path and query; default: the endpoint's own. */
  readonly path?: string;
}

/** The URL of one server and the connections to it; knows every request under way, so that closing leaves none behind. */
export class HttpEndpoint {
  readonly url: URL;
  readonly #context: ExchangeContext;
  readonly #lease: PoolLease;
  readonly #path: string;

  constructor(server: string, url: URL, lease: PoolLease, maxMessageBytes: number) {
    this.url = url;
    this.#context = { server, maxMessageBytes, open: new SlotTable() };
    this.#lease = lease;
    this.#path = `${url.pathname}${url.search}`;
  }

  /** Requests under way. */
  get open(): number {
    return this.#context.open.size;
  }

  /** @throws GatewayError upstream_unavailable, upstream_protocol (too large); the signal's reason */
  send(request: HttpRequest): Promise<HttpOutcome> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted === true) {
        reject(abortError(request.signal));
        return;
      }
      const exchange = new HttpExchange(this.#context, resolve, reject, request.sink, request.signal);
      const { method, headers, body, path = this.#path } = request;
      try {
        this.#lease.dispatcher.dispatch({ path, method, headers: headers as string[], body }, exchange);
      } catch (cause) {
        exchange.abort(unavailable(this.#context.server, 'could not be sent the request', cause, false));
      }
    });
  }

  /** Fails every request under way with this error. */
  abortAll(error: GatewayError): void {
    for (const exchange of this.#context.open.values()) exchange.abort(error);
  }

  release(): Promise<void> {
    return this.#lease.release();
  }
}
