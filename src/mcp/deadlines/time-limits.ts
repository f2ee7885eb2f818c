import type { GatewaySettings } from '../../config/settings.js';
import type { ServerEntry } from '../../contracts/server-entry.js';

type Timeouts = GatewaySettings['timeouts'];

/** The limit of one tool call in milliseconds: the tool's own, else its server's, else the gateway's. */
export function toolLimitMs(timeouts: Timeouts, { timeouts: own }: ServerEntry, tool: string): number {
  if (own === undefined) return timeouts.toolExecutionMs;
  return own.tools.get(tool) ?? own.toolExecutionMs ?? timeouts.toolExecutionMs;
}

/** The limit of a tool call however much progress it shows, in milliseconds: never less than without any. */
export function totalLimitMs(timeouts: Timeouts, { timeouts: own }: ServerEntry, limitMs: number): number {
  return Math.max(limitMs, own?.maxTotalMs ?? timeouts.maxTotalMs);
}

/** The limit of connecting to a server and reading its tools, in milliseconds. */
export function discoveryLimitMs(timeouts: Timeouts, { timeouts: own }: ServerEntry): number {
  return own?.discoveryMs ?? timeouts.discoveryMs;
}

/** When an attempt to open a session is given up: when a discovery would be, so that neither outlasts the other by much. */
export function sessionLimitMs(timeouts: Timeouts, server: ServerEntry): number {
  return Math.round(discoveryLimitMs(timeouts, server) * timeouts.escalation.timeout);
}
