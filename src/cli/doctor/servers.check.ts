import type { INestApplicationContext } from '@nestjs/common';
import { CatalogCache } from '../../cache/catalog-cache.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { type GatewayErrorCode, toGatewayError } from '../../errors.js';
import { CatalogService } from '../../mcp/catalog/catalog.service.js';
import { operatorOf } from '../operator.js';
import { type Check, fail, ok, warn } from './check.js';

/** Servers asked at the same time: enough to be quick, few enough not to be the load that makes them slow. */
const PARALLEL = 8;

/** One server of one config, and the line it will have. */
export interface ServerCheck {
  readonly name: string;
  readonly result: Promise<Check>;
}

/**
 * Connects to every server of every config, shakes hands and lists its tools, a bounded number at a time, each with its own deadline.
 * The results never reject.
 * @param timeoutMs for each server; null = the gateway's own deadline for discovery
 */
export function checkServers(
  app: INestApplicationContext,
  snapshot: ConfigSnapshot,
  timeoutMs: number | null,
  signal: AbortSignal,
): readonly ServerCheck[] {
  const parts = { catalogs: app.get(CatalogService), cache: app.get(CatalogCache) };
  const several = snapshot.configs.size > 1;
  const pairs = [...snapshot.configs.values()].flatMap((config) =>
    [...config.servers.values()].map((server) => ({ config, server })),
  );
  const gate = boundedBy(PARALLEL);
  return pairs.map(({ config, server }) => {
    const name = several ? `server ${config.name}/${server.name}` : `server ${server.name}`;
    return { name, result: gate(() => checkServer(parts, { name, config, server }, timeoutMs, signal)) };
  });
}

async function checkServer(
  { catalogs, cache }: { readonly catalogs: CatalogService; readonly cache: CatalogCache },
  what: { readonly name: string; readonly config: McpConfig; readonly server: ServerEntry },
  timeoutMs: number | null,
  signal: AbortSignal,
): Promise<Check> {
  const { name, config, server } = what;
  const principal = operatorOf(config);
  const limit = timeoutMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const started = performance.now();
  try {
    const { offered: tools, withheld } = await catalogs.refresh(principal, server, 0, limit);
    const took = `${String(Math.round(performance.now() - started))} ms`;
    await cache.forget(principal.tenant, server.name, server.configHash);
    const detail = `${String(tools.size)} ${tools.size === 1 ? 'tool' : 'tools'}, ${took} (${server.connection.kind})`;
    const missing = [...(server.allowedTools?.keys() ?? [])].filter((tool) => !tools.has(tool));
    if (missing.length > 0) {
      const list = missing.join(', ');
      return warn(name, `${detail}; not among them: ${list}`, 'Correct these names in tools of the server.');
    }
    if (withheld.size > 0) {
      const list = [...withheld.keys()].join(', ');
      return warn(name, `${detail}; withheld by tool_guardrails_policy: ${list}`, 'Look at their definitions.');
    }
    return tools.size === 0 ? warn(name, detail, 'It offers nothing to call: check its arguments.') : ok(name, detail);
  } catch (cause) {
    const { code, message } = toGatewayError(cause);
    const late = timeoutMs !== null && code === 'upstream_timeout';
    const detail = late ? `did not answer within ${String(timeoutMs / 1_000)} s` : message;
    return fail(name, detail, remedyOf(code, server));
  }
}

function remedyOf(code: GatewayErrorCode, server: ServerEntry): string {
  const look = `\`secure-mcp-gateway server test ${JSON.stringify(server.name)}\` shows more`;
  if (code === 'upstream_timeout') return `Start it by hand to see what it waits for, or allow more time; ${look}.`;
  if (code === 'upstream_protocol') return `Check that this is an MCP server and its config.transport; ${look}.`;
  if (code === 'server_blocked') return 'Read what the server says of itself; tool_guardrails_policy decides over it.';
  const what = server.connection.kind === 'http' ? 'url and headers' : 'command, args and env';
  return `Check ${what} of the server; ${look}.`;
}

/** Runs at most `limit` of the works given to it at the same time, in their order. */
function boundedBy(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running === limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
