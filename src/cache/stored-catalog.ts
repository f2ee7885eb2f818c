/** A catalog as it stands in a store, with everything it was stored for. Plain JSON. Times are epoch milliseconds. */
export interface StoredCatalog {
  readonly tenant: string;
  readonly server: string;
  readonly configHash: string;
  /** The mark of the last clear that the writer knew of, see ClearMarks. */
  readonly mark: string;
  readonly discoveredAt: number;
  readonly expiresAt: number;
  readonly tools: readonly Readonly<Record<string, unknown>>[];
}

const MEMBERS = ['configHash', 'discoveredAt', 'expiresAt', 'mark', 'server', 'tenant', 'tools'].join();
const MAX_TOOLS = 10_000;
/** The longest `enkrypt_tool_cache_expiration`. */
const MAX_TTL_MS = 576 * 3_600_000;
/** By how much the clocks of two gateways may differ. */
const MAX_SKEW_MS = 60_000;

/** The value as a catalog, or null when it has another shape or times that no gateway writes. */
export function asStoredCatalog(value: unknown): StoredCatalog | null {
  if (typeof value !== 'object' || value === null || Object.keys(value).sort().join() !== MEMBERS) return null;
  const { tenant, server, configHash, mark, discoveredAt, expiresAt, tools } = value as Record<string, unknown>;
  if (![tenant, server, configHash, mark].every((text) => typeof text === 'string')) return null;
  if (!isTime(discoveredAt) || !isTime(expiresAt)) return null;
  if (discoveredAt > Date.now() + MAX_SKEW_MS || expiresAt - discoveredAt > MAX_TTL_MS) return null;
  if (!Array.isArray(tools) || tools.length > MAX_TOOLS || !tools.every(isTool)) return null;
  return value as StoredCatalog;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isTool(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, inputSchema } = value as { name?: unknown; inputSchema?: unknown };
  return typeof name === 'string' && name !== '' && typeof inputSchema === 'object' && inputSchema !== null;
}
