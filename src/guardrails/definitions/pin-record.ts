import type { DefinitionChange } from '../../contracts/definition-pinning.js';

/** How a definition came to be the one in force. */
export type PinOrigin = 'first_sight' | 'change' | 'approved';

/** The definition in force. Times are ISO 8601, UTC. */
export interface Pin {
  readonly hash: string;
  readonly since: string;
  readonly origin: PinOrigin;
}

/** The newest definition that waits for an operator. */
export interface Pending {
  readonly hash: string;
  readonly since: string;
  /** Empty = it has no predecessor. */
  readonly changes: readonly DefinitionChange[];
}

/** What one tenant has seen under one name. */
export interface PinnedItem {
  readonly pin: Pin | null;
  readonly pending: Pending | null;
}

/** One tenant's pins, by key of the item (`tool:NAME`, `server:`). */
export interface TenantPins {
  readonly since: string;
  readonly items: ReadonlyMap<string, PinnedItem>;
}

/** Everything that is kept about one server of one config. Immutable. */
export interface PinRecord {
  readonly config: string;
  readonly server: string;
  /** Canonical text by hash, for the diff; what is too long is not kept, and a change of it counts as one of instructions. */
  readonly texts: ReadonlyMap<string, string>;
  /** Hashes that an operator has approved or rejected, by key; the newest last. They hold for all tenants. */
  readonly approved: ReadonlyMap<string, readonly string[]>;
  readonly rejected: ReadonlyMap<string, readonly string[]>;
  readonly tenants: ReadonlyMap<string, TenantPins>;
}

/** A definition as it is offered now. */
export interface OfferedItem {
  readonly key: string;
  readonly hash: string;
  readonly text: string;
}

/** Bounds. What goes over board is never trusted anew for it: see judgePins. */
export const PIN_LIMITS = {
  items: 20_000,
  itemsOfAllTenants: 50_000,
  textChars: 64 * 1024,
  allTextChars: 4 * 1024 * 1024,
  approved: 8,
  rejected: 32,
} as const;

/** Key of a tool in a record. */
export function toolKey(name: string): string {
  return `tool:${name}`;
}

/** Key of what a server says of itself. */
export const SERVER_KEY = 'server:';

/** A record of nothing. */
export function emptyRecord(config: string, server: string): PinRecord {
  return { config, server, texts: new Map(), approved: new Map(), rejected: new Map(), tenants: new Map() };
}

/** Approves a definition for every tenant that it waits for, and for those who meet it later. The same record when nothing waits. */
export function approve(record: PinRecord, key: string, hash: string, now: string): PinRecord {
  const pin: Pin = { hash, since: now, origin: 'approved' };
  const next = decide(record, key, hash, (item) => (item.pending?.hash === hash ? { pin, pending: null } : item));
  if (next === null) return record;
  return {
    ...next,
    approved: added(record.approved, key, hash, PIN_LIMITS.approved),
    rejected: removed(record.rejected, key, hash),
  };
}

/** Refuses a definition for all tenants; it stays withheld until it is approved after all. */
export function reject(record: PinRecord, key: string, hash: string): PinRecord {
  const next = decide(record, key, hash, (item) => item);
  if (next === null) return record;
  return {
    ...next,
    rejected: added(record.rejected, key, hash, PIN_LIMITS.rejected),
    approved: removed(record.approved, key, hash),
  };
}

/** null = no tenant waits for this. */
function decide(
  record: PinRecord,
  key: string,
  hash: string,
  change: (item: PinnedItem) => PinnedItem,
): PinRecord | null {
  let found = false;
  const tenants = new Map(record.tenants);
  for (const [tenant, pins] of tenants) {
    const item = pins.items.get(key);
    if (item?.pending?.hash !== hash) continue;
    found = true;
    tenants.set(tenant, { ...pins, items: new Map(pins.items).set(key, change(item)) });
  }
  return found ? { ...record, tenants } : null;
}

function added(
  lists: PinRecord['approved'],
  key: string,
  hash: string,
  most: number,
): ReadonlyMap<string, readonly string[]> {
  const list = (lists.get(key) ?? []).filter((known) => known !== hash);
  return new Map(lists).set(key, [...list, hash].slice(-most));
}

function removed(lists: PinRecord['approved'], key: string, hash: string): ReadonlyMap<string, readonly string[]> {
  const list = lists.get(key);
  if (list?.includes(hash) !== true) return lists;
  return new Map(lists).set(
    key,
    list.filter((known) => known !== hash),
  );
}
