import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { ConfigStore } from '../config/config-store.js';
import type { Notify } from '../contracts/client-end.js';
import type { Principal } from '../contracts/principal.js';
import type { UpstreamBody } from '../contracts/upstream-body.js';
import { GatewayError } from '../errors.js';
import { LOGGER } from '../telemetry/logger.js';
import { LEGACY_VERSIONS } from './protocol.js';
import { restoredFor } from './reverse/declared-session.js';
import type { ClientSession } from './sessions/client-session.js';
import type { RequestId } from './sessions/in-flight.js';
import type { SessionLink } from './sessions/session-link.js';
import { asSessionRecord, recordOf } from './sessions/session-record.js';
import type { SessionlessRequests } from './sessions/sessionless-requests.js';
import { SessionStore } from './sessions/session-store.js';

/** A record is written again at most this often, and four times in the life that it has without a message. */
const RENEW_MS = 60_000;

type Params = Readonly<Record<string, unknown>>;

/** What one replica tells the others of a session. */
type News =
  | { readonly kind: 'ended' }
  | { readonly kind: 'cancelled'; readonly id: RequestId }
  | { readonly kind: 'answered'; readonly id: RequestId; readonly body: UpstreamBody }
  | { readonly kind: 'logs'; readonly level: string | null }
  | StreamNews;

/** About the standing stream of a session. */
type StreamNews =
  /** The sender took the session up: whoever has its standing stream says so. */
  | { readonly kind: 'adopted' }
  | { readonly kind: 'listens'; readonly isOpen: boolean }
  | {
      readonly kind: 'told';
      readonly method: string;
      readonly params?: Params | undefined;
      readonly id?: number | undefined;
    };

/**
 * Sessions of the 2025 era on several replicas: with Redis, one that is not known here is looked up there, and messages for a request
 * that runs elsewhere find it. Without Redis nothing of this costs anything.
 */
@Injectable()
export class SharedSessions implements OnModuleInit, OnApplicationShutdown {
  private readonly replica = randomUUID();
  private link: SessionLink | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly configStore: ConfigStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Requests under way that belong to no session. */
  get sessionless(): SessionlessRequests {
    return this.store.sessionless;
  }

  async onModuleInit(): Promise<void> {
    const { externalCache } = this.configStore.current().settings;
    if (externalCache === null) return;
    this.store.onEnd((session, staysElsewhere) => {
      if (!staysElsewhere) void this.forget(session);
    });
    // A gateway without Redis does not pay for its client.
    const { SessionLink } = await import('./sessions/session-link.js');
    this.link = await SessionLink.open(externalCache, this.log, (message) => {
      this.hear(message);
    });
  }

  onApplicationShutdown(): void {
    this.link?.close();
    this.link = undefined;
  }

  /**
   * The session, if it is this principal's; a promise only when another replica may know it.
   * @throws GatewayError session_unknown, and overloaded while that cannot be told
   */
  find(id: string, principal: Principal, view?: string): ClientSession | Promise<ClientSession> {
    if (this.link === undefined) return this.store.find(id, principal, view);
    if (this.store.local(id) === undefined) return this.adopt(this.link, { id, view }, principal);
    const session = this.store.find(id, principal, view);
    if (Date.now() >= session.renewAt) void this.save(session);
    return session;
  }

  /** Lets the other replicas know it as it is now. */
  async save(session: ClientSession): Promise<void> {
    if (this.link === undefined) return;
    const idleMs = this.configStore.current().settings.clientSessionIdleMs;
    session.renewAt = Date.now() + Math.min(RENEW_MS, idleMs / 4);
    const isWritten = await this.link.write(session.id, recordOf(session), idleMs);
    if (!isWritten) session.renewAt = 0;
  }

  /** Ends it everywhere. */
  async end(session: ClientSession, reason: string): Promise<void> {
    this.store.end(session, reason, true);
    await this.forget(session);
  }

  /** The standing stream of the session is here, or not any more. */
  listens(session: ClientSession, isOpen: boolean): void {
    this.tell(session, { kind: 'listens', isOpen });
  }

  cancel(session: ClientSession, id: RequestId): void {
    this.tell(session, { kind: 'cancelled', id });
  }

  answer(session: ClientSession, id: RequestId, body: UpstreamBody): void {
    this.tell(session, { kind: 'answered', id, body });
  }

  /** After a change of what the record says. */
  changed(session: ClientSession): void {
    if (this.link === undefined) return;
    void this.save(session);
    this.tell(session, { kind: 'logs', level: session.logLevel ?? null });
  }

  private async adopt(
    link: SessionLink,
    { id, view }: { readonly id: string; readonly view: string | undefined },
    principal: Principal,
  ): Promise<ClientSession> {
    const value = await link.read(id);
    if (value === undefined) {
      const text = 'Sessions of other replicas cannot be looked up now. Try again.';
      throw new GatewayError('overloaded', text, { retryable: true });
    }
    const record = asSessionRecord(value);
    // A record is a claim: it opens nothing to whoever does not come with its key.
    const isOwn = record?.keyId === principal.keyId && record.tenant === principal.tenant;
    const isHere = isOwn && record.view === (view ?? null) && LEGACY_VERSIONS.includes(record.protocolVersion);
    if (!isHere) return this.store.find(id, principal, view);
    // Another request of it may have been faster.
    if (this.store.local(id) !== undefined) return this.store.find(id, principal, view);
    const session = this.store.adopt(id, principal, record.protocolVersion, view);
    restoredFor(session, record);
    void this.save(session);
    this.tell(session, { kind: 'adopted' });
    return session;
  }

  private tell({ id }: ClientSession, news: News): void {
    void this.link?.publish({ from: this.replica, session: id, news });
  }

  private hear(message: unknown): void {
    const { from, session: id, news } = (message ?? {}) as { from?: unknown; session?: unknown; news?: News };
    if (from === this.replica || typeof id !== 'string' || typeof news !== 'object') return;
    const session = this.store.local(id);
    if (session === undefined) return;
    this.take(session, news);
  }

  private take(session: ClientSession, news: News): void {
    switch (news.kind) {
      case 'ended':
        this.store.end(session, 'The client ended the session.', true);
        return;
      case 'cancelled':
        session.inFlight.get(news.id)?.cancel('Cancelled by the client.');
        return;
      case 'answered':
        session.asks?.answer(news.id, news.body);
        return;
      case 'logs':
        session.logLevel = news.level ?? undefined;
        return;
      default:
        this.takeOfStream(session, news);
    }
  }

  private takeOfStream(session: ClientSession, news: StreamNews): void {
    switch (news.kind) {
      case 'adopted':
        if (session.isListened) this.listens(session, true);
        return;
      case 'listens':
        session.listensElsewhere(news.isOpen ? this.teller(session) : undefined);
        return;
      case 'told':
        if (session.isListened) session.notify?.(news.method, news.params, news.id);
    }
  }

  /** Tells the client on the stream that another replica has. */
  private teller(session: ClientSession): Notify {
    return (method, params, id) => {
      if (this.link?.isUp !== true) return false;
      this.tell(session, { kind: 'told', method, params, id });
      return true;
    };
  }

  private async forget(session: ClientSession): Promise<void> {
    await this.link?.remove(session.id);
    this.tell(session, { kind: 'ended' });
  }
}
