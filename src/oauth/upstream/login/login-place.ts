import { pathOfCallback } from '../../../config/oauth-urls.js';
import type { UpstreamOAuth } from '../../../contracts/upstream-oauth.js';

/**
 * Where the answer of a login arrives: at the gateway's own door, at an address of this machine where the gateway listens while a login
 * is under way, or at a page elsewhere, from which it is carried over by hand.
 */
export type LoginPlace = 'gateway' | 'loopback' | 'elsewhere';

/** Below it, discovered authorization servers have an address each (RFC 9700 4.4.2). */
export const CALLBACK_BELOW = `${pathOfCallback}/`;

export function placeOf({ redirectUri }: UpstreamOAuth): LoginPlace {
  const url = new URL(redirectUri ?? 'about:blank');
  if (url.pathname === pathOfCallback || url.pathname.startsWith(CALLBACK_BELOW)) return 'gateway';
  // The config lets http through for this machine alone.
  return url.protocol === 'http:' ? 'loopback' : 'elsewhere';
}

/** The page that a person is sent to. It is on the host that the answer comes back to: the cookie between them is that host's. */
export function linkOf({ redirectUri }: UpstreamOAuth, ticket: string): string {
  return `${new URL(redirectUri ?? 'about:blank').origin}/oauth/login/${ticket}`;
}
