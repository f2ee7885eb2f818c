import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { type GatewayError, toGatewayError } from '../../errors.js';
import { UpstreamPool } from '../upstream/pool.js';
import { Metrics } from '../../telemetry/metrics.js';
import { Operations } from '../deadlines/operations.js';
import { Settlement } from '../deadlines/settlement.js';
import { discoveryLimitMs } from '../deadlines/time-limits.js';
import { Deadline } from '../sessions/deadline.js';
import { waitWithSignal } from '../upstream/wait-with-signal.js';
import { type Catalog, catalogOf } from './catalog.js';
import { listAllTools } from './discovery.js';
import { TimedCache } from './timed-cache.js';

/** How fast a server that keeps announcing changes is asked again. */
const MIN_REFRESH_MS = 1000;

interface Slot {
  readonly tenant: string;
  readonly serverName: string;
  readonly configHash: string;
  catalog: Catalog | undefined;
  stale: boolean;
  running: Promise<Catalog> | undefined;
  /** A refresh that was put off. */
  later: NodeJS.Timeout | undefined;
  failure: GatewayError | undefined;
}

/** Where a server's tools came from when they were last asked for. */
export type CatalogSource = 'cache' | 'discovery';

/**
 * What every server offers every tenant: discovered once at a time, kept for the tool cache's TTL, dropped when the server announces
 * a change. Compiled catalogs live here; plain definitions also go to the cache, so that they can outlive the process.
 */
@Injectable()
export class CatalogService implements OnModuleInit {
  private readonly slots = new Map<string, Slot>();
  private readonly listeners = new Set<(tenant: string) => void>();
  private readonly versions = new Map<string, number>();

  constructor(
    private readonly pool: UpstreamPool,
    private readonly cache: TimedCache,
    private readonly configStore: ConfigStore,
    private readonly metrics: Metrics,
    private readonly operations: Operations,
    private readonly settlement: Settlement,
  ) {}

  onModuleInit(): void {
    this.pool.onToolsChanged((tenant, serverName) => {
      this.invalidate(tenant, serverName);
    });
  }

  /** Grows whenever one of the tenant's catalogs changes; lets derived tables know that they are old. */
  version(tenant: string): number {
    return this.versions.get(tenant) ?? 0;
  }

  /** Called with the tenant whose tools changed. */
  onChange(listener: (tenant: string) => void): void {
    this.listeners.add(listener);
  }

  /** The catalog if it is at hand and fresh. */
  peek(principal: Principal, server: ServerEntry): Catalog | undefined {
    const slot = this.slots.get(keyOf(principal, server));
    const catalog = slot?.catalog;
    return catalog !== undefined && !slot?.stale && catalog.expiresAt > Date.now() ? catalog : undefined;
  }

  /** The catalog until it expires, even if its server has announced a change since: what there is to show without asking. */
  held(principal: Principal, server: ServerEntry): Catalog | undefined {
    const catalog = this.known(principal, server);
    return catalog !== undefined && catalog.expiresAt > Date.now() ? catalog : undefined;
  }

  /** The catalog as last discovered, fresh or not. */
  known(principal: Principal, server: ServerEntry): Catalog | undefined {
    return this.slots.get(keyOf(principal, server))?.catalog;
  }

