import { randomUUID } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limit } from '../contracts/limits.js';
import { type Leases, MemoryLeases } from './leases.js';
import type { Shortage } from './rate-limit-error.js';
import type { LimitLink } from './redis/limit-link.js';
import { LimiterClient } from './redis/limiter-client.js';
import { RedisLeases } from './redis/redis-leases.js';
import { type Usage, Windows } from './windows.js';

/** A call that was let in, and what it has to give back. */
export interface Taken {
  readonly id: string;
  readonly store: LimitStore;
  readonly leased: readonly Limit[];
  readonly bytes: readonly Limit[];
}

/** The next try of somebody who has too many calls under way: nobody knows when one ends. */
const CONCURRENT_RETRY_MS = 1000;

/** Counters of one place, this process or Redis. */
export class LimitStore {
  private constructor(
    private readonly windows: Windows,
    private readonly leases: Leases,
  ) {}

  static inMemory(): LimitStore {
    return new LimitStore(new Windows((options) => new RateLimiterMemory(options)), new MemoryLeases());
  }

  static inRedis(link: LimitLink): { readonly store: LimitStore; readonly leases: RedisLeases } {
    const storeClient = new LimiterClient(link);
    const leases = new RedisLeases(link);
    const windows = new Windows(
      (options) => new RateLimiterRedis({ ...options, storeClient, useRedisPackage: true, keyPrefix: '' }),
      (counter) => link.nameOf(counter),
    );
    return { store: new LimitStore(windows, leases), leases };
  }

  /** Room under all the limits, or nothing taken from any of them. @throws LimitLinkDown */
  async take(limits: readonly Limit[], requestBytes: number): Promise<Taken | Shortage> {
    const leased = limits.filter(({ kind }) => kind === 'concurrent');
    const counted = leased.length === 0 ? limits : limits.filter(({ kind }) => kind !== 'concurrent');
    const id = leased.length === 0 ? '' : randomUUID();
    if (leased.length > 0) {
      const full = await this.leases.take(leased, id);
      if (full !== null) return { limit: full, retryAfterMs: CONCURRENT_RETRY_MS };
    }
    try {
      const short = counted.length === 0 ? null : await this.windows.take(counted, requestBytes);
      if (short === null) {
        return { id, store: this, leased, bytes: counted.filter(({ kind }) => kind === 'bytes_per_minute') };
      }
      if (leased.length > 0) this.leases.giveBack(leased, id);
      return short;
    } catch (error) {
      if (leased.length > 0) this.leases.giveBack(leased, id);
      throw error;
    }
  }

  /** The call is over. @throws LimitLinkDown */
  async end({ id, leased, bytes }: Taken, responseBytes: number): Promise<void> {
    if (leased.length > 0) this.leases.giveBack(leased, id);
    if (responseBytes > 0) await Promise.all(bytes.map((limit) => this.windows.charge(limit, responseBytes)));
  }

  /** @throws LimitLinkDown */
  async usage(limit: Limit): Promise<Usage> {
    if (limit.kind !== 'concurrent') return this.windows.usage(limit);
    return { used: await this.leases.usage(limit), resetsInMs: 0 };
  }
}
