import type { Logger } from 'pino';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import type { Metrics } from '../../telemetry/metrics.js';
import { CacheKeys } from '../cache-keys.js';
import { EntryCodec } from './entry-codec.js';
import { deriveKeys, EntrySeal } from './entry-seal.js';
import { ExternalCache } from './external-cache.js';
import { KeyvAdapter } from './keyv-adapter.js';
import { loadRedisDriver } from './redis-driver.js';

/** The external cache, itself and as a store. Loads the Redis client; returns within a fraction of a second, Redis up or not. */
export async function openExternalCache(
  settings: ExternalCacheSettings,
  log: Logger,
  metrics: Metrics,
): Promise<{ readonly external: ExternalCache; readonly adapter: KeyvAdapter; readonly keys: CacheKeys }> {
  const driver = await loadRedisDriver();
  const derived = settings.secret === null ? null : deriveKeys(settings.secret);
  const codec = new EntryCodec(derived === null ? null : new EntrySeal(derived.values));
  const external = await ExternalCache.open(settings, { driver, codec, log, metrics });
  const keys = new CacheKeys(settings.prefix, derived?.names ?? null);
  return { external, adapter: new KeyvAdapter(external, keys), keys };
}
