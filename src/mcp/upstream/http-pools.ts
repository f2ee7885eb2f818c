import type { Dispatcher, Pool } from 'undici';
import { type AddressLookup, ConnectionPool, canonicalHost, guardedConnector } from '../../safe-fetch.js';

/** More calls than this at one server wait for a connection. */
const MAX_CONNECTIONS = 128;
/** Unused connections are closed before most servers do it themselves (Node's default is 5 s after its own hint). */
const KEEP_ALIVE_MS = 15_000;

/** A share in the connections to one server; `release` is idempotent, and the last one closes them. */
export interface PoolLease {
  readonly dispatcher: Dispatcher;
  /** For what stays open beside the calls: one stream for each session at most. */
  readonly standing: () => Dispatcher;
  release(): Promise<void>;
}

interface SharedPool {
  readonly pool: Pool;
  standing: Pool | undefined;
  leases: number;
}

/**
 * TCP connections, shared by all sessions of one server config: a connection carries no identity, only requests do. Redirects are
 * never followed, because `dispatch` knows none.
 */
export class HttpPools {
  readonly #pools = new Map<string, SharedPool>();
  readonly #connectTimeoutMs: () => number;
  readonly #lookup: AddressLookup | undefined;

  /**
   * @param connectTimeoutMs bound on TCP and TLS, asked when the first session of a server opens
   * @param lookup of names that the operator has not vouched for; default: the system's
   */
  constructor(connectTimeoutMs: () => number, lookup?: AddressLookup) {
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#lookup = lookup;
  }

  /**
   * @param publicOnly false = a URL of the operator's own config, whose endpoint may therefore be loopback or private; true = every
   * connection looks the name up, judges all its addresses and goes to one that was judged
   */
  acquire(configHash: string, url: URL, publicOnly = false): PoolLease {
    const key = `${configHash} ${url.origin}`;
    const shared = this.#pools.get(key) ?? {
      pool: this.#connect(url, publicOnly, MAX_CONNECTIONS),
      standing: undefined,
      leases: 0,
    };
    this.#pools.set(key, shared);
    shared.leases++;
    let released = false;
    return {
      dispatcher: shared.pool,
      standing: () => (shared.standing ??= this.#connect(url, publicOnly, null)),
      release: async () => {
        if (released) return;
        released = true;
        if (--shared.leases > 0) return;
        this.#pools.delete(key);
        await Promise.all([shared.pool.destroy(), shared.standing?.destroy()]);
      },
    };
  }

  /** @param connections at once; null = any number */
  #connect(url: URL, publicOnly: boolean, connections: number | null): Pool {
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    return new ConnectionPool(url.origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // A call has its own deadline, and an event stream may be silent for as long as it likes.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: guardedConnector({
        allowedHosts: new Set(publicOnly ? [] : [`${canonicalHost(url.hostname)}:${port}`]),
        connectTimeoutMs: this.#connectTimeoutMs(),
        ...(this.#lookup === undefined ? {} : { lookup: this.#lookup }),
      }),
    });
  }
}
