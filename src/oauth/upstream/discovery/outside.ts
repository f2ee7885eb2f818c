import type * as OAuth from 'oauth4webapi';
import type { OAuthTls } from '../../../contracts/upstream-oauth.js';
import { guardedFetch, type GuardedFetch } from '../../../safe-fetch.js';
import { type DiscoveryStep, documentError, statusError } from './discovery-error.js';
import type { TokenError } from '../token-error.js';
import type { Reach } from './reach.js';

/** Metadata have a few kilobytes. */
const MAX_BYTES = 256 * 1024;

type Init = OAuth.CustomFetchOptions<string, unknown>;

/** For requests of oauth4webapi. Addresses are judged by Reach beforehand, so that http needs no second permission. */
export interface OutsideOptions {
  readonly [OAuth.customFetch]: (url: string, init: Init) => Promise<Response>;
}

interface Parts {
  readonly lib: typeof OAuth;
  readonly reach: Reach;
  /** For everything that is asked in one discovery. */
  readonly deadlineMs: number;
}

/** How discovery asks others: no redirect is followed, answers are bounded in size and time, and addresses are those of Reach. */
export class Outside {
  readonly lib: typeof OAuth;
  readonly reach: Reach;
  readonly #deadlineMs: number;
  readonly #signal: AbortSignal;

  constructor({ lib, reach, deadlineMs }: Parts) {
    this.lib = lib;
    this.reach = reach;
    this.#deadlineMs = deadlineMs;
    this.#signal = AbortSignal.timeout(deadlineMs);
  }

  /**
   * A document that may be at several places, at the first where it is and can be used.
   * @returns undefined when it is nowhere
   * @throws TokenError: of a place that is not well at once, else of the first at which there was something else
   */
  async first<T>(
    places: readonly string[],
    about: { readonly at: DiscoveryStep; readonly what: string; readonly tls: OAuthTls | null },
    ask: (options: OutsideOptions) => Promise<Response>,
    read: (response: Response, place: string) => Promise<T>,
  ): Promise<T | undefined> {
    let failure: TokenError | undefined;
    for (const place of places) {
      try {
        const response = await ask(this.options(about.tls, place));
        if (response.status >= 400 && response.status < 500 && response.status !== 429) continue;
        if (response.status !== 200) throw statusError(response.status, about.at, about.what);
        return await read(response, place);
      } catch (cause) {
        const error = documentError(cause, about.at, about.what);
        if (error.retryable) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** @param place the address to ask, in the place of the one that the library makes */
  options(tls: OAuthTls | null, place?: string): OutsideOptions {
    return {
      [this.lib.customFetch]: (url: string, init: Init) => this.ask(place ?? url, init as never, tls),
      [insecureOption(this.lib)]: true,
    };
  }

  /** @throws GatewayError as guardedFetch; TimeoutError when the whole discovery has taken too long */
  async ask(url: string, init: Parameters<GuardedFetch['fetch']>[1], tls: OAuthTls | null): Promise<Response> {
    const guarded = guardedFetch({
      allowedHosts: new Set(this.reach.ownOf([url])),
      maxResponseBytes: MAX_BYTES,
      deadlineMs: this.#deadlineMs,
      connectTimeoutMs: this.#deadlineMs,
      ...(tls === null ? {} : { tls }),
    });
    try {
      const response = await guarded.fetch(url, { ...init, signal: this.#signal });
      const { status } = response;
      const body = status === 204 || status === 205 || status === 304 ? null : await response.arrayBuffer();
      const headers = new Headers([...response.headers].map(([name, value]) => [name, value]));
      return new Response(body, { status, headers });
    } finally {
      await guarded.close();
    }
  }
}

/** The library marks the option as one not to be used. */
function insecureOption(lib: typeof OAuth): symbol {
  return Reflect.get(lib, 'allowInsecureRequests');
}
