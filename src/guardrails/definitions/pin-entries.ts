import type { DefinitionChange } from '../../contracts/definition-pinning.js';
import { type ClassifiedDifference, classifyDifferences } from './definition-change.js';
import { withInvisibleShown } from './invisible-characters.js';
import { pointer } from './look-alikes.js';
import { type PinAddress, pinId } from './pin-id.js';
import type { PinnedItem, PinRecord } from './pin-record.js';
import { wordsChanged } from './text-change.js';

/** `pinned` = in force; the others wait for an operator. */
type PinStatus = 'pinned' | 'changed' | 'review' | 'rejected';

/** One definition of a server as operators see it; tenants in the same situation share one. */
export interface PinEntry {
  readonly id: string;
  readonly config: string;
  readonly server: string;
  readonly kind: 'tool' | 'server';
  readonly name: string;
  readonly status: PinStatus;
  readonly changes: readonly DefinitionChange[];
  /** The definition that is in force, or that waits. */
  readonly hash: string;
  /** What is in force meanwhile; null = nothing. */
  readonly pinned_hash: string | null;
  readonly since: string;
  /** How many tenants see it. */
  readonly tenants: number;
}

/** One place of a diff, in words. */
export interface DiffLine {
  /** JSON Pointer in the definition. */
  readonly path: string;
  readonly change: DefinitionChange | 'new';
  readonly before: string | null;
  readonly after: string | null;
  /** For texts: how many words are new and gone. */
  readonly extent: string | null;
}

/** Everything in a record, what waits first. */
export function pinEntries(record: PinRecord): readonly PinEntry[] {
  const entries = new Map<string, PinEntry>();
  for (const { items } of record.tenants.values()) {
    for (const [key, item] of items) {
      const entry = entryOf(record, key, item);
      if (entry === null) continue;
      const known = entries.get(entry.id);
      entries.set(entry.id, known === undefined ? entry : { ...known, tenants: known.tenants + 1 });
    }
  }
  const waits = ({ status }: PinEntry): number => (status === 'pinned' ? 1 : 0);
  return [...entries.values()].sort((a, b) => waits(a) - waits(b));
}

/** Where in the records an entry stands. */
export function addressOf({ config, server, kind, name, hash }: PinEntry): PinAddress {
  return { config, server, key: `${kind}:${name}`, hash };
}

/** What an operator has to read before deciding: every place that differs, or the whole definition when it is new. */
export function diffOf(record: PinRecord, entry: PinEntry): readonly DiffLine[] {
  const after = parsed(record.texts.get(entry.hash));
  const base = entry.status === 'pinned' ? undefined : (entry.pinned_hash ?? siblingPin(record, entry));
  const before = base === undefined ? undefined : parsed(record.texts.get(base));
  if (after === undefined) return [tooLong(entry)];
  if (before === undefined)
    return classifyDifferences({}, after).map((one) => ({ ...line(one), change: 'new' as const }));
  return classifyDifferences(before, after).map(line);
}

function entryOf(record: PinRecord, key: string, { pin, pending }: PinnedItem): PinEntry | null {
  const of = pending ?? pin;
  if (of === null) return null;
  const colon = key.indexOf(':');
  const address = { config: record.config, server: record.server, key, hash: of.hash };
  const isRejected = record.rejected.get(key)?.includes(of.hash) === true;
  const changes = pending?.changes ?? [];
  return {
    id: pinId(address),
    config: record.config,
    server: record.server,
    kind: key.startsWith('tool:') ? 'tool' : 'server',
    name: key.slice(colon + 1),
    status: pending === null ? 'pinned' : isRejected ? 'rejected' : changes.length === 0 ? 'review' : 'changed',
    changes,
    hash: of.hash,
    pinned_hash: pin?.hash ?? null,
    since: of.since,
    tenants: 1,
  };
}

/** A tenant without a pin of its own was compared with that of another. */
function siblingPin(record: PinRecord, { kind, name }: PinEntry): string | undefined {
  for (const { items } of [...record.tenants.values()].reverse()) {
    const pin = items.get(`${kind}:${name}`)?.pin;
    if (pin != null) return pin.hash;
  }
  return undefined;
}

function line({ path, change, before, after }: ClassifiedDifference): DiffLine {
  const extent = typeof before === 'string' && typeof after === 'string' ? wordsChanged(before, after) : null;
  return { path: withInvisibleShown(pointer(path)), change, before: shown(before), after: shown(after), extent };
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  return withInvisibleShown(typeof value === 'string' ? value : JSON.stringify(value));
}

function tooLong({ status, changes }: PinEntry): DiffLine {
  const after = 'the definition is too long to be kept; look at it with scan or at the server';
  return { path: '', change: status === 'pinned' ? 'new' : (changes[0] ?? 'new'), before: null, after, extent: null };
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
