import { createRequire } from 'node:module';
import type { redisInsStore, redisStore, RedisStore } from 'cache-manager-redis-yet';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';

/** A client of the redis package, not connected yet. */
export type RedisClient = RedisStore['client'];
type ClientOptions = NonNullable<Parameters<typeof redisStore>[0]>;

/** What is loaded only when an external cache is configured; some 45 MB. */
export interface RedisDriver {
  readonly createClient: (options: ClientOptions) => RedisClient;
  readonly storeOf: typeof redisInsStore;
  /** An answer of Redis that says no, as opposed to a broken connection. */
  readonly ErrorReply: new (message: string) => Error;
}

/**
 * cache-manager-redis-yet, and the client that it brings. Its own `redisStore()` connects without an error listener, so that a server that
 * hangs up during the handshake would end the process (see docs/adr/0009).
 */
export async function loadRedisDriver(): Promise<RedisDriver> {
  const { redisInsStore: storeOf } = await import('cache-manager-redis-yet');
  const here = createRequire(import.meta.url);
  const its = createRequire(here.resolve('cache-manager-redis-yet'));
  return { ...(its('redis') as Pick<RedisDriver, 'createClient' | 'ErrorReply'>), storeOf };
}

/**
 * No reconnecting and no queue of its own: the owner makes a new client, and nothing waits in a dead one.
 * @param signal ends the socket
 */
export function clientOptions(settings: ExternalCacheSettings, connectMs: number, signal: AbortSignal): ClientOptions {
  const { host, port, db, password, tls } = settings;
  const common = { host, port, signal, connectTimeout: connectMs, reconnectStrategy: false as const };
  return {
    socket: tls ? { ...common, tls: true } : common,
    database: db,
    ...(password === null ? {} : { password }),
    disableOfflineQueue: true,
    // KeyDB and older Redis do not know the command.
    disableClientInfo: true,
  };
}
