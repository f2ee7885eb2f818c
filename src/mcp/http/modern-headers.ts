import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../errors.js';
import { type ClientMessage, envelopeVersion } from '../client-message.js';
import { META_CLIENT_CAPABILITIES, META_PROTOCOL_VERSION, MODERN_VERSIONS } from '../protocol.js';

const BASE64_FORM = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;
/** Methods whose target is repeated in Mcp-Name, and the member of params that holds it. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

type Params = Readonly<Record<string, unknown>>;

/**
 * 2026-07-28, "Headers": whoever parses the body must check the headers against it, or a router in front could be led to another
 * decision than the gateway.
 * @throws GatewayError header_mismatch, unsupported_protocol_version, invalid_params
 */
export function checkModernHeaders(headers: IncomingHttpHeaders, message: ClientMessage): void {
  if (message.kind === 'response')
    throw new GatewayError('invalid_request', 'The 2026 era has no responses from clients.');
  const version = envelopeVersion(message.params);
  if (typeof version !== 'string') {
    throw new GatewayError('invalid_params', `_meta must hold "${META_PROTOCOL_VERSION}".`);
  }
  match('MCP-Protocol-Version', headers['mcp-protocol-version'], version);
  if (!MODERN_VERSIONS.includes(version)) {
    throw new GatewayError('unsupported_protocol_version', 'This protocol version is not supported.', {
      data: { supported: MODERN_VERSIONS, requested: version },
    });
  }
  match('Mcp-Method', headers['mcp-method'], message.method);
  const member = NAMED.get(message.method);
  const name = member === undefined ? undefined : message.params[member];
  if (typeof name === 'string') match('Mcp-Name', decoded(headers['mcp-name']), name);
  const capabilities = (message.params._meta as Params | undefined)?.[META_CLIENT_CAPABILITIES];
  if (message.kind === 'request' && (typeof capabilities !== 'object' || capabilities === null)) {
    throw new GatewayError('invalid_params', `_meta must hold "${META_CLIENT_CAPABILITIES}".`);
  }
}

function match(name: string, header: string | string[] | undefined, expected: string): void {
  if (header === undefined) throw new GatewayError('header_mismatch', `The header ${name} is missing.`);
  if (header !== expected)
    throw new GatewayError('header_mismatch', `The header ${name} does not agree with the body.`);
}

/** Names that are no plain ASCII travel as base64 of their UTF-8. */
function decoded(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const base64 = BASE64_FORM.exec(header)?.[1];
  return base64 === undefined ? header : Buffer.from(base64, 'base64').toString('utf8');
}
