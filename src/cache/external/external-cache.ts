import type { Logger } from 'pino';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import type { Metrics } from '../../telemetry/metrics.js';
import { type EntryCodec, MAX_ENTRY_BYTES } from './entry-codec.js';
import { PendingWrites, type PendingWrite } from './pending-writes.js';
import { type Answer, type Fault, RedisConnection } from './redis-connection.js';
import type { RedisDriver } from './redis-driver.js';

/** A start waits this long for the cache; then it goes on without. */
const START_MS = 200;
/** Between two looks at a connection that works, and the longest pause before the next attempt at one that does not. */
const WATCH_MS = 1000;
const FIRST_RETRY_MS = 250;
/** A sweep looks at SWEEP_PAGES * SWEEP_COUNT keys of a Redis at most, other applications' included, and takes SWEEP_MS at most. */
const SWEEP_PAGES = 200;
const SWEEP_COUNT = 1000;
const SWEEP_MS = 1000;

/** What the cache status and the health detail say. */
export interface ExternalCacheStatus {
  readonly state: 'up' | 'degraded';
  /** Why it is degraded. */
  readonly reason?: Fault['reason'] | 'connecting';
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** What is behind a key; `answered` is false when the external cache could not be asked. */
export interface Reading {
  readonly answered: boolean;
  readonly value: unknown;
}

export interface ExternalCacheParts {
  readonly driver: RedisDriver;
  readonly codec: EntryCodec;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Redis or KeyDB as a store that may be away: no method ever rejects or waits longer than one command's deadline. After the first
 * failure nobody waits for Redis until the watch has it back; writes of that time are made up for then.
 */
export class ExternalCache {
  readonly #settings: ExternalCacheSettings;
  readonly #parts: ExternalCacheParts;
  readonly #pending = new PendingWrites();
  #connection: RedisConnection | null = null;
  #state: 'connecting' | 'up' | 'degraded' = 'connecting';
  #fault: Fault | null = null;
  #since = Date.now();
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #watching: Promise<void> | null = null;
  #closed = false;

