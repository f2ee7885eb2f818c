import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import type { ChangedKind } from '../contracts/changed-kind.js';
import { OfferNews } from './reverse/offer-news.js';
import { SessionStore } from './sessions/session-store.js';

/** Changes within this many milliseconds are one. */
const QUIET_MS = 200;
/** A client is not made to list again more often than this. */
const MIN_INTERVAL_MS = 1_000;
const KINDS: readonly ChangedKind[] = ['prompts', 'resources'];

interface Told {
  timer: NodeJS.Timeout | undefined;
  /** Monotonic milliseconds. */
  at: number;
}

/** Tells client sessions that a list of prompts or resources changed, as ToolChanges does of tools. */
@Injectable()
export class OfferChanges implements OnModuleInit, OnApplicationShutdown {
  private readonly told = new Map<string, Told>();
  private stopFollowing: (() => void) | undefined;

  constructor(
    private readonly news: OfferNews,
    private readonly sessions: SessionStore,
    private readonly configStore: ConfigStore,
  ) {}

  onModuleInit(): void {
    this.news.onChange((tenant, _server, kind) => {
      this.schedule(tenant, kind);
    });
    // Servers came or went, or what is open of them changed.
    this.stopFollowing = this.configStore.onChange(() => {
      for (const tenant of this.sessions.tenants()) for (const kind of KINDS) this.schedule(tenant, kind);
    });
  }

  onApplicationShutdown(): void {
    this.stopFollowing?.();
    for (const { timer } of this.told.values()) clearTimeout(timer);
    this.told.clear();
  }

  private schedule(tenant: string, kind: ChangedKind): void {
    const key = `${kind}\0${tenant}`;
    const known = this.told.get(key);
    if (known?.timer !== undefined) return;
    const now = performance.now();
    const entry = known ?? { timer: undefined, at: -Infinity };
    this.told.set(key, entry);
    entry.timer = setTimeout(
      () => {
        entry.timer = undefined;
        entry.at = performance.now();
        this.tell(tenant, kind);
        this.forgetOld();
      },
      Math.max(QUIET_MS, entry.at + MIN_INTERVAL_MS - now),
    ).unref();
  }

  private tell(tenant: string, kind: ChangedKind): void {
    for (const session of this.sessions.ofTenant(tenant)) {
      if (!session.listedOffers.has(kind)) continue;
      const isTold = session.notify?.(`notifications/${kind}/list_changed`) === true;
      if (isTold && !session.hearsAll) session.listedOffers.delete(kind);
    }
  }

  private forgetOld(): void {
    const before = performance.now() - MIN_INTERVAL_MS;
    for (const [key, { timer, at }] of this.told) if (timer === undefined && at < before) this.told.delete(key);
  }
}
