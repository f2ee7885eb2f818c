import type { McpConfig } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { matches } from '../../glob.js';

/** Of every caller: without them there is no session. */
export const ALWAYS_OPEN: ReadonlySet<string> = new Set(['initialize', 'ping', 'server/discover']);

/** @throws GatewayError forbidden when the access of the caller's project, user or key leaves the method out */
export function refuseClosedMethod(config: McpConfig | null, method: string): void {
  if (config?.methods === undefined || ALWAYS_OPEN.has(method)) return;
  if (config.methods.every((globs) => globs.some((glob) => matches(glob, method)))) return;
  throw new GatewayError(
    'forbidden',
    `This key may not use ${method}: the access of its project, user or key leaves it out.`,
  );
}
