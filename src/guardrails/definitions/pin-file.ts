import { DEFINITION_CHANGES, type DefinitionChange } from '../../contracts/definition-pinning.js';
import { definitionHash } from './canonical-json.js';
import { isObject } from './json-diff.js';
import type { Pending, Pin, PinnedItem, PinOrigin, PinRecord, TenantPins } from './pin-record.js';

/** The form of the file. A newer one is not guessed at. */
const VERSION = 1;
const ORIGINS: readonly string[] = ['first_sight', 'change', 'approved'] satisfies PinOrigin[];
const HASH = /^[0-9a-f]{64}$/;

/** A file that is not what was written. The message is safe to show. */
export class PinFileFault extends Error {}

/** The record as the bytes of its file. */
export function pinFileBytes(record: PinRecord): Buffer {
  const tenants = [...record.tenants].map(([tenant, { since, items }]) => [
    tenant,
    { since, items: Object.fromEntries(items) },
  ]);
  const json = {
    version: VERSION,
    config: record.config,
    server: record.server,
    texts: Object.fromEntries(record.texts),
    approved: Object.fromEntries(record.approved),
    rejected: Object.fromEntries(record.rejected),
    tenants: tenants.map(([tenant, pins]) => ({ tenant, ...(pins as object) })),
  };
  return Buffer.from(`${JSON.stringify(json)}\n`, 'utf8');
}

/**
 * The record in a file's bytes. Everything is checked: half a record would trust anew what is missing from it.
 * @throws PinFileFault
 */
export function readPinFile(bytes: Buffer): PinRecord {
  const json = parse(bytes);
  if (json.version !== VERSION) throw new PinFileFault(`its version is not ${String(VERSION)}`);
  const { config, server } = json;
  if (typeof config !== 'string' || typeof server !== 'string') throw new PinFileFault('it names no config and server');
  return {
    config,
    server,
    texts: readTexts(json.texts),
    approved: readLists(json.approved, 'approved'),
    rejected: readLists(json.rejected, 'rejected'),
    tenants: readTenants(json.tenants),
  };
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new PinFileFault('it is not JSON');
  }
  if (!isObject(value)) throw new PinFileFault('it is no JSON object');
  return value;
}

/** A text that was edited by hand would make a change look like none. */
function readTexts(value: unknown): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [hash, text] of members(value, 'texts')) {
    if (typeof text !== 'string' || definitionHash(text) !== hash)
      throw new PinFileFault('a text is not that of its hash');
    texts.set(hash, text);
  }
  return texts;
}

function readLists(value: unknown, what: string): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>();
  for (const [key, list] of members(value, what)) {
    if (!Array.isArray(list) || !list.every(isHash)) throw new PinFileFault(`${what} holds something else than hashes`);
    lists.set(key, list);
  }
  return lists;
}

function readTenants(value: unknown): ReadonlyMap<string, TenantPins> {
  if (!Array.isArray(value)) throw new PinFileFault('it has no tenants');
  const tenants = new Map<string, TenantPins>();
  for (const entry of value as unknown[]) {
    if (!isObject(entry) || typeof entry.tenant !== 'string' || typeof entry.since !== 'string') {
      throw new PinFileFault('a tenant has another form');
    }
    const items = new Map<string, PinnedItem>();
    for (const [key, item] of members(entry.items, 'items')) items.set(key, readItem(item));
    tenants.set(entry.tenant, { since: entry.since, items });
  }
  return tenants;
}

function readItem(value: unknown): PinnedItem {
  if (!isObject(value)) throw new PinFileFault('an item has another form');
  return { pin: readPin(value.pin), pending: readPending(value.pending) };
}

function readPin(value: unknown): Pin | null {
  if (value === null) return null;
  if (!isObject(value) || !isHash(value.hash) || typeof value.since !== 'string' || !isOrigin(value.origin)) {
    throw new PinFileFault('a pin has another form');
  }
  return { hash: value.hash, since: value.since, origin: value.origin };
}

function readPending(value: unknown): Pending | null {
  if (value === null) return null;
  if (!isObject(value) || !isHash(value.hash) || typeof value.since !== 'string' || !isChanges(value.changes)) {
    throw new PinFileFault('a pending definition has another form');
  }
  return { hash: value.hash, since: value.since, changes: value.changes };
}

function members(value: unknown, what: string): [string, unknown][] {
  if (!isObject(value)) throw new PinFileFault(`${what} is no object`);
  return Object.entries(value);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function isOrigin(value: unknown): value is PinOrigin {
  return typeof value === 'string' && ORIGINS.includes(value);
}

function isChanges(value: unknown): value is readonly DefinitionChange[] {
  return Array.isArray(value) && value.every((one) => (DEFINITION_CHANGES as readonly unknown[]).includes(one));
}
