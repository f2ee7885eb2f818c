import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CatalogService } from './catalog/catalog.service.js';
import type { ClientSession } from './sessions/client-session.js';
import { SessionStore } from './sessions/session-store.js';

/** A server that announces changes without end costs its clients one notification per this many milliseconds. */
const QUIET_MS = 200;

/** Tells client sessions that their tool list changed: late servers, list_changed of an upstream, a new configuration. */
@Injectable()
export class ToolChanges implements OnModuleInit {
  private readonly pending = new Map<string, { timer: NodeJS.Timeout; unseen: boolean }>();

  constructor(
    private readonly catalogs: CatalogService,
    private readonly sessions: SessionStore,
  ) {}

  onModuleInit(): void {
    this.catalogs.onChange((tenant) => {
      this.schedule(tenant, false);
    });
  }

  /** Also for changes that the catalogs do not see: exposure, allow-lists. */
  announce(tenant: string): void {
    this.schedule(tenant, true);
  }

  close(): void {
    for (const { timer } of this.pending.values()) clearTimeout(timer);
    this.pending.clear();
  }

  /** @param unseen whether the change leaves no trace in the catalogs' version */
  private schedule(tenant: string, unseen: boolean): void {
    const known = this.pending.get(tenant);
    if (known !== undefined) {
      known.unseen ||= unseen;
      return;
    }
    const timer = setTimeout(() => {
      const all = this.pending.get(tenant)?.unseen === true;
      this.pending.delete(tenant);
      const version = this.catalogs.version(tenant);
      for (const session of this.sessions.ofTenant(tenant)) this.tell(session, all ? null : version);
    }, QUIET_MS).unref();
    this.pending.set(tenant, { timer, unseen });
  }

  /** @param version what a client has to have listed to be up to date; null = none is */
  private tell(session: ClientSession, version: number | null): void {
    // A client that has not listed yet has nothing to list again, and one that listed meanwhile knows already.
    if (session.listedVersion === null || session.listedVersion === version) return;
    if (session.notify?.('notifications/tools/list_changed') !== true) return;
    session.listedVersion = session.hearsAll ? this.catalogs.version(session.principal.tenant) : null;
  }
}
