import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ExternalCacheStatus } from '../../cache/external/external-cache.js';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { type GatewayError, toGatewayError } from '../../errors.js';
import { UpstreamPool } from '../upstream/pool.js';
import { Metrics } from '../../telemetry/metrics.js';
import { waitWithSignal } from '../upstream/wait-with-signal.js';
import { type Catalog, catalogOf, isJudged } from './catalog.js';
import { CatalogDiscovery } from './catalog-discovery.service.js';
import { CatalogSlots, type Slot } from './catalog-slot.js';
import { CatalogVersions } from './catalog-versions.js';
import { DefinitionCheck } from './definition-check.service.js';
import { TimedCache } from './timed-cache.js';

/** How fast a server that keeps announcing changes is asked again. */
const MIN_REFRESH_MS = 1000;
/** With an external cache: how long another gateway's clear may go unnoticed by a catalog that is in use. */
const CLEAR_CHECK_MS = 5000;

/** Where a server's tools came from when they were last asked for. */
export type CatalogSource = 'cache' | 'discovery';

/**
 * What every server offers every tenant: discovered once at a time, kept for the tool cache's TTL, dropped when the server announces
 * a change. Compiled catalogs live here; plain definitions also go to the cache, so that they can outlive the process.
 */
@Injectable()
export class CatalogService implements OnModuleInit {
  private readonly slots = new CatalogSlots();
  private readonly versions = new CatalogVersions();

  constructor(
    private readonly pool: UpstreamPool,
    private readonly cache: TimedCache,
    private readonly configStore: ConfigStore,
    private readonly metrics: Metrics,
    private readonly discovery: CatalogDiscovery,
    private readonly definitions: DefinitionCheck,
  ) {}

  onModuleInit(): void {
    this.pool.onToolsChanged((tenant, serverName) => {
      this.invalidate(tenant, serverName);
    });
  }

  /** State of the external cache; null = the cache is in memory. */
  get externalCache(): ExternalCacheStatus | null {
    return this.cache.external;
  }

  /** Grows whenever one of the tenant's catalogs changes. */
  version(tenant: string): number {
    return this.versions.of(tenant);
  }

  onChange(listener: (tenant: string) => void): void {
    this.versions.onChange(listener);
  }

  /** The catalog if it is at hand and fresh. */
  peek(principal: Principal, server: ServerEntry): Catalog | undefined {
    const slot = this.slots.find(principal, server);
    if (slot?.catalog === undefined || slot.stale || !isJudged(slot.catalog, server)) return undefined;
    const now = Date.now();
    if (slot.catalog.expiresAt <= now) return undefined;
    if (slot.checkAt <= now) this.checkForClear(slot);
    return slot.catalog;
  }

  /** The catalog until it expires, even if its server has announced a change since: what there is to show without asking. */
  held(principal: Principal, server: ServerEntry): Catalog | undefined {
    const catalog = this.known(principal, server);
    return catalog !== undefined && catalog.expiresAt > Date.now() ? catalog : undefined;
  }

  /** The catalog as last discovered, fresh or not. */
  known(principal: Principal, server: ServerEntry): Catalog | undefined {
    const catalog = this.slots.find(principal, server)?.catalog;
    return catalog !== undefined && isJudged(catalog, server) ? catalog : undefined;
  }

  /** Why the last discovery failed, if it did. */
  failureOf(principal: Principal, server: ServerEntry): GatewayError | undefined {
    return this.slots.find(principal, server)?.failure;
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
    const slot = this.slots.of(principal, server);
    await this.judged(principal, server, slot, slot.catalog);
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
    const cached = await this.fromCache(principal, server, slot);
    (cached === undefined ? this.metrics.cacheMisses : this.metrics.cacheHits).add(1);
    if (cached !== undefined) return { catalog: cached, source: 'cache' };
    const discovered = await waitWithSignal(this.discover(principal, server, slot), signal);
    // Some servers change their tools while they are being read: right after the handshake, for example.
    if (slot.stale) this.refreshLater(principal, server, slot);
    return { catalog: discovered, source: 'discovery' };
  }

