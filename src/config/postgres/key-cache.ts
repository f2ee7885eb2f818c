import { isDeepStrictEqual } from 'node:util';
import { readApiKey } from '../draft.js';
import type { ActiveKey, KeyBook } from '../key-book.js';
import type { KeyResolver } from '../key-resolution.js';
import type { LoadedConfig } from '../loader.js';
import type { KeyRecord } from '../snapshot.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { KeyLookup } from './key-lookup.js';

/** More than the sessions of a process, so that the keys of those stay. Some 2 KB each. */
const MAX_ENTRIES = 25_000;
/** Hashes of keys that do not exist. */
const MAX_UNKNOWN = 10_000;
/** Changes are told; this is for what is changed past the gateway, by hand in SQL. */
const TTL_MS = 60_000;
const SWEEP_MS = 5000;
/** Idle for so long, an entry is not worth its memory. */
const IDLE_MS = 600_000;
/** How often a look-up is repeated because the key was changed while it was under way. */
const MAX_REPEATS = 5;

interface Entry {
  readonly hex: string;
  body: unknown;
  record: KeyRecord;
  /** State of the config that the record was made with. */
  version: number;
  /** When the database said so, on the cache's own clock. */
  readAt: number;
  usedAt: number;
  /** Since the last sweep, or since it was passed over for removal. */
  used: boolean;
  /** Grows with each change, also over entries of the same key: an older answer does not overwrite a newer one. */
  epoch: number;
}

interface Pending {
  readonly promise: Promise<KeyRecord | undefined>;
  /** The key was changed since the statement was sent. */
  outdated: boolean;
}

/** The keys of a database that were asked for lately: bounded, told of changes, and of no use once the database is away for long. */
export class KeyCache implements KeyBook {
  private readonly entries = new Map<string, Entry>();
  private readonly byKeyId = new Map<string, Entry>();
  private readonly unknown = new Map<string, number>();
  private readonly pending = new Map<string, Pending>();
  private resolveKey: KeyResolver | null = null;
  private version = 0;
  private epoch = 0;
  /** Coarse, so that a hit asks no clock; stands still while the database is away: what is known then stays, up to the limit. */
  private clock = 0;
  private lost = false;
  private readonly sweeper: NodeJS.Timeout;

  /** @param isInContact whether the database answered at the last look */
  constructor(
    private readonly lookup: KeyLookup,
    private readonly isInContact: () => boolean,
  ) {
    this.sweeper = setInterval(() => {
      void this.sweep();
    }, SWEEP_MS).unref();
  }

  get size(): number {
    return this.entries.size;
  }

  find(hex: string): KeyRecord | undefined | Promise<KeyRecord | undefined> {
    if (this.lost) throw lostContact();
    const entry = this.entries.get(hex);
    if (entry !== undefined && this.clock - entry.readAt < TTL_MS) {
      entry.used = true;
      return entry.version === this.version ? entry.record : this.renewed(entry);
    }
    const unknownUntil = this.unknown.get(hex);
    if (unknownUntil !== undefined && unknownUntil > this.clock) return undefined;
    return this.pending.get(hex)?.promise ?? this.load(hex);
  }

  byId(keyId: string): ActiveKey | undefined {
    if (this.lost) return undefined;
    const entry = this.byKeyId.get(keyId);
    if (entry === undefined) return undefined;
    entry.used = true;
    const record = entry.version === this.version ? entry.record : this.renewed(entry);
    return record.status === 'active' ? record : undefined;
  }

  *active(): Iterable<ActiveKey> {
    for (const entry of this.entries.values()) {
      const record = entry.version === this.version ? entry.record : this.renewed(entry);
      if (record.status === 'active') yield record;
    }
  }

  adopt({ resolveKey }: LoadedConfig): void {
    this.resolveKey = resolveKey;
    this.version++;
  }

  /**
   * Reads keys again that were changed. @param changed their hashes; null = any may have been
   * @throws StoreUnavailableError; what was known stays, and the change is to be told again
   */
  async reload(changed: readonly string[] | null): Promise<void> {
    if (changed === null) this.unknown.clear();
    else for (const hex of changed) this.unknown.delete(hex);
    for (const hex of changed ?? this.pending.keys()) {
      const pending = this.pending.get(hex);
      if (pending !== undefined) pending.outdated = true;
    }
    const known = [...(changed ?? this.entries.keys())].filter((hex) => this.entries.has(hex));
    if (known.length === 0) return;
    for (const hex of known) this.bump(hex);
    await this.readAgain(known);
  }

  /** @param lost the database has been away for longer than what is known may be relied on */
  setLost(lost: boolean): void {
    this.lost = lost;
  }

  close(): void {
    clearInterval(this.sweeper);
  }

