import { GatewayError } from '../../errors.js';
import { parseStrictJson } from '../../strict-json.js';

/** Longest access token, in characters. All headers of a request together may have 16 KiB (node:http). */
export const MAX_TOKEN_CHARS = 8192;
/** Values of a token that say very much are no token of ours. */
const MAX_NODES = 2000;
const PART = /^[A-Za-z0-9_-]+$/;
/** `{"` in base64url: the start of every header that is JSON without white space. */
const START = 'eyJ';

type Members = ReadonlyMap<string, unknown>;

/** A token as it stands, before anything of it is believed. */
export interface UnverifiedToken {
  readonly header: Members;
  readonly claims: Members;
}

/** Whether a credential has the form of a signed JWT (RFC 7519 §3); gateway keys have no dots. */
export function looksLikeToken(text: string): boolean {
  if (!text.startsWith(START)) return false;
  const first = text.indexOf('.');
  if (first < 0) return false;
  const second = text.indexOf('.', first + 1);
  return second >= 0 && !text.includes('.', second + 1);
}

/**
 * Header and claims. Read strictly: a member name that stands there twice would be one value here and another elsewhere
 * (RFC 7519 §4, RFC 8725 §2.4).
 * @returns null when it is no such token
 */
export function readToken(token: string): UnverifiedToken | null {
  const parts = token.split('.');
  if (token.length > MAX_TOKEN_CHARS || parts.length !== 3 || !parts.every((part) => PART.test(part))) return null;
  const [header, claims] = [membersOf(parts[0] ?? ''), membersOf(parts[1] ?? '')];
  return header === null || claims === null ? null : { header, claims };
}

function membersOf(part: string): Members | null {
  try {
    const value = parseStrictJson(Buffer.from(part, 'base64url'), MAX_NODES);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return new Map(Object.entries(value));
  } catch (cause) {
    if (cause instanceof GatewayError) return null;
    throw cause;
  }
}
