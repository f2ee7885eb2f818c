import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ExternalCacheStatus } from '../../cache/external/external-cache.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { type GatewayError, toGatewayError } from '../../errors.js';
import { UpstreamPool } from '../upstream/pool.js';
import { Metrics } from '../../telemetry/metrics.js';
import { waitWithSignal } from '../upstream/wait-with-signal.js';
import { type Catalog, isJudged } from './catalog.js';
import { CatalogDiscovery } from './catalog-discovery.service.js';
import { CatalogJudge } from './catalog-judge.service.js';
import { CatalogRecall } from './catalog-recall.service.js';
import type { Slot } from './catalog-slot.js';
import { CatalogState } from './catalog-state.js';

/** How fast a server that keeps announcing changes is asked again. */
const MIN_REFRESH_MS = 1000;

/** Where a server's tools came from when they were last asked for. */
export type CatalogSource = 'cache' | 'discovery';

/**
 * What every server offers every tenant: discovered once at a time, kept for the tool cache's TTL, dropped when the server announces
 * a change. Compiled catalogs live here; plain definitions also go to the cache, so that they can outlive the process.
 */
@Injectable()
export class CatalogService implements OnModuleInit {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly state: CatalogState,
    private readonly recalled: CatalogRecall,
    private readonly metrics: Metrics,
    private readonly discovery: CatalogDiscovery,
    private readonly judge: CatalogJudge,
  ) {}

  onModuleInit(): void {
    this.pool.onToolsChanged((tenant, serverName) => {
      this.invalidate(tenant, serverName);
    });
  }

  /** State of the external cache; null = the cache is in memory. */
  get externalCache(): ExternalCacheStatus | null {
    return this.recalled.external;
  }

  /** Grows whenever one of the tenant's catalogs changes. */
  version(tenant: string): number {
    return this.state.versions.of(tenant);
  }

  onChange(listener: (tenant: string) => void): void {
    this.state.versions.onChange(listener);
  }

  /** The catalog if it is at hand and fresh. */
  peek(principal: Principal, server: ServerEntry): Catalog | undefined {
    const slot = this.state.slots.find(principal, server);
    if (slot?.catalog === undefined || slot.stale || !isJudged(slot.catalog, server)) return undefined;
    const now = Date.now();
    if (slot.catalog.expiresAt <= now) return undefined;
    if (slot.checkAt <= now) this.recalled.checkForClear(slot);
    return slot.catalog;
  }

  /** The catalog until it expires, even if its server has announced a change since: what there is to show without asking. */
  held(principal: Principal, server: ServerEntry): Catalog | undefined {
    const catalog = this.known(principal, server);
    return catalog !== undefined && catalog.expiresAt > Date.now() ? catalog : undefined;
  }

  /** The catalog as last discovered, fresh or not. */
  known(principal: Principal, server: ServerEntry): Catalog | undefined {
    const catalog = this.state.slots.find(principal, server)?.catalog;
    return catalog !== undefined && isJudged(catalog, server) ? catalog : undefined;
  }

  /** Why the last discovery failed, if it did. */
  failureOf(principal: Principal, server: ServerEntry): GatewayError | undefined {
    return this.state.slots.find(principal, server)?.failure;
  }

  /**
   * The catalog, discovered now if need be. One discovery runs at a time and goes on when the caller gives up.
   * @throws GatewayError what discovery met, or the signal's reason
   */
  async get(
    principal: Principal,
    server: ServerEntry,
    signal: CancelSignal,
  ): Promise<{ catalog: Catalog; source: CatalogSource }> {
    const slot = this.state.slots.of(principal, server);
    await this.judge.current(principal, server, slot, slot.catalog);
    const fresh = this.peek(principal, server);
    if (fresh !== undefined) {
      this.metrics.cacheHits.add(1);
      return { catalog: fresh, source: 'cache' };
    }
    if (
      slot.catalog !== undefined &&
      slot.stale &&
      isJudged(slot.catalog, server) &&
      slot.catalog.discoveredAt > Date.now() - MIN_REFRESH_MS
    ) {
      this.refreshLater(principal, server, slot);
      return { catalog: slot.catalog, source: 'cache' };
    }
    const cached = await this.recalled.read(principal, server, slot);
    (cached === undefined ? this.metrics.cacheMisses : this.metrics.cacheHits).add(1);
    // Another caller's discovery may have ended while the cache was asked.
    const known = cached ?? this.peek(principal, server);
    if (known !== undefined) return { catalog: known, source: 'cache' };
    const discovered = await waitWithSignal(this.discover(principal, server, slot), signal);
    // Some servers change their tools while they are being read: right after the handshake, for example.
    if (slot.stale) this.refreshLater(principal, server, slot);
    return { catalog: discovered, source: 'discovery' };
  }

  /** Takes over what the cache has of these servers, so that `held` has it too; asks no server and never throws. */
  async recall(principal: Principal, servers: Iterable<ServerEntry>): Promise<void> {
    const missing = [...servers].filter((server) => this.held(principal, server) === undefined);
    await Promise.allSettled(
      missing.map((server) => this.recalled.read(principal, server, this.state.slots.of(principal, server))),
    );
  }

  /** Discovers again unless that was done a moment ago. */
  async refresh(
    principal: Principal,
    server: ServerEntry,
    olderThanMs: number,
    signal: CancelSignal,
  ): Promise<Catalog> {
    const slot = this.state.slots.of(principal, server);
    await this.judge.current(principal, server, slot, slot.catalog);
    const fresh = this.known(principal, server);
    if (fresh !== undefined && fresh.discoveredAt > Date.now() - olderThanMs) return fresh;
    return waitWithSignal(this.discover(principal, server, slot), signal);
  }

  /** Forgets a tenant's catalogs of these servers; returns the names of those that had one. */
  async clear(principal: Principal, servers: readonly ServerEntry[]): Promise<string[]> {
    const { tenant } = principal;
    const cleared = await Promise.all(
      servers.map(async (server) => {
        const known = this.state.slots.drop(principal, server)?.catalog !== undefined;
        const stored = await this.recalled.clear(tenant, server);
        // Somebody may have read the entry while it was being removed.
        this.state.slots.drop(principal, server);
        return known || stored ? [server.name] : [];
      }),
    );
    const names = cleared.flat();
    if (names.length > 0) this.state.versions.grow(tenant);
    return names;
  }

  /** Forgets all of a tenant's catalogs, those of servers that left the config included; otherwise as `clear`. */
  async clearAll(principal: Principal, servers: readonly ServerEntry[]): Promise<string[]> {
    const cleared = await this.clear(principal, servers);
    await this.recalled.sweep(principal.tenant);
    return cleared;
  }

  /** Drops what belongs to servers that a reload removed or changed. */
  retain(isCurrent: (tenant: string, serverName: string, configHash: string) => boolean): void {
    for (const slot of this.state.slots.all()) {
      if (isCurrent(slot.tenant, slot.serverName, slot.configHash)) continue;
      this.state.remove(slot);
    }
  }

  private async discover(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog> {
    slot.running ??= this.run(principal, server, slot).finally(() => {
      slot.running = undefined;
    });
    const catalog = await this.judge.current(principal, server, slot, await slot.running);
    return catalog ?? this.discover(principal, server, slot);
  }

  /** Whoever got the old tools hears of the new ones: the change is read as soon as that is due, and announced. */
  private refreshLater(principal: Principal, server: ServerEntry, slot: Slot): void {
    slot.later ??= setTimeout(() => {
      slot.later = undefined;
      if (slot.stale && this.state.slots.has(slot)) {
        // A failure is kept in the slot.
        this.discover(principal, server, slot).catch(() => undefined);
      }
    }, MIN_REFRESH_MS).unref();
  }

  private async run(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog> {
    const { announced } = slot;
    const mark = this.recalled.mark(slot);
    try {
      const offered = await this.discovery.run(principal, server);
      const catalog = await this.judge.judge(principal, server, offered);
      // What the server announces while it is being read counts for the next time.
      slot.stale = slot.announced !== announced;
      this.recalled.take(slot, catalog, mark);
      slot.failure = undefined;
      await this.recalled.store(slot, catalog);
      return catalog;
    } catch (error) {
      slot.failure = toGatewayError(error);
      // Its tools were shown because of what it said of itself before.
      if (slot.failure.code === 'server_blocked') this.state.show(slot, undefined);
      throw slot.failure;
    }
  }

  private invalidate(tenant: string, serverName: string): void {
    const slots = this.state.slots.all().filter((slot) => slot.tenant === tenant && slot.serverName === serverName);
    const fresh = slots.filter(({ stale }) => !stale);
    for (const slot of slots) slot.announced++;
    for (const slot of fresh) {
      slot.stale = true;
      this.recalled.forget(slot);
    }
    if (fresh.length > 0) this.state.versions.grow(tenant);
  }
}
