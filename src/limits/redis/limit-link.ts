import type { Logger } from 'pino';
import type { CacheKeys } from '../../cache/cache-keys.js';
import { type Fault, RedisConnection } from '../../cache/external/redis-connection.js';
import type { RedisDriver } from '../../cache/external/redis-driver.js';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import { LimitLinkDown } from '../limit-link-down.js';

/** The first call that meets a limit waits this long for Redis; then it goes on without. */
const START_MS = 200;
const WATCH_MS = 1000;

export interface LinkStatus {
  readonly state: 'up' | 'degraded';
  readonly reason?: Fault['reason'] | 'connecting';
  /** ISO 8601, UTC. */
  readonly since: string;
}

interface LinkParts {
  readonly driver: RedisDriver;
  readonly settings: ExternalCacheSettings;
  readonly keys: CacheKeys;
  readonly log: Logger;
}

/**
 * The connection that counts. Its own, so that no call waits behind a catalog of megabytes. Once a command has failed nothing is sent
 * until the watch, which writes, has found Redis well again: calls go on at full speed meanwhile.
 */
export class LimitLink {
  readonly #parts: LinkParts;
  #connection: RedisConnection | null = null;
  #isUp = false;
  #reason: Fault['reason'] | 'connecting' = 'connecting';
  #since = Date.now();
  #told = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Resolves when Redis answers, but soon in any case. */
  static async open(parts: LinkParts): Promise<LimitLink> {
    const link = new LimitLink(parts);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, START_MS);
    });
    await Promise.race([link.#watch(), late]);
    clearTimeout(timer);
    if (!link.#isUp) link.#degrade(link.#reason);
    return link;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  status(): LinkStatus {
    const since = new Date(this.#since).toISOString();
    return this.#isUp ? { state: 'up', since } : { state: 'degraded', reason: this.#reason, since };
  }

  /** The name in Redis of a counter: hashed, because ids come from outside. */
  nameOf(counter: string): string {
    return this.#parts.keys.limit(counter);
  }

  /** @throws LimitLinkDown */
  async run(command: readonly string[]): Promise<unknown> {
    if (!this.#isUp || this.#connection === null) throw new LimitLinkDown();
    const answer = await this.#connection.run(command);
    if ('value' in answer) return answer.value;
    this.#degrade(answer.fault.reason);
    throw new LimitLinkDown();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = null;
    this.#isUp = false;
  }

  async #watch(): Promise<void> {
    try {
      await this.#look();
    } finally {
      if (!this.#closed) {
        this.#timer = setTimeout(() => void this.#watch(), WATCH_MS);
        this.#timer.unref();
      }
    }
  }

  async #look(): Promise<void> {
    if (this.#connection === null) {
      const opened = await RedisConnection.open(this.#parts.driver, this.#parts.settings, ({ reason }) => {
        this.#connection = null;
        this.#degrade(reason);
      });
      if ('fault' in opened) {
        this.#degrade(opened.fault.reason);
        return;
      }
      this.#connection = opened.value;
      if (this.#closed) {
        this.close();
        return;
      }
    }
    const probe = ['SET', `${this.#parts.settings.prefix}:limit:probe`, '1', 'PX', '1000'];
    const answer = await this.#connection.run(probe);
    if ('fault' in answer) this.#degrade(answer.fault.reason);
    else this.#recover();
  }

  #degrade(reason: Fault['reason'] | 'connecting'): void {
    this.#reason = reason;
    if (this.#closed || (this.#told && !this.#isUp)) return;
    this.#isUp = false;
    this.#told = true;
    this.#since = Date.now();
    this.#parts.log.warn(
      { event: 'limits_degraded', reason },
      'Redis cannot be used to count calls: until it can, limits hold for this process alone.',
    );
  }

  #recover(): void {
    if (this.#isUp || this.#closed) return;
    this.#isUp = true;
    if (this.#told) {
      const degraded_ms = Date.now() - this.#since;
      this.#parts.log.info({ event: 'limits_recovered', degraded_ms }, 'Calls are counted in Redis again.');
    }
    this.#since = Date.now();
  }
}
