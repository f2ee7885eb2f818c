import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { GatewayError } from '../../errors.js';
import type { Catalog } from './catalog.js';

/** What is known of one server for one tenant, and what is being done about it. */
export interface Slot {
  readonly tenant: string;
  readonly serverName: string;
  readonly configHash: string;
  catalog: Catalog | undefined;
  stale: boolean;
  /** The discovery under way. */
  running: Promise<Catalog> | undefined;
  /** The look into the cache under way. */
  recalling: Promise<Catalog | undefined> | undefined;
  /** The definitions being checked under a new policy. */
  judging: Promise<Catalog> | undefined;
  /** A refresh that was put off. */
  later: NodeJS.Timeout | undefined;
  failure: GatewayError | undefined;
  /** The clears that were known when the catalog was made. */
  mark: string;
  /** Epoch milliseconds: when to look for a clear by another gateway. */
  checkAt: number;
}

/** An empty slot. */
export function newSlot({ tenant }: Principal, { name, configHash }: ServerEntry): Slot {
  return {
    tenant,
    serverName: name,
    configHash,
    catalog: undefined,
    stale: false,
    running: undefined,
    recalling: undefined,
    judging: undefined,
    later: undefined,
    failure: undefined,
    mark: '',
    checkAt: Infinity,
  };
}

/** Tenant first (architecture D9); NUL cannot occur in an id. */
export function slotKey(tenant: string, server: string, configHash: string): string {
  return `${tenant}\0${server}\0${configHash}`;
}