  private load(hex: string): Promise<KeyRecord | undefined> {
    const pending: Pending = {
      promise: this.ask(hex, () => {
        const { outdated } = pending;
        pending.outdated = false;
        return outdated;
      }).finally(() => {
        this.pending.delete(hex);
      }),
      outdated: false,
    };
    this.pending.set(hex, pending);
    return pending.promise;
  }

  /** @param takeOutdated whether the answer was overtaken by a change; forgets it */
  private async ask(hex: string, takeOutdated: () => boolean): Promise<KeyRecord | undefined> {
    for (let repeat = 0; repeat < MAX_REPEATS; repeat++) {
      const body = await this.lookup.one(hex);
      if (takeOutdated()) continue;
      return this.keep(hex, body);
    }
    throw new StoreUnavailableError('The key is being changed. Try again.');
  }

  private keep(hex: string, body: unknown): KeyRecord | undefined {
    const record = body === undefined ? undefined : this.resolve(hex, body);
    if (record === undefined) {
      this.forget(hex);
      this.remember(this.unknown, hex, this.clock + TTL_MS, MAX_UNKNOWN);
      return undefined;
    }
    this.forget(hex);
    this.makeRoom();
    const times = { readAt: this.clock, usedAt: this.clock };
    const entry: Entry = { hex, body, record, version: this.version, ...times, used: true, epoch: ++this.epoch };
    this.entries.set(hex, entry);
    this.byKeyId.set(keyIdOf(hex), entry);
    return record;
  }

  private resolve(hex: string, body: unknown): KeyRecord | undefined {
    const section = readApiKey(body);
    return section === null ? undefined : this.resolveKey?.(`sha256:${hex}`, section);
  }

  /** The record of an entry in the config as it is now. */
  private renewed(entry: Entry): KeyRecord {
    entry.record = this.resolve(entry.hex, entry.body) ?? entry.record;
    entry.version = this.version;
    return entry.record;
  }

  private bump(hex: string): void {
    const entry = this.entries.get(hex);
    if (entry !== undefined) entry.epoch = ++this.epoch;
  }

  /** What is changed meanwhile is left to who reads it after the change. @throws StoreUnavailableError */
  private async readAgain(hexes: readonly string[]): Promise<void> {
    const epochs = hexes.map((hex) => [hex, this.entries.get(hex)?.epoch] as const);
    const found = await this.lookup.many(hexes);
    for (const [hex, epoch] of epochs) if (this.entries.get(hex)?.epoch === epoch) this.update(hex, found.get(hex));
  }

  private update(hex: string, body: unknown): void {
    const entry = this.entries.get(hex);
    if (entry === undefined) return;
    if (body === undefined || readApiKey(body) === null) {
      this.forget(hex);
      return;
    }
    entry.readAt = this.clock;
    if (isDeepStrictEqual(entry.body, body)) return;
    entry.body = body;
    entry.version = -1;
  }

  private forget(hex: string): void {
    const entry = this.entries.get(hex);
    if (entry === undefined) return;
    this.entries.delete(hex);
    if (this.byKeyId.get(keyIdOf(hex)) === entry) this.byKeyId.delete(keyIdOf(hex));
  }

  /** Second chance: the oldest entry goes, unless it was used since it was last passed over. */
  private makeRoom(): void {
    while (this.entries.size >= MAX_ENTRIES) {
      const [oldest] = this.entries.values();
      if (oldest === undefined) return;
      if (!oldest.used) {
        this.forget(oldest.hex);
        continue;
      }
      oldest.used = false;
      this.entries.delete(oldest.hex);
      this.entries.set(oldest.hex, oldest);
    }
  }

  private remember<T>(map: Map<string, T>, hex: string, value: T, limit: number): void {
    map.delete(hex);
    const [oldest] = map.size >= limit ? map.keys() : [];
    if (oldest !== undefined) map.delete(oldest);
    map.set(hex, value);
  }

  /** Reads again what is in use and half its time old, and drops what is idle. */
  private async sweep(): Promise<void> {
    if (!this.isInContact()) return;
    this.clock += SWEEP_MS;
    const due: Entry[] = [];
    for (const entry of this.entries.values()) {
      if (entry.used) entry.usedAt = this.clock;
      entry.used = false;
      if (this.clock - entry.usedAt > IDLE_MS) this.forget(entry.hex);
      else if (entry.usedAt > entry.readAt && this.clock - entry.readAt >= TTL_MS / 2) due.push(entry);
    }
    try {
      await this.readAgain(due.map(({ hex }) => hex));
    } catch {
      // The looks at changes report that the database is away; the next sweep tries again.
    }
  }
}

/** As in principals. */
function keyIdOf(hex: string): string {
  return hex.slice(0, 12);
}

function lostContact(): StoreUnavailableError {
  return new StoreUnavailableError('Keys cannot be checked now, because their store cannot be reached. Try again.');
}
