import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import {
  isModernCode,
  MODERN_VERSION,
  readHello,
  SESSION_VERSIONS,
  UNSUPPORTED_VERSION_CODE,
  type ServerHello,
} from './envelope.js';
import { isObject, protocolError } from './json-rpc-wire.js';

/**
 * The answer to `initialize`. Any version of the handshake era that this gateway knows may be offered back.
 * @throws GatewayError `upstream_protocol`
 */
export function readInitialize(server: string, body: UpstreamBody): ServerHello {
  if (body.kind === 'error') {
    throw protocolError(server, `refused to initialize (JSON-RPC error ${String(body.error.code)})`);
  }
  const { protocolVersion } = body.result;
  if (typeof protocolVersion !== 'string' || !SESSION_VERSIONS.has(protocolVersion)) {
    throw protocolError(server, 'answered initialize with a protocol version that the gateway does not speak');
  }
  return readHello(body.result, protocolVersion);
}

/**
 * The answer to `server/discover`: a hello of the stateless era, or null when the server is to be asked to initialize instead.
 * @throws GatewayError `upstream_protocol` when the server is of the stateless era but refuses this gateway.
 */
export function readDiscover(server: string, body: UpstreamBody): ServerHello | null {
  if (body.kind === 'result') {
    return listsModern(body.result.supportedVersions) ? readHello(body.result, MODERN_VERSION) : null;
  }
  const { code, data } = body.error;
  if (!isModernCode(code)) return null;
  // A server of both eras that lacks this one revision names the older versions it does speak.
  if (code === UNSUPPORTED_VERSION_CODE && listsSessions(isObject(data) ? data.supported : undefined)) return null;
  throw protocolError(server, `refused server/discover (JSON-RPC error ${String(code)})`);
}

function listsModern(versions: unknown): boolean {
  return Array.isArray(versions) && versions.includes(MODERN_VERSION);
}

function listsSessions(versions: unknown): boolean {
  return Array.isArray(versions) && versions.some((version) => SESSION_VERSIONS.has(String(version)));
}
