import { Injectable } from '@nestjs/common';
import { type CachedCatalog, CatalogCache } from '../../cache/catalog-cache.js';
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

  /** undefined also when the cache is late. */
  get(tenant: string, server: string, configHash: string): Promise<CachedCatalog | undefined> {
    return this.orNothing(this.cache.get(tenant, server, configHash));
  }

  /** Does nothing more when the cache is late: the entry is written later or not at all. */
  async set(tenant: string, server: string, configHash: string, entry: CachedCatalog): Promise<void> {
    await this.orNothing(this.cache.set(tenant, server, configHash, entry));
  }

  /**
   * True when there was an entry.
   * @throws GatewayError upstream_timeout: the entry may still be there
   */
  delete(tenant: string, server: string, configHash: string): Promise<boolean> {
    return this.inTime(this.cache.delete(tenant, server, configHash));
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