  private constructor(settings: ExternalCacheSettings, parts: ExternalCacheParts) {
    this.#settings = settings;
    this.#parts = parts;
    parts.metrics.cacheDegraded.source = () => (this.#state === 'up' ? 0 : 1);
  }

  /** Resolves when Redis answers, but after START_MS in any case. */
  static async open(settings: ExternalCacheSettings, parts: ExternalCacheParts): Promise<ExternalCache> {
    const cache = new ExternalCache(settings, parts);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, START_MS);
    });
    await Promise.race([cache.#watch(), late]);
    clearTimeout(timer);
    if (cache.#state === 'connecting') cache.#degrade({ reason: 'timeout', code: 'ETIMEDOUT' });
    return cache;
  }

  status(): ExternalCacheStatus {
    const since = new Date(this.#since).toISOString();
    if (this.#state === 'up') return { state: 'up', since };
    return { state: 'degraded', reason: this.#fault?.reason ?? 'connecting', since };
  }

  async read(key: string): Promise<Reading> {
    const connection = this.#connection;
    // What waits to be written is newer than what Redis has.
    if (connection === null || this.#pending.has(key)) return UNANSWERED;
    const answer = await connection.read(key, MAX_ENTRY_BYTES + 1);
    if ('fault' in answer) {
      // Somebody put something else than a string there.
      if (answer.fault.code === 'WRONGTYPE') return this.#discarded(key);
      this.#failed(answer.fault);
      return UNANSWERED;
    }
    if (answer.value.length === 0) return NOTHING;
    const value = this.#parts.codec.decode(key, answer.value);
    return value === undefined ? this.#discarded(key) : { answered: true, value };
  }

  /** Counts and removes a value that its reader cannot use. */
  async discard(key: string): Promise<void> {
    this.#parts.metrics.cacheErrors.add(1, 'invalid');
    await this.remove(key);
  }

  async write(key: string, value: unknown, expiresAt: number): Promise<void> {
    await this.#put(key, { value, expiresAt });
  }

  async remove(key: string): Promise<void> {
    await this.#put(key, null);
  }

  /** Removes the keys with this prefix as far as they are found in bounded time. Nothing may depend on its being complete. */
  async sweep(prefix: string): Promise<void> {
    const end = Date.now() + SWEEP_MS;
    let cursor = '0';
    for (let page = 0; page < SWEEP_PAGES && Date.now() < end; page++) {
      const answer = await this.#ask((connection) => connection.scan(cursor, prefix, SWEEP_COUNT));
      if (answer === null) return;
      const { keys } = answer;
      if (keys.length > 0) await this.#ask((connection) => connection.remove(keys));
      cursor = answer.cursor;
      if (cursor === '0') return;
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#watching;
    this.#connection?.close();
    this.#connection = null;
  }

  async #discarded(key: string): Promise<Reading> {
    await this.discard(key);
    return NOTHING;
  }

  async #put(key: string, write: PendingWrite): Promise<void> {
    if (this.#closed) return;
    this.#pending.put(key, write);
    if (this.#connection !== null) await this.#settle(this.#connection, key, write);
  }

  /** Makes one pending write; what does not succeed stays pending. @returns whether the next one is worth trying */
  async #settle(connection: RedisConnection, key: string, write: PendingWrite): Promise<boolean> {
    const answer = await this.#send(connection, key, write);
    if ('fault' in answer) {
      this.#failed(answer.fault);
      return false;
    }
    this.#pending.done(key, write);
    return true;
  }

  async #send(connection: RedisConnection, key: string, write: PendingWrite): Promise<Answer<void>> {
    if (write === null) return connection.remove([key]);
    const ttlMs = Math.floor(write.expiresAt - Date.now());
    if (ttlMs <= 0) return { value: undefined };
    const encoded = this.#parts.codec.encode(key, write.value);
    if (encoded !== null) return connection.write(key, encoded.stored, ttlMs);
    this.#parts.metrics.cacheErrors.add(1, 'too_large');
    // An older, smaller one must not outlive it.
    return connection.remove([key]);
  }

  async #ask<T>(command: (connection: RedisConnection) => Promise<Answer<T>>): Promise<T | null> {
    if (this.#connection === null) return null;
    const answer = await command(this.#connection);
    if ('value' in answer) return answer.value;
    this.#failed(answer.fault);
    return null;
  }

  /** Looks after the connection once, and plans the next look. One runs at a time. */
  #watch(): Promise<void> {
    this.#watching ??= this.#look().finally(() => {
      this.#watching = null;
      this.#schedule();
    });
    return this.#watching;
  }

  #schedule(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const pause =
      this.#connection === null ? Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 4), WATCH_MS) : WATCH_MS;
    this.#timer = setTimeout(() => {
      void this.#watch();
    }, pause);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const connection = this.#connection ?? (await this.#connect());
    if (connection === null) return;
    const answer = await connection.probe(`${this.#settings.prefix}:probe`);
    if ('fault' in answer) {
      this.#failed(answer.fault);
      // It answers, but not to us: not a connection to read from.
      if (answer.fault.reason === 'refused') this.#drop(connection);
      return;
    }
    for (const [key, write] of this.#pending.list()) if (!(await this.#settle(connection, key, write))) return;
    if (this.#connection === connection) this.#recover();
  }

  async #connect(): Promise<RedisConnection | null> {
    const answer = await RedisConnection.open(this.#parts.driver, this.#settings, (fault) => {
      this.#connection = null;
      this.#degrade(fault);
      if (this.#watching === null) this.#schedule();
    });
    if ('fault' in answer) {
      this.#failures++;
      this.#failed(answer.fault);
      return null;
    }
    if (this.#closed) {
      answer.value.close();
      return null;
    }
    this.#connection = answer.value;
    return answer.value;
  }

  #drop(connection: RedisConnection): void {
    connection.close();
    if (this.#connection === connection) this.#connection = null;
  }

  #failed(fault: Fault): void {
    if (this.#closed) return;
    this.#parts.metrics.cacheErrors.add(1, fault.reason);
    this.#degrade(fault);
  }

  #degrade(fault: Fault): void {
    this.#fault = fault;
    if (this.#state === 'degraded' || this.#closed) return;
    this.#state = 'degraded';
    this.#since = Date.now();
    this.#parts.log.warn(
      { event: 'cache_degraded', ...fault },
      'The external cache cannot be used; the cache goes on in memory and the next attempts run in the background.',
    );
  }

  #recover(): void {
    this.#failures = 0;
    if (this.#state === 'up' || this.#closed) return;
    const downMs = Date.now() - this.#since;
    if (this.#state === 'degraded') {
      this.#parts.log.info({ event: 'cache_recovered', degraded_ms: downMs }, 'The external cache is in use again.');
    }
    this.#state = 'up';
    this.#fault = null;
    this.#since = Date.now();
  }
}

const UNANSWERED: Reading = { answered: false, value: undefined };
const NOTHING: Reading = { answered: true, value: undefined };
