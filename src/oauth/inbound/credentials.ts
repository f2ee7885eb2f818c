import { GatewayError } from '../../errors.js';
import { looksLikeToken, MAX_TOKEN_CHARS } from './token-reader.js';

/** What a caller presents; each part as sent. */
export interface Credentials {
  readonly key: string | undefined;
  readonly projectId: string | undefined;
  readonly userId: string | undefined;
  /** `key` has the form of an access token and stood where one stands (RFC 6750 §2.1). */
  readonly isToken?: boolean;
}

/** Longest value of a credential header, in characters; ours are 48. */
const MAX_KEY_CHARS = 1024;
const MAX_ID_CHARS = 256;

/** Single-valued headers whose repetition would let two readers see two values. */
const SINGLE = new Set(['authorization', 'host', 'origin', 'content-type', 'content-length']);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The credentials in HTTP headers: `apikey`, `ENKRYPT_GATEWAY_KEY` or `Authorization: Bearer`, with optional `project_id` and `user_id`.
 * Never from the environment: a caller without headers is nobody.
 * @throws GatewayError invalid_request (a header twice, or two different keys), header_too_large, unauthenticated (no usable key)
 */
export function credentialsFromHeaders(headers: Headers, rawHeaders: readonly string[]): Credentials {
  refuseRepeated(rawHeaders);
  const bearer = bearerToken(headers.authorization);
  const keys = [
    single(headers, 'apikey', MAX_KEY_CHARS),
    single(headers, 'enkrypt_gateway_key', MAX_KEY_CHARS),
    bearer,
  ];
  let key: string | undefined;
  for (const candidate of keys) {
    if (candidate === undefined) continue;
    if (key !== undefined && key !== candidate) {
      throw new GatewayError('invalid_request', 'Two different gateway keys were sent. Send one.');
    }
    key = candidate;
  }
  return {
    key,
    projectId: single(headers, 'project_id', MAX_ID_CHARS),
    userId: single(headers, 'user_id', MAX_ID_CHARS),
    isToken: bearer !== undefined && looksLikeToken(bearer),
  };
}

/** Node keeps the first of these and drops the rest, so a repetition is only visible in the raw list. */
function refuseRepeated(rawHeaders: readonly string[]): void {
  let seen = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    // Names of other lengths cannot be in SINGLE; this skips the lower-casing of most headers.
    const length = name.length;
    if (length !== 13 && length !== 4 && length !== 6 && length !== 12 && length !== 14) continue;
    const lower = name.toLowerCase();
    if (!SINGLE.has(lower)) continue;
    const bit = 1 << length;
    if ((seen & bit) !== 0)
      throw new GatewayError('invalid_request', `The header ${lower} was sent twice. Send it once.`);
    seen |= bit;
  }
}

function single(headers: Headers, name: string, maxChars: number): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  // Node joins repetitions of custom headers with a comma, which no key or id contains.
  if (typeof value !== 'string' || value.includes(',')) {
    throw new GatewayError('invalid_request', `The header ${name} was sent twice. Send it once.`);
  }
  if (value.length > maxChars) {
    throw new GatewayError('header_too_large', `The header ${name} is longer than ${String(maxChars)} characters.`);
  }
  return value === '' ? undefined : value;
}

function bearerToken(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const isBearer = header.length >= 8 && header.slice(0, 7).toLowerCase() === 'bearer ';
  const key = isBearer ? header.slice(7).trim() : undefined;
  if (header.length > MAX_KEY_CHARS + 7) {
    const limit = key !== undefined && looksLikeToken(key) ? MAX_TOKEN_CHARS : MAX_KEY_CHARS;
    if (header.length > limit + 7) {
      throw new GatewayError(
        'header_too_large',
        `The header authorization is longer than ${String(limit)} characters.`,
      );
    }
  }
  return key;
}
