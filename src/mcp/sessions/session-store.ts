import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../contracts/principal.js';
import { GatewayError } from '../../errors.js';
import { ClientSession } from './client-session.js';
import { KeyShare } from './event-store.js';
import { SessionlessRequests } from './sessionless-requests.js';

/** One key's share; the oldest idle session gives way when it is used up. */
const MAX_SESSIONS_PER_KEY = 1000;
const MAX_SESSIONS = 10_000;
/** A key that expires ends its sessions and their open streams within a second. */
const SWEEP_MS = 500;

type EndListener = (session: ClientSession, staysElsewhere: boolean) => void;

/** The client sessions of this process (2025 era). */
@Injectable()
export class SessionStore {
  readonly sessionless = new SessionlessRequests();
  private readonly sessions = new Map<string, ClientSession>();
  private readonly perKey = new Map<string, { sessions: number; readonly share: KeyShare }>();
  private readonly endListeners = new Set<EndListener>();
  private readonly drainListeners: (() => void)[] = [];
  private sweeper: NodeJS.Timeout | undefined;

  get size(): number {
    return this.sessions.size;
  }

  /** @throws GatewayError overloaded when every session of this key (or of the gateway) is busy */
  open(principal: Principal, protocolVersion: string, view?: string): ClientSession {
    this.makeRoom(principal.keyId);
    return this.add(randomBytes(24).toString('base64url'), principal, protocolVersion, view);
  }

  /** One that another replica opened, under the id that it has. @throws GatewayError overloaded */
  adopt(id: string, principal: Principal, protocolVersion: string, view?: string): ClientSession {
    this.makeRoom(principal.keyId);
    return this.add(id, principal, protocolVersion, view);
  }

  /**
   * The session, if it is this principal's and was opened at this endpoint. Unknown, expired and foreign ids look the same from outside.
   * @param view of the endpoint; undefined = all servers
   * @throws GatewayError session_unknown
   */
  find(id: string, principal: Principal, view?: string): ClientSession {
    const session = this.sessions.get(id);
    const isOwn = session?.principal.keyId === principal.keyId && session.principal.tenant === principal.tenant;
    if (!isOwn || session.view !== view) {
      throw new GatewayError('session_unknown', 'Session not found. Start a new one with initialize.');
    }
    session.lastSeen = Date.now();
    if (endOf(principal) > endOf(session.principal)) session.principal = principal;
    return session;
  }

  /** By its id alone: for what the gateway has for a session, never for what a client asks of one. */
  local(id: string): ClientSession | undefined {
    return this.sessions.get(id);
  }

  /** @param staysElsewhere whether other replicas may go on with it */
  end(session: ClientSession, reason: string, staysElsewhere = false): void {
    if (!this.sessions.delete(session.id)) return;
    const own = this.perKey.get(session.principal.keyId);
    if (own !== undefined && --own.sessions === 0) this.perKey.delete(session.principal.keyId);
    session.close(reason);
    for (const listener of this.endListeners) listener(session, staysElsewhere);
  }

  onEnd(listener: EndListener): void {
    this.endListeners.add(listener);
  }

  onDrain(listener: () => void): void {
    this.drainListeners.push(listener);
  }

  /** From here on no client can come back; requests under way go on. */
  drain(): void {
    for (const listener of this.drainListeners) listener();
  }

  /** Sessions of one tenant, for notifications. */
  *ofTenant(tenant: string): Iterable<ClientSession> {
    for (const session of this.sessions.values()) if (session.principal.tenant === tenant) yield session;
  }

  /** Of all sessions. */
  tenants(): Set<string> {
    return new Set([...this.sessions.values()].map(({ principal }) => principal.tenant));
  }

  /** Ends the sessions of principals that are not valid any more, and their requests that belong to none. */
  revoke(isCurrent: (principal: Principal) => boolean): void {
    this.retain(({ principal }) => isCurrent(principal), 'The key of this session is no longer valid.');
    this.sessionless.retain(isCurrent, 'The key of this request is no longer valid.');
  }

  /** Ends every session that the test does not keep. */
  retain(keep: (session: ClientSession) => boolean, reason: string, staysElsewhere = false): void {
    for (const session of [...this.sessions.values()]) if (!keep(session)) this.end(session, reason, staysElsewhere);
  }

  /**
   * Ends sessions whose key has expired, and those that were idle for this long: clients often go without DELETE.
   * @param isCurrent asked about the key as it is now: it may have got its expiry after the session was opened
   */
  startSweeping(idleMs: () => number, isCurrent: (principal: Principal) => boolean): void {
    this.sweeper ??= setInterval(() => {
      this.revoke(isCurrent);
      const now = Date.now();
      const limit = now - idleMs();
      this.retain((session) => isBusy(session) || session.lastSeen > limit, 'The session was idle for too long.', true);
      for (const { events } of this.sessions.values()) events?.expire(now);
    }, SWEEP_MS).unref();
  }

  close(): void {
    clearInterval(this.sweeper);
    this.sweeper = undefined;
    this.retain(() => false, 'The gateway is shutting down.', true);
  }

  private add(id: string, principal: Principal, protocolVersion: string, view: string | undefined): ClientSession {
    const own = this.perKey.get(principal.keyId) ?? { sessions: 0, share: new KeyShare() };
    own.sessions++;
    this.perKey.set(principal.keyId, own);
    const session = new ClientSession(id, principal, protocolVersion, view, own.share);
    this.sessions.set(id, session);
    return session;
  }

  private makeRoom(keyId: string): void {
    const keyFull = (this.perKey.get(keyId)?.sessions ?? 0) >= MAX_SESSIONS_PER_KEY;
    if (!keyFull && this.sessions.size < MAX_SESSIONS) return;
    // Insertion order is age, so the first idle one is the oldest.
    for (const session of this.sessions.values()) {
      if ((keyFull && session.principal.keyId !== keyId) || isBusy(session)) continue;
      this.end(session, 'Replaced by a newer session.');
      return;
    }
    throw new GatewayError('overloaded', 'Too many busy sessions. Close some (DELETE) or try again.', {
      retryable: true,
    });
  }
}

/** When what proved a principal ceases to. */
function endOf({ expiresAt }: Principal): number {
  return expiresAt ?? Infinity;
}

function isBusy(session: ClientSession): boolean {
  return session.inFlight.size > 0 || session.isListened;
}
