import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { ClientSession } from '../sessions/client-session.js';
import { SessionStore } from '../sessions/session-store.js';
import { UpstreamPool } from '../upstream/pool.js';
import type { InboxLink } from '../upstream/upstream-inbox.js';
import { type Held, isOn, Subscriptions, tellServer } from './subscriptions.service.js';

/** How soon a link that was lost is opened again. The pool's circuit breaker bounds how often that is tried. */
const CHECK_MS = 2_000;
/** For opening one. */
const OPEN_MS = 30_000;

/** Keeps the links open that subscriptions need, although no call uses them, and ends subscriptions with their sessions. */
@Injectable()
export class SubscriptionLinks implements OnModuleInit, OnApplicationShutdown {
  private readonly opening = new Set<Held>();
  private timer: NodeJS.Timeout | undefined;
  private stopFollowing: (() => void) | undefined;

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly pool: UpstreamPool,
    private readonly sessions: SessionStore,
    private readonly configStore: ConfigStore,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.reopen();
    }, CHECK_MS).unref();
    this.sessions.onEnd((session) => {
      this.end(session);
    });
    this.stopFollowing = this.configStore.onChange(() => {
      this.subscriptions.retain();
    });
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.stopFollowing?.();
  }

  /** Whether another session behind the same link is subscribed. */
  isWanted(session: ClientSession, server: ServerEntry, uri: string): boolean {
    const link = this.linkOf({ session, server });
    return link !== undefined && this.subscriptions.isHeldOn(link, uri);
  }

  /** The open link that calls of this session to this server go over. */
  private linkOf(held: Pick<Held, 'session' | 'server'>): InboxLink | undefined {
    const { session } = held;
    return this.pool.linksOf(session.principal.tenant, session.id).find((link) => isOn(link, held));
  }

  /** Once nobody behind the same link wants it any more. */
  private leave(held: Held, uri: string): void {
    const link = this.linkOf(held);
    if (link !== undefined && !this.subscriptions.isHeldOn(link, uri))
      void tellServer(link, 'resources/unsubscribe', uri);
  }

  private end(session: ClientSession): void {
    for (const held of this.subscriptions.take(session.id)) for (const uri of held.uris.keys()) this.leave(held, uri);
  }

  /** A new link is told of the subscriptions when it opens. */
  private reopen(): void {
    for (const held of this.subscriptions.all()) {
      if (this.opening.has(held) || this.linkOf(held) !== undefined) continue;
      void this.open(held);
    }
  }

  private async open(held: Held): Promise<void> {
    const { session, server } = held;
    this.opening.add(held);
    try {
      await this.pool.session(session.principal, server, session.id, AbortSignal.timeout(OPEN_MS));
    } catch {
      // Tried again: the server is down, or its login is due.
    } finally {
      this.opening.delete(held);
    }
  }
}
