import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AddressList } from '../../config/address-list.js';
import { ConfigStore } from '../../config/config-store.js';
import type { ConfigSnapshot, KeyRecord, KeyRefusal } from '../../config/snapshot.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { OPERATOR_ID, type Principal } from '../../contracts/principal.js';
import { GatewayError } from '../../errors.js';
import { clientAddress, type Peer } from './client-address.js';
import type { Credentials } from './credentials.js';
import { KeyUses } from './key-uses.js';

/** A recognised caller and what its project may reach; null = the project has no MCP config. */
export interface Caller {
  readonly principal: Principal;
  readonly config: McpConfig | null;
}

type ActiveKey = Extract<KeyRecord, { status: 'active' }>;

/** Why a key was refused: for the log, never for the caller. */
export type RefusalReason = 'no_key' | 'unknown_key' | 'expired' | 'ids_disagree' | 'address' | KeyRefusal;

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

/** API key -> principal, against the current config snapshot, on every request (architecture D7). */
@Injectable()
export class ApiKeyAuthenticator {
  private index: { readonly snapshot: ConfigSnapshot; readonly byKeyId: ReadonlyMap<string, ActiveKey> } | undefined;

  constructor(
    private readonly configStore: ConfigStore,
    private readonly uses: KeyUses,
  ) {}

  /**
   * @param peer where the credentials come from; without it, a key that is bound to addresses is refused
   * @throws AuthenticationError
   */
  authenticate(credentials: Credentials, peer?: Peer): Caller {
    if (credentials.key === undefined) throw new AuthenticationError('no_key');
    const digest = hash('sha256', credentials.key, 'hex');
    const record = this.configStore.current().keys.get(digest);
    // Looked up by hash, compared in constant time: the map alone would tell how far a guess got.
    if (record === undefined || !timingSafeEqual(record.hash, Buffer.from(digest, 'hex'))) {
      throw new AuthenticationError('unknown_key');
    }
    if (record.status === 'refused') throw new AuthenticationError(record.reason);
    if (record.expiresAt !== null && record.expiresAt <= Date.now()) throw new AuthenticationError('expired');
    const { principal } = record;
    if (record.addresses !== null) this.checkAddress(record.addresses, peer);
    const agrees =
      (credentials.projectId === undefined || credentials.projectId === principal.projectId) &&
      (credentials.userId === undefined || credentials.userId === principal.userId);
    if (!agrees) throw new AuthenticationError('ids_disagree');
    this.uses.note(principal.keyId);
    return { principal, config: record.config };
  }

  /**
   * A caller recognised a while ago as the config says now: the body of a request may take a minute to arrive.
   * @throws AuthenticationError
   */
  renew(caller: Caller, credentials: Credentials, peer?: Peer): Caller {
    const isSame = this.isCurrent(caller.principal) && this.recordOf(caller.principal)?.principal === caller.principal;
    return isSame ? caller : this.authenticate(credentials, peer);
  }

  /** Whether a principal recognised earlier still stands in the current snapshot: revocation reaches calls under way and open streams. */
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

  private checkAddress(allowed: AddressList, peer: Peer | undefined): void {
    const { trustedProxies } = this.configStore.current().settings;
    const address = peer === undefined ? undefined : clientAddress(peer, trustedProxies);
    if (!allowed.includes(address)) throw new AuthenticationError('address', address);
  }

  /** The active key of that id in the current snapshot. */
  private recordOf(principal: Principal): ActiveKey | undefined {
    const snapshot = this.configStore.current();
    if (this.index?.snapshot !== snapshot) this.index = { snapshot, byKeyId: indexByKeyId(snapshot) };
    return this.index.byKeyId.get(principal.keyId);
  }
}

function stillStands({ principal: now, expiresAt }: ActiveKey, principal: Principal): boolean {
  if (now.tenant !== principal.tenant) return false;
  // Where a session is used from is checked by the request, but its open stream is not: it ends with the rule it was opened under.
  if (now.addresses !== principal.addresses) return false;
  return expiresAt === null || expiresAt > Date.now();
}

function indexByKeyId(snapshot: ConfigSnapshot): ReadonlyMap<string, ActiveKey> {
  const index = new Map<string, ActiveKey>();
  for (const record of snapshot.keys.values()) {
    if (record.status === 'active') index.set(record.principal.keyId, record);
  }
  return index;
}
