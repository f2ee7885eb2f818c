import { serverDisabled } from '../../config/tool-permission.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';

const ALL = '/mcp';
const ONE_SERVER = /^\/mcp\/servers\/([^/]{1,512})\/?$/;
/** Configs are new objects after a reload, so nothing here gets stale. */
const views = new WeakMap<McpConfig, Map<string, McpConfig>>();

/**
 * The name of the server that an endpoint shows; undefined = all of the project's.
 * @throws GatewayError method_not_found when there is no such endpoint
 */
export function viewAt(url: string): string | undefined {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path === ALL || path === `${ALL}/`) return undefined;
  const name = decoded(ONE_SERVER.exec(path)?.[1]);
  if (name !== undefined) return name;
  throw new GatewayError(
    'method_not_found',
    'Nothing is served here. The endpoints are /mcp, and /mcp/servers/{name} for one server.',
  );
}

/**
 * The caller as an endpoint sees it.
 * @throws GatewayError disabled; method_not_found for a server that the caller does not reach
 */
export function viewedBy(caller: Caller, view: string | undefined): Caller {
  if (view === undefined) return caller;
  const { config } = caller;
  if (config?.servers.has(view) === true) return { ...caller, config: viewOf(config, view) };
  throw (
    (config === null ? undefined : serverDisabled(config, view)) ??
    new GatewayError('method_not_found', 'This key reaches no server of this name.')
  );
}

function viewOf(config: McpConfig, view: string): McpConfig {
  let known = views.get(config);
  if (known === undefined) views.set(config, (known = new Map<string, McpConfig>()));
  let made = known.get(view);
  if (made === undefined) {
    const servers = new Map([...config.servers].filter(([name]) => name === view));
    made = Object.freeze({ ...config, exposure: 'direct' as const, servers, view, whole: config });
    known.set(view, made);
  }
  return made;
}

/** What is not percent-encoded right names nothing. */
function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
