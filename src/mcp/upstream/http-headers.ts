import { validateHeaderName, validateHeaderValue } from 'node:http';
import { GatewayError } from '../../errors.js';

/** Header names and values, one after the other, as undici takes them. */
export type FlatHeaders = readonly string[];

/** Set by the gateway alone: a config must not break framing, fake a session or contradict the body. */
const RESERVED: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers of a server's config that are sent along; the others are named in `ignored`.
 * @throws GatewayError `config_invalid` for a header that HTTP cannot carry
 */
export function configHeaders(
  server: string,
  headers: Readonly<Record<string, string>>,
): { sent: FlatHeaders; ignored: readonly string[] } {
  const sent: string[] = [];
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (RESERVED.has(lower) || lower.startsWith('mcp-')) {
      ignored.push(lower);
      continue;
    }
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (cause) {
      throw new GatewayError('config_invalid', `Server "${server}": a configured header is not valid in HTTP.`, {
        cause,
      });
    }
    sent.push(lower, value);
  }
  return { sent, ignored };
}

/** For every POST of a JSON-RPC message. */
export const POST_HEADERS: FlatHeaders = [
  'content-type',
  'application/json',
  'accept',
  'application/json, text/event-stream',
];

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const LOOKS_ENCODED = /^=\?base64\?.*\?=$/i;

/** A name or URI as a header value (2026-07-28, streamable HTTP): plain ASCII as it is, everything else as `=?base64?…?=`. */
export function mcpHeaderValue(value: string): string {
  if (value === '' || (PLAIN.test(value) && !LOOKS_ENCODED.test(value))) return value;
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

/** The headers that repeat the body's method and target, so that parties in between can route without parsing (2026-07-28). */
export function modernHeaders(
  base: FlatHeaders,
  method: string,
  params: Readonly<Record<string, unknown>> | undefined,
): FlatHeaders {
  const target = method === 'resources/read' ? params?.uri : NAMED.has(method) ? params?.name : undefined;
  if (typeof target !== 'string') return [...base, 'mcp-method', mcpHeaderValue(method)];
  return [...base, 'mcp-method', mcpHeaderValue(method), 'mcp-name', mcpHeaderValue(target)];
}

const NAMED: ReadonlySet<string> = new Set(['tools/call', 'prompts/get']);

const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;

/** A server's Mcp-Session-Id; null when there is none, undefined when it is not what the specification allows. */
export function readSessionId(value: string | readonly string[] | undefined): string | null | undefined {
  if (value === undefined) return null;
  return typeof value === 'string' && SESSION_ID.test(value) ? value : undefined;
}
