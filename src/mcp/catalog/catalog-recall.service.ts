import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ExternalCacheStatus } from '../../cache/external/external-cache.js';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { LOGGER } from '../../telemetry/logger.js';
import { type Catalog, catalogOf, isJudged } from './catalog.js';
import { CatalogJudge } from './catalog-judge.service.js';
import type { Slot } from './catalog-slot.js';
import { CatalogState } from './catalog-state.js';
import { TimedCache } from './timed-cache.js';

/** With an external cache: how long another gateway's clear may go unnoticed by a catalog that is in use. */
const CLEAR_CHECK_MS = 5000;

/** What the cache has of a server, and what it gets. The cache only saves time: its failures stop nobody. */
@Injectable()
export class CatalogRecall {
  constructor(
    private readonly cache: TimedCache,
    private readonly configStore: ConfigStore,
    private readonly judge: CatalogJudge,
    private readonly state: CatalogState,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** State of the external cache; null = the cache is in memory. */
  get external(): ExternalCacheStatus | null {
    return this.cache.external;
  }

  /** Names the clears that are known now; a catalog is taken with what this said when its making began. */
  mark({ tenant, serverName }: Slot): string {
    return this.cache.mark(tenant, serverName);
  }

  /** Reads the cache once for all who ask meanwhile. */
  async read(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog | undefined> {
    slot.recalling ??= this.readOnce(principal, server, slot).finally(() => {
      slot.recalling = undefined;
    });
    return this.judge.current(principal, server, slot, await slot.recalling);
  }

  take(slot: Slot, catalog: Catalog, mark: string): void {
    this.state.show(slot, catalog);
    slot.mark = mark;
    slot.checkAt = this.cache.external === null ? Infinity : Date.now() + CLEAR_CHECK_MS;
  }

  /** Not when it was cleared or declared out of date while it was read: whoever reads it next would take it for current. */
  async store(slot: Slot, { offered, discoveredAt, expiresAt }: Catalog): Promise<void> {
    if (slot.stale || !this.state.slots.has(slot)) return;
    const { tenant, serverName, configHash, mark } = slot;
    const entry = { tools: [...offered.values()].map(({ definition }) => definition), discoveredAt, expiresAt };
    await this.cache.set({ tenant, server: serverName, configHash }, entry, mark);
  }

  /** In the background: nobody waits for the external cache to use a catalog that is in memory. */
  checkForClear(slot: Slot): void {
    slot.checkAt = Date.now() + CLEAR_CHECK_MS;
    this.cache.clearedSince(slot.tenant, slot.serverName, slot.mark).then(
      (cleared) => {
        if (cleared) this.state.remove(slot);
      },
      (error: unknown) => {
        this.failed('clear_check', slot, error);
      },
    );
  }

  /** In the background: whoever starts with this cache must not take the old list for the current one. */
  forget(slot: Slot): void {
    this.cache.forget(slot.tenant, slot.serverName, slot.configHash).catch((error: unknown) => {
      this.failed('forget', slot, error);
    });
  }

  /** @returns whether there was something to forget */
  clear(tenant: string, server: ServerEntry): Promise<boolean> {
    return this.cache.clear(tenant, server.name, server.configHash);
  }

  sweep(tenant: string): Promise<void> {
    return this.cache.sweep(tenant);
  }

  private async readOnce(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog | undefined> {
    // What a server says of itself is not in the cache: where that counts, the server is asked.
    if (slot.stale || slot.running !== undefined || server.checksServerInfo) return undefined;
    const entry = await this.cache.get(principal.tenant, server.name, server.configHash);
    // A gateway with a longer expiration may have written it.
    const ttlMs = this.configStore.current().settings.toolCacheTtlMs;
    const expiresAt = entry === undefined ? 0 : Math.min(entry.expiresAt, entry.discoveredAt + ttlMs);
    if (entry === undefined || expiresAt <= Date.now()) return undefined;
    const mark = this.mark(slot);
    const offered = catalogOf(entry.tools, entry.discoveredAt, expiresAt - entry.discoveredAt, null);
    const catalog = await this.judge.judge(principal, server, offered);
    // A discovery that ended meanwhile knows better.
    if (slot.catalog !== undefined && slot.catalog.discoveredAt >= entry.discoveredAt) return newest(slot, server);
    this.take(slot, catalog, mark);
    return catalog;
  }

  /** Without this the next look finds out, or the entry expires. */
  private failed(what: string, { serverName }: Slot, error: unknown): void {
    this.log.warn({ event: 'catalog_cache_failed', what, server: serverName, err: error });
  }
}

function newest({ catalog, stale }: Slot, server: ServerEntry): Catalog | undefined {
  return catalog !== undefined && !stale && isJudged(catalog, server) && catalog.expiresAt > Date.now()
    ? catalog
    : undefined;
}
