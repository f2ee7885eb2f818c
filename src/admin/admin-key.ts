import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { AdminKeyRecord } from '../config/admin-key-resolution.js';
import { ConfigStore } from '../config/config-store.js';

/** Why an admin request is refused: for the log and the counters. */
export type AdminDenial =
  'not_configured' | 'no_key' | 'repeated' | 'too_large' | 'malformed' | 'wrong_key' | 'disabled' | 'expired';

/**
 * How the key may be sent. Basic is for browsers alone: they can set no header of their own for a page and its assets, but ask for a
 * password, and remember it until they are closed.
 */
export type AdminScheme = 'Bearer' | 'Basic';

type KeyBearer = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** Ours are 256 characters, 352 as Basic; a longer header is not hashed at all. */
const MAX_HEADER_CHARS = 1024;
/** RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
/** RFC 7617 §2. */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

const KEY_IN: Readonly<Record<AdminScheme, (header: string) => string | undefined>> = {
  Bearer: (header) => BEARER.exec(header)?.[1],
  Basic: (header) => passwordIn(BASIC.exec(header)?.[1]),
};

/** Knows whether a request carries the admin key of the config that is in force now. */
@Injectable()
export class AdminKey {
  constructor(private readonly config: ConfigStore) {}

  /** null = the request may pass. */
  denial(request: KeyBearer, schemes: readonly AdminScheme[] = ['Bearer']): AdminDenial | null {
    const found = this.identify(request, schemes);
    return typeof found === 'string' ? found : null;
  }

  /** Whose key the request carries, or why it is refused. */
  identify(request: KeyBearer, schemes: readonly AdminScheme[]): AdminKeyRecord | AdminDenial {
    const { adminKeys } = this.config.current();
    if (adminKeys.length === 0) return 'not_configured';
    const header = request.headers.authorization;
    if (header === undefined || header === '') return 'no_key';
    if (isRepeated(request.rawHeaders)) return 'repeated';
    if (header.length > MAX_HEADER_CHARS) return 'too_large';
    const key = schemes.map((scheme) => KEY_IN[scheme](header)).find((found) => found !== undefined);
    if (key === undefined) return 'malformed';
    return recordOf(hash('sha256', key, 'buffer'), adminKeys);
  }
}

/** Every key is compared, in constant time: which one a guess came near to shows in no time. */
function recordOf(digest: Buffer, records: readonly AdminKeyRecord[]): AdminKeyRecord | AdminDenial {
  let found: AdminKeyRecord | undefined;
  for (const record of records) if (timingSafeEqual(digest, record.hash)) found = record;
  if (found === undefined) return 'wrong_key';
  if (found.disabled) return 'disabled';
  return found.expiresAt !== null && found.expiresAt <= Date.now() ? 'expired' : found;
}

/** What stands behind the first colon; whoever the browser's user says to be does not matter. */
function passwordIn(credentials: string | undefined): string | undefined {
  if (credentials === undefined) return undefined;
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
  return password;
}

/** Node keeps the first of several Authorization headers; a proxy in front may have looked at another. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === 'authorization') seen++;
  }
  return seen > 1;
}
