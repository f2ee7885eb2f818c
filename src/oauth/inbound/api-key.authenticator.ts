import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { ActiveKey } from '../../config/key-book.js';
import type { KeyRecord } from '../../config/snapshot.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { OPERATOR_ID, type Principal } from '../../contracts/principal.js';
import { GatewayError } from '../../errors.js';
import type { Credentials } from './credentials.js';
import type { TokenRefusal } from './token-refusal.js';

/** A recognised caller and what its project may reach; null = the project has no MCP config. */
export interface Caller {
  readonly principal: Principal;
  readonly config: McpConfig | null;
  /** Scopes with which a method that the scopes of the token leave out could be used; null = it is not for want of scopes. Keys have none. */
  readonly scopesFor?: (method: string) => readonly string[] | null;
}

/** Why a caller was refused: for the log, never for the caller. */
export type RefusalReason = KeyRefusalReason | TokenRefusal;

export type KeyRefusalReason =
  'no_key' | 'unknown_key' | 'disabled' | 'expired' | 'not_a_member' | 'no_project' | 'no_user' | 'ids_disagree';

/** One text for every kind of refusal: what exists is not told to strangers. */
const REFUSED =
  'Not authenticated. Send a valid gateway key as "apikey", "ENKRYPT_GATEWAY_KEY" or "Authorization: Bearer".';

export class AuthenticationError extends GatewayError {
  constructor(readonly reason: RefusalReason) {
    super('unauthenticated', REFUSED);
  }
}

/** API key -> principal, against the keys as they are now, on every request (architecture D7). */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(private readonly configStore: ConfigStore) {}

  /** A promise for a key that must be asked for. @throws AuthenticationError, StoreUnavailableError (or rejects with them) */
  authenticate(credentials: Credentials): Caller | Promise<Caller> {
    if (credentials.key === undefined) throw new AuthenticationError('no_key');
    const startedAt = performance.now();
    const digest = hash('sha256', credentials.key, 'hex');
    const found = this.configStore.keys.find(digest);
    if (found instanceof Promise) return found.then((record) => admit(record, digest, credentials, performance.now()));
    return admit(found, digest, credentials, startedAt);
  }

  /**
   * A caller recognised a while ago as the config says now: the body of a request may take a minute to arrive.
   * @throws AuthenticationError, StoreUnavailableError (or rejects with them)
   */
  renew(caller: Caller, credentials: Credentials): Caller | Promise<Caller> {
    const isSame = this.isCurrent(caller.principal) && this.recordOf(caller.principal)?.principal === caller.principal;
    return isSame ? caller : this.authenticate(credentials);
  }

  /** Whether a principal recognised earlier still stands: revocation reaches calls under way and open streams. */
  isCurrent(principal: Principal): boolean {
    const record = this.recordOf(principal);
    if (record?.principal.tenant !== principal.tenant) return false;
    return record.expiresAt === null || record.expiresAt > Date.now();
  }

  /** What a principal may reach now; undefined = its key is gone. The operator has no key, and reaches what it asked for. */
  configOf(principal: Principal, asked: McpConfig): McpConfig | undefined {
    if (principal.keyId === OPERATOR_ID) return this.configStore.current().configs.get(asked.id);
    return this.isCurrent(principal) ? (this.recordOf(principal)?.config ?? undefined) : undefined;
  }

  /** Every key that may have something open; an expired one among them has not, a moment later. */
  callers(): Iterable<Caller> {
    return this.configStore.keys.active();
  }

  private recordOf(principal: Principal): ActiveKey | undefined {
    return this.configStore.keys.byId(principal.keyId);
  }
}

/** Every refused key takes this long to be looked up: several times what it needs, and little beside the request it came in. */
const REFUSAL_MS = 0.02;

/** Uses the time up: no timer is as short. Finding a record takes some 50 ns more than finding none, which can be measured. */
function passTime(until: number): void {
  while (performance.now() < until);
}

/** Stands in for a key that does not exist, so that the same work is done for it as for one that is refused. */
const NOBODY: KeyRecord = Object.freeze({
  hash: Buffer.alloc(32),
  expiresAt: 0,
  status: 'refused',
  reason: 'disabled',
});

/**
 * Why the record opens nothing; null = it does. Looked up by hash and compared in constant time, and asked everything in every case:
 * the time of an answer must tell neither how far a guess got nor whether a refused key exists.
 */
function refusalOf(record: KeyRecord, digest: Buffer): RefusalReason | null {
  const isSame = timingSafeEqual(record.hash, digest);
  const isExpired = record.expiresAt !== null && record.expiresAt <= Date.now();
  if (!isSame) return 'unknown_key';
  if (record.status === 'refused') return record.reason;
  return isExpired ? 'expired' : null;
}

/** @param startedAt when the look at the record began @throws AuthenticationError */
function admit(found: KeyRecord | undefined, digest: string, credentials: Credentials, startedAt: number): Caller {
  const record = found ?? NOBODY;
  const refusal = refusalOf(record, Buffer.from(digest, 'hex'));
  if (refusal !== null || record.status === 'refused') {
    passTime(startedAt + REFUSAL_MS);
    throw new AuthenticationError(refusal ?? 'unknown_key');
  }
  const { principal } = record;
  const agrees =
    (credentials.projectId === undefined || credentials.projectId === principal.projectId) &&
    (credentials.userId === undefined || credentials.userId === principal.userId);
  if (!agrees) throw new AuthenticationError('ids_disagree');
  return { principal, config: record.config };
}
