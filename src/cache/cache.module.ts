import { Module, type DynamicModule } from '@nestjs/common';
import { CACHE_MANAGER, CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import type { Cache } from 'cache-manager';
import { createStore, type CacheSettings } from './cache-store.js';
import { CatalogCache } from './catalog-cache.js';

/** Offers CatalogCache. The store is made once and disconnected when the module is destroyed. */
@Module({})
export class CacheModule {
  static register(settings: CacheSettings): DynamicModule {
    return {
      module: CacheModule,
      imports: [NestCacheModule.registerAsync({ useFactory: () => ({ stores: [createStore(settings)] }) })],
      providers: [
        {
          provide: CatalogCache,
          useFactory: (cache: Cache) => new CatalogCache(cache, settings.kind),
          inject: [CACHE_MANAGER],
        },
      ],
      exports: [CatalogCache],
    };
  }
}
