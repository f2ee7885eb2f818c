import type { OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ExternalCacheSettings } from '../config/cache-settings.js';
import type { Limit } from '../contracts/limits.js';
import type { Metrics } from '../telemetry/metrics.js';
import { LimitLinkDown } from './limit-link-down.js';
import type { LimitStore, Taken } from './limit-store.js';
import { RateLimitError } from './rate-limit-error.js';
import type { LimitLink, LinkStatus } from './redis/limit-link.js';
import type { Usage } from './windows.js';

export interface LimitSettings {
  /** Where calls of all replicas are counted; null = each process counts its own. */
  readonly external: ExternalCacheSettings | null;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What is opened when the first call meets a limit: a gateway without limits does not pay for it. */
interface Stores {
  readonly memory: LimitStore;
  readonly redis: { readonly link: LimitLink; readonly store: LimitStore; readonly close: () => void } | null;
}

/** Counts calls against limits, in Redis if there is one, and in this process while it is away. Never lets a call through uncounted. */
export class CallLimits implements OnModuleDestroy {
  #stores: Promise<Stores> | undefined;
  #opened: Stores | undefined;

  constructor(private readonly settings: LimitSettings) {
    settings.metrics.limitsDegraded.source = () => (this.status?.state === 'degraded' ? 1 : 0);
  }

  /** The link to Redis; null = there is none configured, or nothing was counted yet. */
  get status(): LinkStatus | null {
    return this.#opened?.redis?.link.status() ?? null;
  }

  /** Whether calls of all replicas are counted together. */
  get isShared(): boolean {
    return this.settings.external !== null;
  }

  /**
   * Room for one call under all of these.
   * @param requestBytes asked only when bytes are limited
   * @throws RateLimitError nothing was taken then
   */
  async take(limits: readonly Limit[], requestBytes: () => number): Promise<Taken> {
    const bytes = limits.some(({ kind }) => kind === 'bytes_per_minute') ? requestBytes() : 0;
    const taken = await this.#with((store) => store.take(limits, bytes));
    if ('store' in taken) return taken;
    const { scope, kind } = taken.limit;
    this.settings.metrics.rateLimited.add(1, scope, kind);
    throw RateLimitError.ofCall(taken);
  }

  /** The call is over, however it ended. Nobody waits for this. */
  end(taken: Taken, responseBytes: () => number): void {
    if (taken.leased.length === 0 && taken.bytes.length === 0) return;
    const bytes = taken.bytes.length === 0 ? 0 : responseBytes();
    taken.store.end(taken, bytes).catch(async () => {
      // Redis has gone in the meantime; what is counted here instead may be the only record of these bytes.
      const { memory } = await this.#open();
      await memory.end({ ...taken, leased: [] }, bytes);
    });
  }

  usage(limit: Limit): Promise<Usage> {
    return this.#with((store) => store.usage(limit));
  }

  onModuleDestroy(): void {
    this.#opened?.redis?.close();
  }

  /** The way out is the process's own memory, which does not fail. */
  async #with<T>(work: (store: LimitStore) => Promise<T>): Promise<T> {
    const { memory, redis } = this.#opened ?? (await this.#open());
    if (redis?.link.isUp !== true) return work(memory);
    try {
      return await work(redis.store);
    } catch (error) {
      if (!(error instanceof LimitLinkDown)) this.settings.log.error({ event: 'limits_failed', err: error });
      return work(memory);
    }
  }

  #open(): Promise<Stores> {
    this.#stores ??= openStores(this.settings).then((stores) => (this.#opened = stores));
    return this.#stores;
  }
}

async function openStores({ external, log }: LimitSettings): Promise<Stores> {
  const { LimitStore: Store } = await import('./limit-store.js');
  const memory = Store.inMemory();
  if (external === null) return { memory, redis: null };
  const { openLimitLink } = await import('./redis/open-limit-link.js');
  const link = await openLimitLink(external, log);
  const { store, leases } = Store.inRedis(link);
  const close = (): void => {
    leases.close();
    link.close();
  };
  return { memory, redis: { link, store, close } };
}
