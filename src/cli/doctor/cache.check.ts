import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CatalogCache } from '../../cache/catalog-cache.js';
import { type Check, ok, warn } from './check.js';

const NAME = 'cache';
/** A cache that was only slow at the start is found by then: its watch tries again every second at most. */
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 50;

const REASONS = {
  unreachable: ['cannot be reached', 'Check enkrypt_cache_host and enkrypt_cache_port, and that it runs.'],
  timeout: ['does not answer in time', 'Check the way to it; cache_timeout of timeout_settings is its deadline.'],
  refused: ['refuses the gateway', 'Check enkrypt_cache_password, enkrypt_cache_db and the rights of its user.'],
  connecting: ['is still being connected to', 'Run doctor again.'],
} as const;

/** Where tool lists are kept, and whether the external cache answers, takes an entry and gives it back. */
export async function checkCache(cache: CatalogCache, signal: AbortSignal): Promise<Check> {
  if (cache.external === null) return ok(NAME, 'in the memory of each gateway process');
  const end = performance.now() + PATIENCE_MS;
  while (cache.external.state !== 'up' && performance.now() < end) {
    // A refusal does not go away by waiting.
    if (cache.external.reason === 'refused') break;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
  // The gateway's own watch only reads.
  const kept = cache.external.state === 'up' && (await roundTrip(cache));
  const { state, reason = 'connecting' } = cache.external;
  if (state === 'up') {
    return kept
      ? ok(NAME, 'the external cache answers, and keeps what it is given')
      : warn(NAME, 'the external cache does not keep what it is given', 'Check its memory limit and who else uses it.');
  }
  const [what, remedy] = REASONS[reason];
  return warn(NAME, `the external cache ${what}; memory stands in for it`, remedy);
}

/** An entry of a tenant that nobody is. Writes to a cache that fails do not throw; they degrade its state. */
async function roundTrip(cache: CatalogCache): Promise<boolean> {
  const names = { tenant: `doctor_${randomUUID()}`, server: 'doctor', configHash: 'doctor' };
  const { tenant, server, configHash } = names;
  const now = Date.now();
  const entry = { tools: [], discoveredAt: now, expiresAt: now + 60_000 };
  await cache.set(names, entry, cache.mark(tenant, server));
  const kept = await cache.get(tenant, server, configHash);
  await cache.forget(tenant, server, configHash);
  return kept?.discoveredAt === now;
}
