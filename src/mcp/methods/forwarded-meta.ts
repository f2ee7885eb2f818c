import { OWN_META_PREFIX } from '../coverage-view.js';
import type { ClientRequest } from '../client-request.js';
import { META_PREFIX } from '../protocol.js';

/** `_meta` for the next hop: progress tokens, the 2026 envelope and what is asked of the gateway belong to this one; the rest (trace context, …) goes on. */
export function forwardedMeta(request: ClientRequest): Readonly<Record<string, unknown>> | undefined {
  const meta = request.params._meta;
  if (typeof meta !== 'object' || meta === null) return undefined;
  const kept = Object.entries(meta).filter(([key]) => !isOfThisHop(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function isOfThisHop(key: string): boolean {
  return key === 'progressToken' || key.startsWith(META_PREFIX) || key.startsWith(OWN_META_PREFIX);
}
