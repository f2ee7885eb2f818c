import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Era } from '../../contracts/mcp-call.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerConnection, ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { Breakers } from './breakers.js';
import { UpstreamConnector, type ConnectorOptions } from './connector.js';
import { unavailable } from './pending-request.js';
import { givesSignOfLife } from './liveness.js';
import { PoolEntries } from './pool-entries.js';
import { droppedError, handshakeTimeout, isAboutToken } from './pool-errors.js';
import { clientSessionKey, PoolEntry, poolKey } from './pool-entry.js';
import {
  type CredentialSource,
  OPEN_ACCESS,
  type UpstreamAccess,
  type UpstreamCredential,
} from './upstream-credential.js';
import type { InboxLink, InboxSource } from './upstream-inbox.js';
import type { UpstreamSession } from './upstream-session.js';
import { waitWithSignal } from './wait-with-signal.js';

export interface UpstreamPoolOptions extends ConnectorOptions {
  readonly maxSessions: number;
  readonly maxStdioChildren: number;
  /** Sessions that nobody used for this long are closed. */
  readonly idleMs: number;
  /** Absent = no server may need tokens. */
  readonly credentials?: CredentialSource;
  /** Absent = what servers send unasked is dropped, and their requests are refused. */
  readonly inboxes?: InboxSource;
}

/** One session for an operator's eyes: no key, no principal. */
export interface UpstreamStatus {
  readonly server: string;
  readonly kind: ServerConnection['kind'];
  /** Null while it is being opened. */
  readonly era: Era | null;
  readonly alive: boolean;
  readonly inFlight: number;
  /** Epoch milliseconds. */
  readonly openedAt: number;
}

/** Told when a server says that its tools have changed. */
export type ToolsChangedListener = (tenant: string, serverName: string) => void;

const CLOSE_MS = 5_000;
const MAX_REAP_INTERVAL_MS = 30_000;

/** All upstream sessions: who shares which, one attempt at a time for each, bounded in number and in idle time. */
export class UpstreamPool {
  readonly #options: UpstreamPoolOptions;
  readonly #connector: UpstreamConnector;
  readonly #breakers = new Breakers();
  readonly #entries = new PoolEntries();
  /** Out of use, with calls that are not over. */
  readonly #finishing = new Set<PoolEntry>();
  /** What was dropped and is not gone yet. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #listeners: ToolsChangedListener[] = [];
  readonly #reaper: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(options: UpstreamPoolOptions) {
    this.#options = options;
    this.#connector = new UpstreamConnector(options);
    const interval = Math.min(MAX_REAP_INTERVAL_MS, Math.max(10, options.idleMs / 2));
    this.#reaper = setInterval(() => {
      this.#reap();
    }, interval).unref();
  }

  /**
   * The session for this call: at once when it is open, else a promise that settles when the one attempt under way does. `signal`
   * ends only this caller's wait.
   * @throws GatewayError upstream_unavailable (also while the breaker is open), upstream_timeout, upstream_protocol, overloaded; the signal's
   * reason: always as a rejection
   */
  session(
    principal: Principal,
    server: ServerEntry,
    clientSessionId: string | null,
    signal: CancelSignal,
  ): UpstreamSession | Promise<UpstreamSession> {
    const key = poolKey(principal, server, clientSessionId);
    const entry = this.#entries.get(key);
    if (entry?.session?.alive === true && entry.isStale?.() !== true) {
      entry.lastUsed = performance.now();
      entry.tenants.add(principal.tenant);
      return entry.session;
    }
    if (entry?.connecting !== undefined) {
      entry.tenants.add(principal.tenant);
      return waitWithSignal(entry.connecting, signal);
    }
    if (entry !== undefined) this.#replace(entry);
    const bound = server.affinity === 'session' && clientSessionId !== null;
    const clientKey = bound ? clientSessionKey(principal.tenant, clientSessionId) : null;
    const owner = clientKey === null ? null : clientSessionId;
    return this.#open(new PoolEntry(key, server, { clientKey, owner }, performance.now()), principal, signal);
  }