  /** Takes over what the cache has of these servers, so that `held` has it too; asks no server and never throws. */
  async recall(principal: Principal, servers: Iterable<ServerEntry>): Promise<void> {
    const missing = [...servers].filter((server) => this.held(principal, server) === undefined);
    await Promise.allSettled(
      missing.map((server) => this.fromCache(principal, server, this.slots.of(principal, server))),
    );
  }

  /** Discovers again unless that was done a moment ago. */
  async refresh(
    principal: Principal,
    server: ServerEntry,
    olderThanMs: number,
    signal: CancelSignal,
  ): Promise<Catalog> {
    const slot = this.slots.of(principal, server);
    await this.judged(principal, server, slot, slot.catalog);
    const fresh = this.known(principal, server);
    if (fresh !== undefined && fresh.discoveredAt > Date.now() - olderThanMs) return fresh;
    return waitWithSignal(this.discover(principal, server, slot), signal);
  }

  /** Forgets a tenant's catalogs of these servers; returns the names of those that had one. */
  async clear(principal: Principal, servers: readonly ServerEntry[]): Promise<string[]> {
    const { tenant } = principal;
    const cleared = await Promise.all(
      servers.map(async (server) => {
        const known = this.slots.drop(principal, server)?.catalog !== undefined;
        const stored = await this.cache.clear(tenant, server.name, server.configHash);
        // Somebody may have read the entry while it was being removed.
        this.slots.drop(principal, server);
        return known || stored ? [server.name] : [];
      }),
    );
    const names = cleared.flat();
    if (names.length > 0) this.versions.grow(tenant);
    return names;
  }

  /** Forgets all of a tenant's catalogs, those of servers that left the config included; otherwise as `clear`. */
  async clearAll(principal: Principal, servers: readonly ServerEntry[]): Promise<string[]> {
    const cleared = await this.clear(principal, servers);
    await this.cache.sweep(principal.tenant);
    return cleared;
  }

  /** Drops what belongs to servers that a reload removed or changed. */
  retain(isCurrent: (tenant: string, serverName: string, configHash: string) => boolean): void {
    for (const slot of this.slots.all()) {
      if (isCurrent(slot.tenant, slot.serverName, slot.configHash)) continue;
      if (this.slots.delete(slot)) this.versions.grow(slot.tenant);
    }
  }

