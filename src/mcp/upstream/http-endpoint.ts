import { CallSignal, type CancelSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';
import {
  HttpExchange,
  type ExchangeContext,
  type HttpOutcome,
  type HttpRequest,
  type Refused,
} from './http-exchange.js';
import type { FlatHeaders } from './http-headers.js';
import type { PoolLease } from './http-pools.js';
import { SlotTable } from './slot-table.js';
import { abortError, unavailable } from './pending-request.js';
import type { UpstreamAccess, UpstreamCredential } from './upstream-credential.js';
import { waitWithSignal } from './wait-with-signal.js';

interface EndpointOptions {
  readonly maxMessageBytes: number;
  readonly access: UpstreamAccess;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const NEVER: CancelSignal = new CallSignal();

/** The URL of one server and the connections to it; knows every request under way, so that closing leaves none behind. */
export class HttpEndpoint {
  readonly url: URL;
  readonly #context: ExchangeContext;
  readonly #lease: PoolLease;
  readonly #access: UpstreamAccess;
  #credential: UpstreamCredential | undefined;
  readonly #path: string;
  /** The headers of a session, or of one of its tools, are the same for every call, and the token is for most. */
  readonly #withToken = new WeakMap<FlatHeaders, { readonly authorization: string; readonly headers: FlatHeaders }>();

  constructor(server: string, url: URL, lease: PoolLease, options: EndpointOptions) {
    this.url = url;
    const { access, maxMessageBytes } = options;
    this.#context = { server, maxMessageBytes, open: new SlotTable() };
    this.#lease = lease;
    this.#access = access;
    this.#credential = access.credential;
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
    return this.#credential === undefined
      ? this.#dispatch(request, undefined, this.#refused)
      : this.#sendWithToken(request, this.#credential);
  }

  /** A token that is at hand costs no wait: what a refusal leads to is left to the end of the exchange. */
  #sendWithToken(request: HttpRequest, credential: UpstreamCredential): Promise<HttpOutcome> {
    const found = credential.authorization();
    if (typeof found === 'string') return this.#dispatch(request, found, this.#refused);
    return waitWithSignal(found, request.signal ?? NEVER).then((authorization) =>
      this.#dispatch(request, authorization, this.#refused),
    );
  }

  /** Made once, because it goes with every request. */
  readonly #refused: Refused = (request, authorization, outcome) =>
    authorization === undefined || this.#credential === undefined
      ? this.#challenged(request, outcome)
      : this.#again(request, this.#credential, authorization, outcome);

  /** HTTP 401 = the server has not taken the request: it is sent once more with another token; 403 = perhaps with one that may do more. */
  async #again(
    request: HttpRequest,
    credential: UpstreamCredential,
    first: string,
    refusal: HttpOutcome,
  ): Promise<HttpOutcome> {
    const signal = request.signal ?? NEVER;
    let used = first;
    let outcome = refusal;
    if (outcome.status === UNAUTHORIZED) {
      used = await waitWithSignal(credential.another(used), signal);
      outcome = await this.#dispatch(request, used, undefined);
    }
    if (outcome.status === FORBIDDEN) {
      const wider = await waitWithSignal(credential.wider(used, challengeOf(outcome)), signal);
      if (wider === undefined) return outcome;
      outcome = await this.#dispatch(request, wider, undefined);
    }
    return this.#unlessRefused(outcome, credential);
  }

  /** @throws GatewayError upstream_token when it is the token that the server does not take */
  async #unlessRefused(outcome: HttpOutcome, credential: UpstreamCredential): Promise<HttpOutcome> {
    if (outcome.status !== UNAUTHORIZED && outcome.status !== FORBIDDEN) return outcome;
    const error = await credential.refusal(outcome.status, challengeOf(outcome));
    if (error !== undefined) throw error;
    return outcome;
  }

  /** HTTP 401 of a server that has got no token so far: from here on it gets them, if it says where they are from. */
  async #challenged(request: HttpRequest, outcome: HttpOutcome): Promise<HttpOutcome> {
    const isOfConfig = request.headers.includes('authorization');
    if (this.#access.challenged === undefined || isOfConfig || outcome.status !== UNAUTHORIZED) return outcome;
    const learning = this.#access.challenged(challengeOf(outcome));
    this.#credential ??= await waitWithSignal(learning, request.signal ?? NEVER);
    return this.#credential === undefined ? outcome : this.#sendWithToken(request, this.#credential);
  }

  #dispatch(
    request: HttpRequest,
    authorization: string | undefined,
    refused: Refused | undefined,
  ): Promise<HttpOutcome> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted === true) {
        reject(abortError(request.signal));
        return;
      }
      const exchange = new HttpExchange(this.#context, request, authorization, refused, resolve, reject);
      const { method, body, path = this.#path, isStanding } = request;
      const headers = authorization === undefined ? request.headers : this.#headers(request.headers, authorization);
      try {
        const dispatcher = isStanding === true ? this.#lease.standing() : this.#lease.dispatcher;
        dispatcher.dispatch({ path, method, headers: headers as string[], body }, exchange);
      } catch (cause) {
        exchange.abort(unavailable(this.#context.server, 'could not be sent the request', cause, false));
      }
    });
  }

  #headers(base: FlatHeaders, authorization: string): FlatHeaders {
    const made = this.#withToken.get(base);
    if (made?.authorization === authorization) return made.headers;
    const headers = base.concat('authorization', authorization);
    this.#withToken.set(base, { authorization, headers });
    return headers;
  }

  /** Fails every request under way with this error. */
  abortAll(error: GatewayError): void {
    for (const exchange of this.#context.open.values()) exchange.abort(error);
  }

  release(): Promise<void> {
    return this.#lease.release();
  }
}

function challengeOf({ headers }: HttpOutcome): string | undefined {
  const challenge = headers['www-authenticate'];
  return Array.isArray(challenge) ? challenge.join(', ') : challenge;
}
