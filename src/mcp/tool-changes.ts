import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CatalogService } from './catalog/catalog.service.js';
import type { ClientSession } from './sessions/client-session.js';
import { SessionStore } from './sessions/session-store.js';

/** A server that announces changes without end costs its clients one notification per this many milliseconds. */
const QUIET_MS = 200;

/** Tells client sessions that their tool list changed: late servers, list_changed of an upstream, a new configuration. */
@Injectable()
export class ToolChanges implements OnModuleInit {
  private readonly pending = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly catalogs: CatalogService,
    private readonly sessions: SessionStore,
  ) {}

  onModuleInit(): void {
    this.catalogs.onChange((tenant) => {
      this.announce(tenant);
    });
  }

  /** Also for changes that the catalogs do not see: exposure, allow-lists. */
  announce(tenant: string): void {
    if (this.pending.has(tenant)) return;
    const timer = setTimeout(() => {
      this.pending.delete(tenant);
      for (const session of this.sessions.ofTenant(tenant)) this.tell(session);
    }, QUIET_MS).unref();
    this.pending.set(tenant, timer);
  }

  close(): void {
    for (const timer of this.pending.values()) clearTimeout(timer);
    this.pending.clear();
  }

  private tell(session: ClientSession): void {
    // A client that has not listed yet has nothing to list again.
    if (session.listedVersion === null) return;
    if (session.notify?.('notifications/tools/list_changed') === true) session.listedVersion = null;
  }
}
