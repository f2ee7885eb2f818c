import type { AdminRole } from './admin-role.js';
import type { Draft } from './draft.js';
import { parseIsoTime } from './iso-time.js';
import { hexOfStored } from './key-hash.js';
import type { RawProblem } from './problem.js';

const ID_DIGITS = 12;

/** One stored admin key. Expiry is judged by the reader, at the time of the request. */
export interface AdminKeyRecord {
  /** The first 12 hex digits of its SHA-256; not secret. */
  readonly id: string;
  /** 32 bytes, for a comparison in constant time. */
  readonly hash: Buffer;
  readonly role: AdminRole;
  /** Epoch milliseconds; null = never. */
  readonly expiresAt: number | null;
  readonly disabled: boolean;
}

/** Every admin key: the one of `admin_apikey`, which is an owner's, and those of `admin_keys`. */
export function resolveAdminKeys({ adminKey, adminKeys }: Draft, problems: RawProblem[]): readonly AdminKeyRecord[] {
  const records: AdminKeyRecord[] = [];
  if (adminKey !== null) records.push(recordOf(adminKey, { role: 'owner', expires_at: null, disabled: false }));
  for (const [stored, section] of adminKeys) {
    if (stored === adminKey) {
      problems.push({ path: ['admin_keys', stored], message: 'is the key of admin_apikey; remove one of the two' });
    } else records.push(recordOf(stored, section));
  }
  return Object.freeze(records);
}

interface Section {
  readonly role: AdminRole;
  readonly expires_at: string | null;
  readonly disabled: boolean;
}

function recordOf(stored: string, { role, expires_at, disabled }: Section): AdminKeyRecord {
  const hex = hexOfStored(stored);
  const expiresAt = expires_at === null ? null : parseIsoTime(expires_at);
  return Object.freeze({ id: hex.slice(0, ID_DIGITS), hash: Buffer.from(hex, 'hex'), role, expiresAt, disabled });
}
