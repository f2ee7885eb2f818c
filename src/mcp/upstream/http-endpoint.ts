import { CallSignal, type CancelSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';
import { HttpExchange, type ExchangeContext, type HttpOutcome, type StreamSink } from './http-exchange.js';
import type { FlatHeaders } from './http-headers.js';
import type { PoolLease } from './http-pools.js';
import { SlotTable } from './slot-table.js';
import { abortError, unavailable } from './pending-request.js';
import type { UpstreamCredential } from './upstream-credential.js';
import { waitWithSignal } from './wait-with-signal.js';

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

interface EndpointOptions {
  readonly maxMessageBytes: number;
  /** Of a server that needs tokens. */
  readonly credential: UpstreamCredential | undefined;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const NEVER: CancelSignal = new CallSignal();

/** The URL of one server and the connections to it; knows every request under way, so that closing leaves none behind. */
export class HttpEndpoint {
  readonly url: URL;
  readonly #context: ExchangeContext;
  readonly #lease: PoolLease;
  readonly #credential: UpstreamCredential | undefined;
  readonly #path: string;

  constructor(server: string, url: URL, lease: PoolLease, options: EndpointOptions) {
    this.url = url;
    this.#context = { server, maxMessageBytes: options.maxMessageBytes, open: new SlotTable() };
    this.#lease = lease;
    this.#credential = options.credential;
    this.#path = `${url.pathname}${url.search}`;
  }

  /** Requests under way. */
  get open(): number {
    return this.#context.open.size;
  }

  /**
   * With a token when the server needs one: read for each request, so that a renewed one reaches the next.
   * @throws GatewayError upstream_unavailable, upstream_protocol (too large), upstream_token, login_required; the signal's reason
   */
  send(request: HttpRequest): Promise<HttpOutcome> {
    return this.#credential === undefined ? this.#dispatch(request) : this.#sendWithToken(request, this.#credential);
  }

  /** HTTP 401 = the server has not taken the request: it is sent once more with another token. */
  async #sendWithToken(request: HttpRequest, credential: UpstreamCredential): Promise<HttpOutcome> {
    const found = credential.authorization();
    const first = typeof found === 'string' ? found : await waitWithSignal(found, request.signal ?? NEVER);
    const outcome = await this.#dispatch(withToken(request, first));
    if (outcome.status !== UNAUTHORIZED) return this.#unlessRefused(outcome, credential);
    const second = await waitWithSignal(credential.another(first), request.signal ?? NEVER);
    return this.#unlessRefused(await this.#dispatch(withToken(request, second)), credential);
  }

  /** @throws GatewayError upstream_token when it is the token that the server does not take */
  #unlessRefused(outcome: HttpOutcome, credential: UpstreamCredential): HttpOutcome {
    if (outcome.status !== UNAUTHORIZED && outcome.status !== FORBIDDEN) return outcome;
    const challenge = outcome.headers['www-authenticate'];
    const error = credential.refusal(outcome.status, typeof challenge === 'string' ? challenge : undefined);
    if (error !== undefined) throw error;
    return outcome;
  }

  #dispatch(request: HttpRequest): Promise<HttpOutcome> {
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

function withToken(request: HttpRequest, authorization: string): HttpRequest {
  return { ...request, headers: [...request.headers, 'authorization', authorization] };
}
