import { CallSignal, type CancelSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';
import { HttpExchange, type ExchangeContext, type HttpOutcome, type HttpRequest } from './http-exchange.js';
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

  constructor(server: string, url: URL, lease: PoolLease, options: EndpointOptions) {
    this.url = url;
    const { access, maxMessageBytes } = options;
    const challenged = (request: HttpRequest, outcome: HttpOutcome) => this.#challenged(request, outcome);
    const hears = access.challenged === undefined ? {} : { challenged };
    this.#context = { server, maxMessageBytes, open: new SlotTable(), ...hears };
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
    return this.#credential === undefined ? this.#dispatch(request) : this.#sendWithToken(request, this.#credential);
  }

  /** A token that is at hand costs no wait: what a refusal leads to is left to the end of the exchange. */
  #sendWithToken(request: HttpRequest, credential: UpstreamCredential): Promise<HttpOutcome> {
    const found = credential.authorization();
    if (typeof found === 'string') return this.#dispatch(this.#withToken(request, credential, found));
    return waitWithSignal(found, request.signal ?? NEVER).then((authorization) =>
      this.#dispatch(this.#withToken(request, credential, authorization)),
    );
  }

  #withToken(request: HttpRequest, credential: UpstreamCredential, authorization: string): HttpRequest {
    return withToken(request, authorization, (outcome) => this.#refused(request, credential, authorization, outcome));
  }

  /** HTTP 401 = the server has not taken the request: it is sent once more with another token; 403 = perhaps with one that may do more. */
  async #refused(
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
      outcome = await this.#dispatch(withToken(request, used));
    }
    if (outcome.status === FORBIDDEN) {
      const wider = await waitWithSignal(credential.wider(used, challengeOf(outcome)), signal);
      if (wider === undefined) return outcome;
      outcome = await this.#dispatch(withToken(request, wider));
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
    // With a token it was one of #sendWithToken's, which knows what to do.
    if (request.headers.includes('authorization')) return outcome;
    const learning = this.#access.challenged?.(challengeOf(outcome)) ?? Promise.resolve(undefined);
    this.#credential ??= await waitWithSignal(learning, request.signal ?? NEVER);
    return this.#credential === undefined ? outcome : this.#sendWithToken(request, this.#credential);
  }

  #dispatch(request: HttpRequest): Promise<HttpOutcome> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted === true) {
        reject(abortError(request.signal));
        return;
      }
      const exchange = new HttpExchange(this.#context, request, resolve, reject);
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

/** Written out: a copy of all members takes a twentieth of what a call costs. */
function withToken(
  { method, headers, body, sink, signal, path }: HttpRequest,
  authorization: string,
  refused?: HttpRequest['refused'],
): HttpRequest {
  const sent = headers.concat('authorization', authorization);
  return { method, headers: sent, body, sink, signal, path, refused };
}

function challengeOf({ headers }: HttpOutcome): string | undefined {
  const challenge = headers['www-authenticate'];
  return Array.isArray(challenge) ? challenge.join(', ') : challenge;
}
