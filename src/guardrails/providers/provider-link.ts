import type { Pool } from 'undici';
import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { RemoteProviderSettings } from '../../contracts/remote-check.js';
import { GatewayError } from '../../errors.js';
import { ConnectionPool, canonicalHost, guardedConnector } from '../../safe-fetch.js';
import { parseStrictJson } from '../../strict-json.js';
import { type HttpAnswer, JsonExchange } from './json-exchange.js';
import { type BreakerClock, ProviderBreaker } from './provider-breaker.js';
import { type FailureReason, ProviderFailure } from './provider-failure.js';
import { RequestSlots } from './request-slots.js';

/** Answers are verdicts, or a text that was at most 20,000 characters long before its personal data was taken out. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_ANSWER_NODES = 50_000;
/** Unused connections are closed before most servers do it themselves. */
const KEEP_ALIVE_MS = 15_000;

/** One request: a path below the provider's URL, headers beside the usual ones, and a JSON body. */
export interface LinkRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The way to one provider: kept connections to the one endpoint that the config names, a bound on the requests under way, a limit of
 * time for each and a circuit breaker over all. An answer is JSON under the strict rules with a status of 2xx, or a failure.
 */
export class ProviderLink {
  readonly #settings: RemoteProviderSettings;
  readonly #basePath: string;
  readonly #pool: Pool;
  readonly #slots: RequestSlots;
  readonly #breaker: ProviderBreaker;

  constructor(settings: RemoteProviderSettings, clock?: BreakerClock) {
    this.#settings = settings;
    const url = new URL(settings.url);
    // A webhook's address is the whole of it; a service's is only the beginning.
    this.#basePath = settings.type === 'http' ? url.pathname + url.search : url.pathname.replace(/\/+$/, '');
    this.#slots = new RequestSlots(settings.maxConcurrentRequests);
    this.#breaker = new ProviderBreaker(clock);
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    this.#pool = new ConnectionPool(url.origin, {
      connections: settings.maxConcurrentRequests,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Each request has its own limit, from its first byte sent to its last byte read.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: guardedConnector({
        allowedHosts: new Set([`${canonicalHost(url.hostname)}:${port}`]),
        connectTimeoutMs: settings.timeoutMs,
      }),
    });
  }

  /** The failure of this provider for a reason that only its adapter can see. */
  failure(reason: FailureReason): ProviderFailure {
    return new ProviderFailure(this.#settings.name, reason);
  }

  /**
   * The parsed answer, when `read` accepts it; null from `read` = it has not the shape of an answer.
   * @throws ProviderFailure; the signal's reason
   */
  async post<T>(request: LinkRequest, read: (answer: unknown) => T | null, signal: CancelSignal): Promise<T> {
    if (signal.aborted) throw this.#reasonOf(signal);
    if (!this.#breaker.enter()) throw this.failure('paused');
    try {
      const answer = read(this.#parse(await this.#send(request, signal)));
      if (answer === null) throw this.failure('wrong_shape');
      this.#breaker.succeeded();
      return answer;
    } catch (error) {
      // The end of the caller's time is a slow provider as well; a caller who went away says nothing about it.
      if (error instanceof ProviderFailure && error.reason !== 'busy' && !error.isSenders) this.#breaker.failed();
      else this.#breaker.gaveUp();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #send(request: LinkRequest, signal: CancelSignal): Promise<HttpAnswer> {
    const { name, timeoutMs } = this.#settings;
    return new Promise((resolve, reject) => {
      if (this.#slots.isFull) {
        reject(this.failure('busy'));
        return;
      }
      let giveUp = (): void => undefined;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        giveUp();
        settle();
      };
      const exchange = new JsonExchange(
        MAX_ANSWER_BYTES,
        (answer) => {
          end(() => {
            resolve(answer);
          });
        },
        (fault, cause) => {
          end(() => {
            reject(new ProviderFailure(name, fault, { cause }));
          });
        },
      );
      const cut = (error: Error): void => {
        exchange.abort();
        end(() => {
          reject(error);
        });
      };
      const onAbort = (): void => {
        cut(this.#reasonOf(signal));
      };
      const timer = setTimeout(() => {
        cut(this.failure('timeout'));
      }, timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      giveUp = this.#slots.take(() => {
        // Not at once: undici may report a fault before `take` has returned.
        queueMicrotask(() => {
          this.#dispatch(request, exchange);
        });
      });
    });
  }

  /** A cancelled call has its own reason; else the time for the whole check is over, which is this provider's doing. */
  #reasonOf({ reason }: CancelSignal): Error {
    return reason instanceof GatewayError ? reason : this.failure('timeout');
  }

  #dispatch({ path, headers, body }: LinkRequest, exchange: JsonExchange): void {
    this.#pool.dispatch(
      {
        method: 'POST',
        path: this.#basePath + path,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body,
      },
      exchange,
    );
  }

  #parse({ status, body }: HttpAnswer): unknown {
    const reason = reasonOfStatus(status);
    if (reason !== null) throw new ProviderFailure(this.#settings.name, reason, { status });
    let answer: unknown;
    try {
      answer = parseStrictJson(body, MAX_ANSWER_NODES);
    } catch (cause) {
      throw new ProviderFailure(this.#settings.name, 'not_json', { cause });
    }
    // Some services answer 200 to a key that they do not know.
    if (isUnauthorized(answer)) throw new ProviderFailure(this.#settings.name, 'unauthorized', { status });
    return answer;
  }
}

/** Null = an answer. Redirects are refusals: the operator named one address, and text is sent to no other. */
function reasonOfStatus(status: number): FailureReason | null {
  if (status >= 200 && status < 300) return null;
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'refused';
}

function isUnauthorized(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'message' in answer && answer.message === 'Unauthorized';
}
