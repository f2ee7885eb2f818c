import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { UpstreamSession } from './upstream-session.js';

/** Cannot occur in names and ids, which are checked at load: no two different tuples give the same key. */
const SEPARATOR = '\u0000';

/**
 * Who shares a session (architecture D6). Every key but `shared` starts with the tenant, so that no session crosses identities;
 * `shared` stays within one project and config.
 */
export function poolKey(principal: Principal, server: ServerEntry, clientSessionId: string | null): string {
  const what = server.name + SEPARATOR + server.configHash;
  switch (server.affinity) {
    case 'principal':
      return `p${SEPARATOR}${principal.tenant}${SEPARATOR}${what}`;
    case 'session':
      // A client of the stateless era has no session and stays with its principal.
      return clientSessionId === null
        ? `p${SEPARATOR}${principal.tenant}${SEPARATOR}${what}`
        : `s${SEPARATOR}${principal.tenant}${SEPARATOR}${what}${SEPARATOR}${clientSessionId}`;
    case 'shared':
      return `x${SEPARATOR}${principal.projectId}${SEPARATOR}${principal.configId}${SEPARATOR}${what}`;
  }
}

/** The index of what a client session alone uses; null when the entry is not bound to one. */
export function clientSessionKey(tenant: string, clientSessionId: string): string {
  return tenant + SEPARATOR + clientSessionId;
}

/** One place in the pool: a session, or the attempt to open it. */
export class PoolEntry {
  readonly key: string;
  readonly server: ServerEntry;
  /** Of the client session it belongs to, when it belongs to one (clientSessionKey). */
  readonly clientKey: string | null;
  /** The id of that client session. */
  readonly owner: string | null;
  /** Everyone who used it: several only for `shared` servers. They are told when the tools change. */
  readonly tenants = new Set<string>();
  session: UpstreamSession | undefined;
  /** Whether the token that the child was started with has been replaced; undefined = it needs none, or takes it with each request. */
  isStale: (() => boolean) | undefined;
  /** Settles when the attempt is over; shared by all callers that wait. */
  connecting: Promise<UpstreamSession> | undefined;
  /** A question for a sign of life that is under way. */
  probe: Promise<boolean> | undefined;
  /** Monotonic milliseconds. */
  lastUsed: number;
  /** Ends the attempt to open the session, when the entry is dropped meanwhile. */
  readonly dropped = new AbortController();
  /** Epoch milliseconds. */
  readonly openedAt = Date.now();

  constructor(
    key: string,
    server: ServerEntry,
    { clientKey, owner }: { readonly clientKey: string | null; readonly owner: string | null },
    now: number,
  ) {
    this.key = key;
    this.server = server;
    this.clientKey = clientKey;
    this.owner = owner;
    this.lastUsed = now;
  }

  /** Open and used by nobody at the moment. */
  get idle(): boolean {
    return this.session?.inFlight === 0;
  }
}
