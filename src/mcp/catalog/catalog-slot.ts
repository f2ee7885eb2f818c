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
  /** The server has announced a change since the catalog was read. */
  stale: boolean;
  /** How many changes it has announced. */
  announced: number;
  /** The discovery under way. */
  running: Promise<Catalog> | undefined;
  /** The look into the cache under way. */
  recalling: Promise<Catalog | undefined> | undefined;
  /** A refresh that was put off. */
  later: NodeJS.Timeout | undefined;
  failure: GatewayError | undefined;
  /** The clears that were known when the catalog was made. */
  mark: string;
  /** Epoch milliseconds: when to look for a clear by another gateway. */
  checkAt: number;
}

/** All slots, by tenant first (architecture D9). */
export class CatalogSlots {
  private readonly slots = new Map<string, Slot>();

  find(principal: Principal, server: ServerEntry): Slot | undefined {
    return this.slots.get(keyOf(principal.tenant, server.name, server.configHash));
  }

  /** The slot, made when there is none. */
  of(principal: Principal, server: ServerEntry): Slot {
    const key = keyOf(principal.tenant, server.name, server.configHash);
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = newSlot(principal, server);
      this.slots.set(key, slot);
    }
    return slot;
  }

  /** False when it was cleared or belongs to a config that is gone. */
  has(slot: Slot): boolean {
    return this.slots.get(keyOf(slot.tenant, slot.serverName, slot.configHash)) === slot;
  }

  /** @returns whether it was there */
  delete(slot: Slot): boolean {
    return this.has(slot) && this.slots.delete(keyOf(slot.tenant, slot.serverName, slot.configHash));
  }

  /** Removes the slot and gives it back. */
  drop(principal: Principal, server: ServerEntry): Slot | undefined {
    const slot = this.find(principal, server);
    if (slot !== undefined) this.delete(slot);
    return slot;
  }

  all(): readonly Slot[] {
    return [...this.slots.values()];
  }
}

function newSlot({ tenant }: Principal, { name, configHash }: ServerEntry): Slot {
  return {
    tenant,
    serverName: name,
    configHash,
    catalog: undefined,
    stale: false,
    announced: 0,
    running: undefined,
    recalling: undefined,
    later: undefined,
    failure: undefined,
    mark: '',
    checkAt: Infinity,
  };
}

/** NUL cannot occur in an id. */
function keyOf(tenant: string, server: string, configHash: string): string {
  return `${tenant}\0${server}\0${configHash}`;
}