  /** Why the last discovery failed, if it did. */
  failureOf(principal: Principal, server: ServerEntry): GatewayError | undefined {
    return this.slots.get(keyOf(principal, server))?.failure;
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
    const fresh = this.peek(principal, server);
    if (fresh !== undefined) {
      this.metrics.cacheHits.add(1);
      return { catalog: fresh, source: 'cache' };
    }
    const slot = this.slotOf(principal, server);
    if (slot.catalog !== undefined && slot.stale && slot.catalog.discoveredAt > Date.now() - MIN_REFRESH_MS) {
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

  /** Discovers again unless that was done a moment ago. */
  async refresh(
    principal: Principal,
    server: ServerEntry,
    olderThanMs: number,
    signal: CancelSignal,
  ): Promise<Catalog> {
    const slot = this.slotOf(principal, server);
    if (slot.catalog !== undefined && slot.catalog.discoveredAt > Date.now() - olderThanMs) return slot.catalog;
    return waitWithSignal(this.discover(principal, server, slot), signal);
  }

  /** Forgets a tenant's catalogs; returns the names of the servers forgotten. */
  async clear(principal: Principal, servers: Iterable<ServerEntry>): Promise<string[]> {
    const cleared: string[] = [];
    for (const server of servers) {
      const key = keyOf(principal, server);
      const known = this.slots.get(key)?.catalog !== undefined;
      const stored = await this.cache.delete(principal.tenant, server.name, server.configHash);
      if (known || stored) cleared.push(server.name);
      this.slots.delete(key);
    }
    if (cleared.length > 0) this.changed(principal.tenant);
    return cleared;
  }

  /** Drops what belongs to servers that a reload removed or changed. */
  retain(isCurrent: (tenant: string, serverName: string, configHash: string) => boolean): void {
    for (const [key, slot] of this.slots) {
      if (isCurrent(slot.tenant, slot.serverName, slot.configHash)) continue;
      this.slots.delete(key);
      this.changed(slot.tenant);
    }
  }

  private slotOf(principal: Principal, server: ServerEntry): Slot {
    const key = keyOf(principal, server);
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = {
        tenant: principal.tenant,
        serverName: server.name,
        configHash: server.configHash,
        catalog: undefined,
        stale: false,
        running: undefined,
        later: undefined,
        failure: undefined,
      };
      this.slots.set(key, slot);
    }
    return slot;
  }

  private async fromCache(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog | undefined> {
    if (slot.stale || slot.running !== undefined) return undefined;
    const entry = await this.cache.get(principal.tenant, server.name, server.configHash);
    if (entry === undefined || entry.expiresAt <= Date.now()) return undefined;
    slot.catalog = catalogOf(entry.tools, entry.discoveredAt, entry.expiresAt - entry.discoveredAt);
    this.changed(principal.tenant);
    return slot.catalog;
  }

  private discover(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog> {
    slot.running ??= this.run(principal, server, slot).finally(() => {
      slot.running = undefined;
    });
    return slot.running;
  }

  /** Whoever got the old tools hears of the new ones: the change is read as soon as that is due, and announced. */
  private refreshLater(principal: Principal, server: ServerEntry, slot: Slot): void {
    slot.later ??= setTimeout(() => {
      slot.later = undefined;
      if (slot.stale && this.slots.get(keyOf(principal, server)) === slot) {
        // A failure is kept in the slot.
        this.discover(principal, server, slot).catch(() => undefined);
      }
    }, MIN_REFRESH_MS).unref();
  }

  private async run(principal: Principal, server: ServerEntry, slot: Slot): Promise<Catalog> {
    const { timeouts, toolCacheTtlMs } = this.configStore.current().settings;
    const target = { server: server.name, tool: null };
    const operation = this.operations.begin(principal.tenant, target, discoveryLimitMs(timeouts, server));
    const deadline = new Deadline();
    deadline.arm(operation);
    let outcome: 'success' | 'timeout' | 'failed' = 'success';
    // What the server announces while it is being read counts for the next time.
    slot.stale = false;
    try {
      const session = await this.pool.session(principal, server, null, deadline.signal);
      const definitions = await listAllTools(session, deadline.signal);
      const catalog = catalogOf(definitions, Date.now(), toolCacheTtlMs);
      slot.catalog = catalog;
      slot.failure = undefined;
      this.metrics.serversDiscovered.add(1);
      await this.cache.set(principal.tenant, server.name, server.configHash, {
        tools: [...catalog.tools.values()].map(({ definition }) => definition),
        discoveredAt: catalog.discoveredAt,
        expiresAt: catalog.expiresAt,
      });
      this.changed(principal.tenant);
      return catalog;
    } catch (error) {
      slot.failure = toGatewayError(error);
      outcome = slot.failure.code === 'upstream_timeout' ? 'timeout' : 'failed';
      if (outcome === 'timeout') this.settlement.expect(operation, { principal, server, clientSessionId: null });
      throw slot.failure;
    } finally {
      deadline.end();
      operation.end(outcome);
    }
  }

  private invalidate(tenant: string, serverName: string): void {
    let hit = false;
    for (const slot of this.slots.values()) {
      if (slot.tenant !== tenant || slot.serverName !== serverName || slot.stale) continue;
      slot.stale = true;
      hit = true;
    }
    if (hit) this.changed(tenant);
  }

  private changed(tenant: string): void {
    this.versions.set(tenant, this.version(tenant) + 1);
    for (const listener of this.listeners) listener(tenant);
  }
}

/** Tenant first (architecture D9); NUL cannot occur in an id. */
function keyOf(principal: Principal, server: ServerEntry): string {
  return `${principal.tenant}\0${server.name}\0${server.configHash}`;
}