  /**
   * Asks the session for a sign of life after a request on it timed out; several such questions are one. A session that gives none is
   * closed and counts as a failed attempt. True = it answers, or there is none. Never rejects.
   */
  async answersWithin(
    principal: Principal,
    server: ServerEntry,
    clientSessionId: string | null,
    ms: number,
  ): Promise<boolean> {
    const entry = this.#entries.get(poolKey(principal, server, clientSessionId));
    if (entry?.session?.alive !== true) return true;
    entry.probe ??= givesSignOfLife(entry.session, ms);
    const answers = await entry.probe;
    entry.probe = undefined;
    if (answers || !this.#entries.has(entry)) return answers;
    this.#breakers.failed(entry.key);
    void this.#drop(entry);
    return false;
  }

  onToolsChanged(listener: ToolsChangedListener): void {
    this.#listeners.push(listener);
  }

  /** The open links that calls of this client session may use. */
  linksOf(tenant: string, clientSessionId: string): InboxLink[] {
    return this.#entries.all().flatMap((entry) => {
      const { session, owner, tenants } = entry;
      const isIts = owner === null ? tenants.has(tenant) : owner === clientSessionId;
      return isIts && session?.alive === true ? [linkOf(entry, session)] : [];
    });
  }

  /** Closes what belongs to this client session alone. */
  closeClientSession(tenant: string, clientSessionId: string): void {
    for (const entry of this.#entries.ofClient(clientSessionKey(tenant, clientSessionId))) void this.#drop(entry);
  }

  /** After a reload: closes the sessions whose principal or server config is gone. One current tenant keeps a shared session. */
  retain(isCurrent: (tenant: string, serverName: string, configHash: string) => boolean): void {
    for (const entry of this.#entries.all()) {
      const { name, configHash } = entry.server;
      for (const tenant of [...entry.tenants]) {
        if (!isCurrent(tenant, name, configHash)) entry.tenants.delete(tenant);
      }
      if (entry.tenants.size === 0) void this.#drop(entry);
    }
  }

  status(): UpstreamStatus[] {
    return this.#entries.all().map(({ server, session, openedAt }) => ({
      server: server.name,
      kind: server.connection.kind,
      era: session?.era ?? null,
      alive: session?.alive ?? false,
      inFlight: session?.inFlight ?? 0,
      openedAt,
    }));
  }

  /** Closes everything side by side, within 5 s; children that are still there then are killed. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    clearInterval(this.#reaper);
    for (const entry of [...this.#entries.all(), ...this.#finishing]) void this.#drop(entry);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([Promise.all(this.#leaving), late]);
    clearTimeout(timer);
    this.#connector.close();
  }

  /** Enters the entry before its first wait, so that a second caller finds the attempt. */
  async #open(entry: PoolEntry, principal: Principal, signal: CancelSignal): Promise<UpstreamSession> {
    const { key, server } = entry;
    if (this.#closing !== undefined) throw unavailable(server.name, 'is not called any more: the gateway is stopping');
    this.#breakers.check(key, server.name);
    const room = this.#makeRoom(server);
    entry.tenants.add(principal.tenant);
    this.#entries.add(entry);
    const access = this.#options.credentials?.accessTo(server, principal) ?? OPEN_ACCESS;
    entry.connecting = this.#connect(entry, access, room);
    return waitWithSignal(entry.connecting, signal);
  }

  async #connect(entry: PoolEntry, access: UpstreamAccess, room: Promise<void> | undefined): Promise<UpstreamSession> {
    const { key, server } = entry;
    const { credential } = access;
    await room;
    const given = await this.#tokenFor(entry, credential);
    const deadline = AbortSignal.timeout(this.#options.timeouts.sessionMs(server));
    let session: UpstreamSession;
    try {
      session = await this.#connector.open(server, access, AbortSignal.any([deadline, entry.dropped.signal]));
    } catch (error) {
      if (!this.#entries.has(entry)) throw droppedError(server);
      if (!isAboutToken(error, credential)) this.#breakers.failed(key);
      this.#entries.remove(entry);
      throw deadline.aborted ? handshakeTimeout(server, error) : error;
    }
    if (!this.#entries.has(entry)) {
      await session.close();
      throw droppedError(server);
    }
    this.#breakers.succeeded(key);
    session.onToolsChanged = () => {
      for (const tenant of entry.tenants) for (const listener of this.#listeners) listener(tenant, server.name);
    };
    entry.session = session;
    session.inbox = this.#options.inboxes?.open(linkOf(entry, session));
    if (given !== undefined && server.connection.kind === 'stdio')
      entry.isStale = () => credential?.isCurrent(given) === false;
    entry.connecting = undefined;
    entry.lastUsed = performance.now();
    this.#options.log.debug({ server: server.name, era: session.era }, 'upstream session opened');
    return session;
  }

  /** Before anything else: that a token cannot be had says nothing about the server, and does not count against it. */
  async #tokenFor(entry: PoolEntry, credential: UpstreamCredential | undefined): Promise<string | undefined> {
    try {
      return await credential?.authorization();
    } catch (error) {
      this.#entries.remove(entry);
      throw error;
    }
  }

  /**
   * Where a cap is reached, the idle session that was not used for the longest time goes; resolves when it is gone.
   * @throws GatewayError `overloaded` when every session is in use.
   */
  #makeRoom(server: ServerEntry): Promise<void> | undefined {
    const { maxSessions, maxStdioChildren } = this.#options;
    const stdioFull = server.connection.kind === 'stdio' && this.#entries.stdioCount >= maxStdioChildren;
    if (!stdioFull && this.#entries.size < maxSessions) return undefined;
    const oldest = this.#entries.oldestIdle(stdioFull);
    if (oldest !== undefined) return this.#drop(oldest);
    const cap = stdioFull ? `${String(maxStdioChildren)} stdio servers` : `${String(maxSessions)} upstream sessions`;
    const text = `All ${cap} that the gateway may have open are in use; try again later.`;
    throw new GatewayError('overloaded', text, { retryable: true });
  }

  /** A session that is alive and only has an old token finishes its calls first. */
  #replace(entry: PoolEntry): void {
    if (entry.session?.alive !== true || entry.session.inFlight === 0) {
      void this.#drop(entry);
      return;
    }
    this.#entries.remove(entry);
    this.#finishing.add(entry);
  }

  #reap(): void {
    for (const entry of this.#finishing) if (entry.session?.inFlight === 0) void this.#drop(entry);
    const before = performance.now() - this.#options.idleMs;
    for (const entry of this.#entries.all()) {
      const isIdle = entry.idle && entry.lastUsed < before && entry.session?.inbox?.isWanted !== true;
      if (entry.session?.alive === false || isIdle) void this.#drop(entry);
    }
    this.#breakers.forgetOld();
  }

  /** Out of the pool at once; resolves when it is closed. Never rejects. */
  #drop(entry: PoolEntry): Promise<void> {
    this.#entries.remove(entry);
    this.#finishing.delete(entry);
    entry.dropped.abort(droppedError(entry.server));
    const closed = entry.session?.close() ?? entry.connecting?.then(() => undefined) ?? Promise.resolve();
    const gone: Promise<void> = closed.then(nothing, nothing).then(() => {
      this.#leaving.delete(gone);
    });
    this.#leaving.add(gone);
    return gone;
  }
}

function linkOf({ server, owner, tenants }: PoolEntry, session: UpstreamSession): InboxLink {
  return { server, clientSessionId: owner, tenants, session };
}

function nothing(): void {
  return;
}
