import { Module, type DynamicModule } from '@nestjs/common';
import { CACHE_MANAGER, CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import type { Cache } from 'cache-manager';
import type { Logger } from 'pino';
import type { ExternalCacheSettings } from '../config/cache-settings.js';
import type { Metrics } from '../telemetry/metrics.js';
import { CacheKeys } from './cache-keys.js';
import { createStores, type Stores } from './cache-store.js';
import { CatalogCache } from './catalog-cache.js';

/** Where cached values live. */
export interface CacheSettings {
  /** Past this the entry in memory that was unused for longest goes. */
  readonly maxEntries: number;
  /** null = in memory only. */
  readonly external: ExternalCacheSettings | null;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const STORES = Symbol('cache-stores');
/** Names in memory are nobody else's business. */
const MEMORY_KEYS = new CacheKeys('smg', null);

@Module({})
class StoresModule {
  static register(settings: CacheSettings): DynamicModule {
    return {
      module: StoresModule,
      providers: [{ provide: STORES, useFactory: () => openStores(settings) }],
      exports: [STORES],
    };
  }
}

/** Offers CatalogCache. The stores are made once and disconnected when the module is destroyed. */
@Module({})
export class CacheModule {
  static register(settings: CacheSettings): DynamicModule {
    const stores = StoresModule.register(settings);
    const manager = NestCacheModule.registerAsync({
      imports: [stores],
      inject: [STORES],
      useFactory: ({ keyvs }: Stores) => ({ stores: [...keyvs] }),
    });
    return {
      module: CacheModule,
      imports: [stores, manager],
      providers: [
        {
          provide: CatalogCache,
          useFactory: (cache: Cache, { keys, external }: Stores) => new CatalogCache({ cache, keys, external }),
          inject: [CACHE_MANAGER, STORES],
        },
      ],
      exports: [CatalogCache],
    };
  }
}

async function openStores({ maxEntries, external: settings, log, metrics }: CacheSettings): Promise<Stores> {
  if (settings === null) return createStores(maxEntries, MEMORY_KEYS, null);
  // A gateway without an external cache does not pay for the Redis client.
  const { openExternalCache } = await import('./external/open-external-cache.js');
  const { external, adapter, keys } = await openExternalCache(settings, log, metrics);
  return createStores(maxEntries, keys, { external, adapter });
}
