import type { Limit } from '../../contracts/limits.js';
import type { Leases } from '../leases.js';
import type { LimitLink } from './limit-link.js';

/** A replica that was killed gives back its places after this. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;

/**
 * A sorted set for each counter: the calls under way, by the time at which their leases end, by the clock of Redis.
 * Commands after TIME may write: since Redis 5 scripts are replicated by their effects.
 */
const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;
const ADD = `for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0`;
const TAKE = `${NOW}
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if redis.call('ZCARD', key) >= tonumber(ARGV[i + 2]) then return i end
end
${ADD}`;
/** Puts a place back that was lost with Redis' memory, too. */
const RENEW = `${NOW} ${ADD}`;
const GIVE_BACK = `for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end return 0`;
const COUNT = `${NOW} return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')`;

/** Of all replicas together. */
export class RedisLeases implements Leases {
  readonly #link: LimitLink;
  readonly #held = new Map<string, readonly Limit[]>();
  readonly #timer: NodeJS.Timeout;

  constructor(link: LimitLink) {
    this.#link = link;
    this.#timer = setInterval(() => {
      for (const [id, limits] of this.#held) void this.#quietly(RENEW, limits, [id, String(LEASE_MS)]);
    }, RENEW_MS);
    this.#timer.unref();
  }

  async take(limits: readonly Limit[], id: string): Promise<Limit | null> {
    const maxima = limits.map(({ max }) => String(max));
    const full = await this.#run(TAKE, limits, [id, String(LEASE_MS), ...maxima]);
    if (full > 0) return limits[full - 1] ?? null;
    this.#held.set(id, limits);
    return null;
  }

  giveBack(limits: readonly Limit[], id: string): void {
    if (!this.#held.delete(id)) return;
    // What cannot be given back now is not renewed, and ends by itself.
    void this.#quietly(GIVE_BACK, limits, [id]);
  }

  usage(limit: Limit): Promise<number> {
    return this.#run(COUNT, [limit], []);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #quietly(script: string, limits: readonly Limit[], args: readonly string[]): Promise<void> {
    try {
      await this.#run(script, limits, args);
    } catch {
      // The link has told of it.
    }
  }

  async #run(script: string, limits: readonly Limit[], args: readonly string[]): Promise<number> {
    const keys = limits.map(({ counter }) => this.#link.nameOf(counter));
    return Number(await this.#link.run(['EVAL', script, String(keys.length), ...keys, ...args]));
  }
}
