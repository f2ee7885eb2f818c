import type { HeldToken } from '../held-token.js';
import type { TokenRequest } from '../token-endpoint.js';
import { TokenError } from '../token-error.js';

const MAX_SHOWN = 512;

/**
 * The scopes of the next token, after the server has found those of this one too few (RFC 6750 3.1, MCP 2025-11-25 "Step-Up
 * Authorization Flow"): all of before and those that it names.
 * @param held the token that was refused
 * @throws TokenError when nothing would come of it: what was asked for once, and granted or not, is not asked for again
 */
export function widerScopes(
  { server, oauth }: TokenRequest,
  held: Pick<HeldToken, 'scopes' | 'asked'> | undefined,
  wanted: readonly string[],
): readonly string[] {
  const isFixed = oauth.grant === 'client_credentials' && oauth.scopes.length > 0;
  if (wanted.length === 0 || isFixed) throw tooFew(server, wanted);
  const had = new Set([...(held?.scopes ?? []), ...(held?.asked ?? [])]);
  if (wanted.every((scope) => had.has(scope))) throw askedBefore(server, wanted);
  return Object.freeze([...new Set([...oauth.scopes, ...had, ...wanted])].sort());
}

/** The error for scopes that only the operator can add. */
export function tooFew(server: string, wanted: readonly string[]): TokenError {
  const what = `the server asks for more scopes${wanted.length === 0 ? '' : `: ${shown(wanted)}`}`;
  return insufficient(server, what, 'Add them to OAUTH_SCOPE');
}

function askedBefore(server: string, wanted: readonly string[]): TokenError {
  const what = `the server asks again for scopes that were asked for already: ${shown(wanted)}`;
  return insufficient(server, what, 'Ask who runs the authorization server why they are not granted, or not enough');
}

function insufficient(server: string, what: string, remedy: string): TokenError {
  return new TokenError({ server, step: 'using the token', reason: 'insufficient_scope', what, remedy });
}

function shown(scopes: readonly string[]): string {
  return scopes.join(' ').slice(0, MAX_SHOWN);
}
