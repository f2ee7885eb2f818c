import { viewKey, viewOf } from '../../config/config-view.js';
import { serverDisabled } from '../../config/tool-permission.js';
import { GatewayError } from '../../errors.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';

const ALL = '/mcp';
const ONE_SERVER = /^\/mcp\/servers\/([^/]{1,512})\/?$/;
const VIRTUAL_SERVER = /^\/mcp\/virtual\/([^/]{1,512})\/?$/;

/** What an endpoint shows that does not show everything. */
export interface Endpoint {
  readonly kind: 'server' | 'virtual';
  readonly name: string;
}

/**
 * What the endpoint at a path shows; undefined = all of the project's servers.
 * @throws GatewayError method_not_found when there is no such endpoint
 */
export function endpointAt(url: string): Endpoint | undefined {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path === ALL || path === `${ALL}/`) return undefined;
  const server = decoded(ONE_SERVER.exec(path)?.[1]);
  if (server !== undefined) return { kind: 'server', name: server };
  const virtual = decoded(VIRTUAL_SERVER.exec(path)?.[1]);
  if (virtual !== undefined) return { kind: 'virtual', name: virtual };
  throw new GatewayError(
    'method_not_found',
    'Nothing is served here. The endpoints are /mcp, /mcp/servers/{name} for one server, and /mcp/virtual/{name} for a virtual server.',
  );
}

/**
 * The caller as an endpoint sees it.
 * @throws GatewayError disabled; method_not_found for what the caller does not reach
 */
export function callerAt(caller: Caller, endpoint: Endpoint | undefined): Caller {
  if (endpoint === undefined) return caller;
  const { config } = caller;
  const { kind, name } = endpoint;
  const shown = config === null ? undefined : viewOf(config, viewKey(kind, name));
  if (shown !== undefined) return { ...caller, config: shown };
  if (kind === 'virtual') {
    throw new GatewayError('method_not_found', 'This key reaches no virtual server of this name.');
  }
  throw (
    (config === null ? undefined : serverDisabled(config, name)) ??
    new GatewayError('method_not_found', 'This key reaches no server of this name.')
  );
}

/** What is not percent-encoded right names nothing. */
function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
