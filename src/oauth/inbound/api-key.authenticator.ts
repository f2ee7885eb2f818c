import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AddressList } from '../../config/address-list.js';
import { ConfigStore } from '../../config/config-store.js';
import type { ActiveKey } from '../../config/key-book.js';
import type { KeyRecord, KeyRefusal } from '../../config/snapshot.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { OPERATOR_ID, type Principal } from '../../contracts/principal.js';
import { GatewayError } from '../../errors.js';
import { clientAddress, type Peer } from './client-address.js';
import type { Credentials } from './credentials.js';
import { KeyUses } from './key-uses.js';
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

export type KeyRefusalReason = 'no_key' | 'unknown_key' | 'expired' | 'ids_disagree' | 'address' | KeyRefusal;

/** One text for every kind of refusal: what exists is not told to strangers. */
const REFUSED =
  'Not authenticated. Send a valid gateway key as "apikey", "ENKRYPT_GATEWAY_KEY" or "Authorization: Bearer".';

export class AuthenticationError extends GatewayError {
  /** @param address that a key was refused to, when that is why */
  constructor(
    readonly reason: RefusalReason,
    readonly address?: string,
  ) {
    super('unauthenticated', REFUSED);
  }
}

/** API key -> principal, against the keys as they are now, on every request (architecture D7). */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly configStore: ConfigStore,
    private readonly uses: KeyUses,
  ) {}

  /**
   * A promise for a key that must be asked for.
   * @param peer where the credentials come from; without it, a key that is bound to addresses is refused
   * @throws AuthenticationError, StoreUnavailableError (or rejects with them)
   */
  authenticate(credentials: Credentials, peer?: Peer): Caller | Promise<Caller> {
    if (credentials.key === undefined) throw new AuthenticationError('no_key');
    const startedAt = performance.now();
    const digest = hash('sha256', credentials.key, 'hex');
    const found = this.configStore.keys.find(digest);
    if (found instanceof Promise) {
      return found.then((record) => this.admit(record, digest, performance.now(), credentials, peer));
    }
    return this.admit(found, digest, startedAt, credentials, peer);
  }

  /**
   * A caller recognised a while ago as the config says now: the body of a request may take a minute to arrive.
   * @throws AuthenticationError, StoreUnavailableError (or rejects with them)
   */
  renew(caller: Caller, credentials: Credentials, peer?: Peer): Caller | Promise<Caller> {
    const isSame = this.isCurrent(caller.principal) && this.recordOf(caller.principal)?.principal === caller.principal;
    return isSame ? caller : this.authenticate(credentials, peer);
  }

  /** Whether a principal recognised earlier still stands: revocation reaches calls under way and open streams. */
  isCurrent(principal: Principal): boolean {
    const record = this.recordOf(principal);
    return record !== undefined && stillStands(record, principal);
  }

  /** What a principal may reach now; undefined = its key is gone. */
  reachOf(principal: Principal): McpConfig | null | undefined {
    const record = this.recordOf(principal);
    return record !== undefined && stillStands(record, principal) ? record.config : undefined;
  }

  /** The same for who may be the operator. The operator has no key, and reaches what it asked for. */
  configOf(principal: Principal, asked: McpConfig): McpConfig | undefined {
    if (principal.keyId === OPERATOR_ID) return this.configStore.current().configs.get(asked.id);
    return this.isCurrent(principal) ? (this.recordOf(principal)?.config ?? undefined) : undefined;
  }

  /** @param startedAt when the look at the record began @throws AuthenticationError */
  private admit(
    found: KeyRecord | undefined,
    digest: string,
    startedAt: number,
    credentials: Credentials,
    peer: Peer | undefined,
  ): Caller {
    const record = found ?? NOBODY;
    const refusal = refusalOf(record, Buffer.from(digest, 'hex'));
    if (refusal !== null || record.status === 'refused') {
      passTime(startedAt + REFUSAL_MS);
      throw new AuthenticationError(refusal ?? 'unknown_key');
    }
    const { principal } = record;
    if (record.addresses !== null) this.checkAddress(record.addresses, peer, startedAt);
    const agrees =
      (credentials.projectId === undefined || credentials.projectId === principal.projectId) &&
      (credentials.userId === undefined || credentials.userId === principal.userId);
    if (!agrees) throw new AuthenticationError('ids_disagree');
    this.uses.note(principal.keyId);
    return { principal, config: record.config };
  }

  private checkAddress(allowed: AddressList, peer: Peer | undefined, startedAt: number): void {
    const { trustedProxies } = this.configStore.current().settings;
    const address = peer === undefined ? undefined : clientAddress(peer, trustedProxies);
    if (allowed.includes(address)) return;
    passTime(startedAt + REFUSAL_MS);
    throw new AuthenticationError('address', address);
  }

  /** Every key that may have something open; an expired one among them has not, a moment later. */
  callers(): Iterable<Caller> {
    return this.configStore.keys.active();
  }

  private recordOf(principal: Principal): ActiveKey | undefined {
    return this.configStore.keys.byId(principal.keyId);
  }
}

function stillStands({ principal: now, expiresAt }: ActiveKey, principal: Principal): boolean {
  if (now.tenant !== principal.tenant) return false;
  // Where a session is used from is checked by the request, but its open stream is not: it ends with the rule it was opened under.
  if (now.addresses !== principal.addresses) return false;
  return expiresAt === null || expiresAt > Date.now();
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
