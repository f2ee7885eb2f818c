import type { Logger } from 'pino';
import { CacheKeys } from '../../cache/cache-keys.js';
import { deriveKeys } from '../../cache/external/entry-seal.js';
import { loadRedisDriver } from '../../cache/external/redis-driver.js';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import { LimitLink } from './limit-link.js';

/** The link to the Redis of the external cache; returns within a fraction of a second, Redis up or not. */
export async function openLimitLink(settings: ExternalCacheSettings, log: Logger): Promise<LimitLink> {
  const driver = await loadRedisDriver();
  const keys = new CacheKeys(settings.prefix, settings.secret === null ? null : deriveKeys(settings.secret).names);
  return LimitLink.open({ driver, settings, keys, log });
}
