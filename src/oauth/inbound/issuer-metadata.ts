import type { TokenIssuer } from '../../config/inbound-oauth.js';
import { GatewayError } from '../../errors.js';
import { canonicalHost, guardedFetch, type GuardedFetch } from '../../safe-fetch.js';
import { parseStrictJson } from '../../strict-json.js';

/** Metadata and key sets have a few KB. */
const MAX_BYTES = 256 * 1024;

type Get = GuardedFetch['fetch'];

/**
 * The key set of an issuer, found by its metadata unless the config says where it is. The issuer's own host may be private, because the
 * operator named it; an address that its metadata name may not. Redirects are not followed.
 * @throws GatewayError upstream_unavailable, upstream_timeout, upstream_protocol
 */
export async function fetchKeySet(issuer: TokenIssuer, timeoutMs: number): Promise<unknown> {
  const named = [issuer.issuer, ...(issuer.jwksUri === null ? [] : [issuer.jwksUri])];
  const guarded = guardedFetch({
    allowedHosts: new Set(named.map(endpointOf)),
    maxResponseBytes: MAX_BYTES,
    deadlineMs: timeoutMs,
    connectTimeoutMs: timeoutMs,
  });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await readJson(guarded.fetch, issuer.jwksUri ?? (await discover(guarded.fetch, issuer, signal)), signal);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('upstream_timeout', 'The authorization server did not answer in time.', { cause });
  } finally {
    await guarded.close();
  }
}

/** RFC 8414 §3.1 puts the well-known part before the path of the issuer, OpenID Connect Discovery 1.0 §4 behind it. */
function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(urls)];
}

async function discover(get: Get, { issuer }: TokenIssuer, signal: AbortSignal): Promise<string> {
  let last = new GatewayError('upstream_protocol', 'The authorization server has no metadata.');
  for (const url of metadataUrls(issuer)) {
    try {
      return jwksUriOf(await readJson(get, url, signal), issuer);
    } catch (cause) {
      // Whoever is not there is not there under the next address either.
      if (!(cause instanceof GatewayError) || cause.code !== 'upstream_protocol') throw cause;
      last = cause;
    }
  }
  throw last;
}

/** RFC 8414 §3.3: metadata that name another issuer must not be used. */
function jwksUriOf(metadata: unknown, issuer: string): string {
  const { issuer: named, jwks_uri: uri } = metadata as Readonly<Record<string, unknown>>;
  if (named !== issuer) {
    throw new GatewayError('upstream_protocol', 'The metadata are of another issuer than the config names.');
  }
  if (typeof uri !== 'string' || !URL.canParse(uri) || !isProtected(uri, issuer)) {
    throw new GatewayError('upstream_protocol', 'The metadata name no key set behind https.');
  }
  return uri;
}

/** http is for an issuer on this machine, at that same place. */
function isProtected(uri: string, issuer: string): boolean {
  return (
    new URL(uri).protocol === 'https:' || (uri.startsWith('http:') && new URL(uri).origin === new URL(issuer).origin)
  );
}

async function readJson(get: Get, url: string, signal: AbortSignal): Promise<unknown> {
  const response = await get(url, { signal, headers: { accept: 'application/json' } });
  if (response.status !== 200) {
    throw new GatewayError(
      'upstream_protocol',
      `${new URL(url).pathname} was answered with status ${String(response.status)} instead of 200.`,
    );
  }
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.from(await response.arrayBuffer()));
  } catch (cause) {
    throw new GatewayError('upstream_protocol', `${new URL(url).pathname} was not answered with JSON.`, { cause });
  }
  if (typeof value !== 'object' || value === null) {
    throw new GatewayError('upstream_protocol', `${new URL(url).pathname} was not answered with a JSON object.`);
  }
  return value;
}

function endpointOf(text: string): string {
  const { hostname, port, protocol } = new URL(text);
  return `${canonicalHost(hostname)}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