  /** Reads the cache once for all who ask meanwhile. */
  private async fromCache(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog | undefined> {
    slot.recalling ??= this.readCache(principal, server, slot).finally(() => {
      slot.recalling = undefined;
    });
    return this.judged(principal, server, slot, await slot.recalling);
  }

  private async readCache(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog | undefined> {
    // What a server says of itself is not in the cache: where that counts, the server is asked.
    if (slot.stale || slot.running !== undefined || server.checksServerInfo) return undefined;
    const entry = await this.cache.get(principal.tenant, server.name, server.configHash);
    // A gateway with a longer expiration may have written it.
    const ttlMs = this.configStore.current().settings.toolCacheTtlMs;
    const expiresAt = entry === undefined ? 0 : Math.min(entry.expiresAt, entry.discoveredAt + ttlMs);
    if (entry === undefined || expiresAt <= Date.now()) return undefined;
    const mark = this.cache.mark(slot.tenant, slot.serverName);
    const offered = catalogOf(entry.tools, entry.discoveredAt, expiresAt - entry.discoveredAt, null);
    const catalog = await this.definitions.judge(principal, server, offered);
    // A discovery that ended meanwhile knows better.
    if (slot.catalog !== undefined && slot.catalog.discoveredAt >= entry.discoveredAt)
      return this.peek(principal, server);
    this.take(slot, catalog, mark);
    return catalog;
  }

  /**
   * The catalog under the caller's own policy: after a reload it may have been judged under another one, also by work that began before
   * it and that this caller joined. undefined = that takes more than the definitions, and the server must be asked.
   */
  private async judged(
    principal: Principal,
    server: ServerEntry,
    slot: Slot,
    catalog: Catalog | undefined,
  ): Promise<Catalog | undefined> {
    if (catalog === undefined || isJudged(catalog, server)) return catalog;
    if (server.checksServerInfo && catalog.about === null) return undefined;
    const judged = await this.definitions.judge(principal, server, catalog);
    // A discovery that ended meanwhile knows better.
    if (slot.catalog === catalog) this.show(slot, judged);
    return judged;
  }

  /** The tables of names follow at once: no route to a tool that is withheld now outlives this. */
  private show(slot: Slot, catalog: Catalog | undefined): void {
    slot.catalog = catalog;
    this.versions.grow(slot.tenant);
  }

  private take(slot: Slot, catalog: Catalog, mark: string): void {
    this.show(slot, catalog);
    slot.mark = mark;
    slot.checkAt = this.cache.external === null ? Infinity : Date.now() + CLEAR_CHECK_MS;
  }

  /** In the background: nobody waits for the external cache to use a catalog that is in memory. */
  private checkForClear(slot: Slot): void {
    slot.checkAt = Date.now() + CLEAR_CHECK_MS;
    void this.cache.clearedSince(slot.tenant, slot.serverName, slot.mark).then((cleared) => {
      if (cleared && this.slots.delete(slot)) this.versions.grow(slot.tenant);
    });
  }

  private async discover(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog> {
    slot.running ??= this.run(principal, server, slot).finally(() => {
      slot.running = undefined;
    });
    return (await this.judged(principal, server, slot, await slot.running)) ?? this.discover(principal, server, slot);
  }

  /** Whoever got the old tools hears of the new ones: the change is read as soon as that is due, and announced. */
  private refreshLater(principal: Principal, server: ServerEntry, slot: Slot): void {
    slot.later ??= setTimeout(() => {
      slot.later = undefined;
      if (slot.stale && this.slots.has(slot)) {
        // A failure is kept in the slot.
        this.discover(principal, server, slot).catch(() => undefined);
      }
    }, MIN_REFRESH_MS).unref();
  }

  private async run(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog> {
    const { announced } = slot;
    const mark = this.cache.mark(slot.tenant, slot.serverName);
    try {
      const offered = await this.discovery.run(principal, server);
      const catalog = await this.definitions.judge(principal, server, offered);
      // What the server announces while it is being read counts for the next time.
      slot.stale = slot.announced !== announced;
      this.take(slot, catalog, mark);
      slot.failure = undefined;
      await this.store(slot, catalog);
      return catalog;
    } catch (error) {
      slot.failure = toGatewayError(error);
      // Its tools were shown because of what it said of itself before.
      if (slot.failure.code === 'server_blocked') this.show(slot, undefined);
      throw slot.failure;
    }
  }

  /** Not when it was cleared or declared out of date while it was read: whoever reads it next would take it for current. */
  private async store(slot: Slot, { offered, discoveredAt, expiresAt }: Catalog): Promise<void> {
    if (slot.stale || !this.slots.has(slot)) return;
    const { tenant, serverName, configHash, mark } = slot;
    const entry = { tools: [...offered.values()].map(({ definition }) => definition), discoveredAt, expiresAt };
    await this.cache.set({ tenant, server: serverName, configHash }, entry, mark);
  }

  private invalidate(tenant: string, serverName: string): void {
    const slots = this.slots.all().filter((slot) => slot.tenant === tenant && slot.serverName === serverName);
    const fresh = slots.filter(({ stale }) => !stale);
    for (const slot of slots) slot.announced++;
    for (const slot of fresh) {
      slot.stale = true;
      // Whoever starts with this cache must not take the old list for the current one.
      void this.cache.forget(tenant, serverName, slot.configHash);
    }
    if (fresh.length > 0) this.versions.grow(tenant);
  }
}
