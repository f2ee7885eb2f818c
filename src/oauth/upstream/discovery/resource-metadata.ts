import { type Challenge, scopesIn } from './challenge.js';
import { type DiscoveryStep, undiscovered, unusable } from './discovery-error.js';
import type { Outside } from './outside.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const WHAT = "the server's resource metadata (RFC 9728)";
const MAX_ISSUERS = 16;

/** A server as a protected resource: what it says of itself. */
export interface ResourceMetadata {
  /** What tokens are asked for (RFC 8707). */
  readonly resource: string;
  /** One at least. */
  readonly issuers: readonly string[];
  readonly scopes: readonly string[];
}

interface Target {
  readonly server: string;
  /** Of the MCP endpoint. */
  readonly url: URL;
  /** The only resource that is taken; null = the one that the address stands for. */
  readonly resource: string | null;
}

/**
 * The metadata that the challenge names, which must be on the server itself, else those at the well-known places (MCP 2025-11-25,
 * authorization, "Protected Resource Metadata Discovery Requirements").
 * @throws TokenError
 */
export async function readResource(out: Outside, target: Target, challenge: Challenge): Promise<ResourceMetadata> {
  const at = { server: target.server, step: 'discovering the authorization server' } as const;
  const own = ownPlaces(target.url);
  const places = challenge.resourceMetadata === null ? own : [namedPlace(challenge.resourceMetadata, target, at)];
  const { lib } = out;
  const found = await out.first(
    places,
    { at, what: WHAT, tls: null },
    (options) => lib.resourceDiscoveryRequest(target.url, options),
    async (response, place) => {
      const expected = expectedAt(place, target);
      const metadata = await firstOf(expected, (resource) =>
        lib.processResourceDiscoveryResponse(new URL(resource), response.clone()),
      );
      return metadataOf(metadata, at);
    },
  );
  if (found === undefined) throw undiscovered(at, 'the server does not tell which authorization server it trusts');
  return found;
}

/** RFC 9728 3.1: between host and path; then for the whole host. */
function ownPlaces({ origin, pathname }: URL): readonly string[] {
  return [...new Set([`${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}`, `${origin}${WELL_KNOWN}`])];
}

/** Anybody could be named there, and be asked by the gateway. */
function namedPlace(text: string, { url }: Target, at: DiscoveryStep): string {
  const named = URL.canParse(text) ? new URL(text) : undefined;
  if (named?.origin !== url.origin || named.username !== '' || named.password !== '') {
    throw unusable(at, 'the server names metadata (resource_metadata) that are not on the server itself');
  }
  return named.href;
}

/**
 * RFC 9728 3.3: metadata of another resource must not be used, or a server could have tokens for another one sent to it. Those for the
 * whole host are of the host.
 */
function expectedAt(place: string, { url, resource }: Target): readonly string[] {
  if (resource !== null) return [resource];
  const own = `${url.origin}${url.pathname}`;
  return new URL(place).pathname === WELL_KNOWN ? [own, url.origin] : [own];
}

/** @throws what the last one has thrown */
async function firstOf<T>(list: readonly string[], attempt: (text: string) => Promise<T>): Promise<T> {
  let failure: unknown;
  for (const text of list) {
    try {
      return await attempt(text);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function metadataOf(metadata: Readonly<Record<string, unknown>>, at: DiscoveryStep): ResourceMetadata {
  const {
    resource,
    authorization_servers: servers,
    scopes_supported: scopes,
    bearer_methods_supported: ways,
  } = metadata;
  const issuers = Array.isArray(servers) ? servers.filter((issuer) => typeof issuer === 'string') : [];
  if (issuers.length === 0) throw unusable(at, `${WHAT} name no authorization server`);
  if (Array.isArray(ways) && !ways.includes('header')) throw unusable(at, 'the server takes no tokens in a header');
  return {
    resource: String(resource),
    issuers: issuers.slice(0, MAX_ISSUERS),
    scopes: scopesIn(Array.isArray(scopes) ? scopes : []),
  };
}
