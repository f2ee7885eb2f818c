import { randomUUID } from 'node:crypto';
import type { CatalogCache } from '../../cache/catalog-cache.js';
import { waitWithSignal } from '../../mcp/upstream/wait-with-signal.js';
import { type Check, ok, warn } from './check.js';

const NAME = 'cache';
const DEADLINE_MS = 5_000;
const REMEDY = 'The gateway works without, but asks servers for their tools more often. See to the cache, or use none.';

/** Writes, reads and deletes an entry of a tenant that nobody is. */
export async function checkCache(cache: CatalogCache, signal: AbortSignal): Promise<Check> {
  const kind: string = cache.kind;
  const where = kind === 'memory' ? 'in the memory of each gateway process' : `in ${kind}`;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
    const kept = await waitWithSignal(roundTrip(cache), limit);
    return kept ? ok(NAME, where) : warn(NAME, `${where}: an entry could not be read back`, REMEDY);
  } catch {
    signal.throwIfAborted();
    return warn(NAME, `${where}: does not answer`, REMEDY);
  }
}

async function roundTrip(cache: CatalogCache): Promise<boolean> {
  const tenant = `doctor_${randomUUID()}`;
  const now = Date.now();
  await cache.set(tenant, 'doctor', 'doctor', { tools: [], discoveredAt: now, expiresAt: now + DEADLINE_MS });
  const kept = await cache.get(tenant, 'doctor', 'doctor');
  await cache.delete(tenant, 'doctor', 'doctor');
  return kept?.discoveredAt === now;
}
