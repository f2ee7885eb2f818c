import { Injectable } from '@nestjs/common';
import { type CachedCatalog, CatalogCache } from '../../cache/catalog-cache.js';
import type { ExternalCacheStatus } from '../../cache/external/external-cache.js';
import { ConfigStore } from '../../config/config-store.js';
import { GatewayError } from '../../errors.js';
import { Metrics } from '../../telemetry/metrics.js';
import { within } from '../deadlines/within.js';

/** The catalog cache under `cache_timeout`. It only saves time, so one that is late is passed over, except where it was to forget. */
@Injectable()
export class TimedCache {
  constructor(
    private readonly cache: CatalogCache,
    private readonly configStore: ConfigStore,
    private readonly metrics: Metrics,
  ) {}

  /** State of the external cache; null = the cache is in memory. */
  get external(): ExternalCacheStatus | null {
    return this.cache.external;
  }

  /** undefined also when the cache is late. */
  get(tenant: string, server: string, configHash: string): Promise<CachedCatalog | undefined> {
    return this.orNothing(this.cache.get(tenant, server, configHash));
  }

  mark(tenant: string, server: string): string {
    return this.cache.mark(tenant, server);
  }

  /** Does nothing more when the cache is late: the entry is written later or not at all. */
  async set(names: Parameters<CatalogCache['set']>[0], entry: CachedCatalog, mark: string): Promise<void> {
    await this.orNothing(this.cache.set(names, entry, mark));
  }

  /** For an entry that is out of date: whoever reads it meanwhile hears of the change as well. */
  async forget(tenant: string, server: string, configHash: string): Promise<void> {
    await this.orNothing(this.cache.forget(tenant, server, configHash));
  }

  /** False also when the cache is late: the next look finds out. */
  async clearedSince(tenant: string, server: string, mark: string): Promise<boolean> {
    return (await this.orNothing(this.cache.clearedSince(tenant, server, mark))) ?? false;
  }

  /**
   * True when there was an entry.
   * @throws GatewayError upstream_timeout: the entry may still be there
   */
  clear(tenant: string, server: string, configHash: string): Promise<boolean> {
    return this.inTime(this.cache.clear(tenant, server, configHash));
  }

  /** @throws GatewayError upstream_timeout: some entries may still be there */
  sweep(tenant: string): Promise<void> {
    return this.inTime(this.cache.sweep(tenant));
  }

  private async orNothing<T>(access: Promise<T>): Promise<T | undefined> {
    try {
      return await this.inTime(access);
    } catch (error) {
      if (error instanceof CacheLate) return undefined;
      throw error;
    }
  }

  private inTime<T>(access: Promise<T>): Promise<T> {
    const { cacheMs } = this.configStore.current().settings.timeouts;
    return within(cacheMs, access, () => {
      this.metrics.cacheTimeouts.add(1);
      return new CacheLate(cacheMs);
    });
  }
}

class CacheLate extends GatewayError {
  constructor(ms: number) {
    super('upstream_timeout', `The cache did not answer within ${String(ms / 1000)} s.`, { retryable: true });
  }
}
