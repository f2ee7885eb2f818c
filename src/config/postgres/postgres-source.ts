import { judgeDocument } from '../config-file.js';
import type { ConfigSource } from '../config-source.js';
import { differ, type Fingerprints, fingerprints } from '../file-watch.js';
import type { LoadedConfig, LoadResult } from '../loader.js';
import type { KeyOwner } from '../snapshot.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { ConfigRepository } from '../administration/config-repository.js';
import { ChangeSignal } from './change-signal.js';
import type { Database } from './database.js';
import { KeyCache } from './key-cache.js';
import { KeyLookup } from './key-lookup.js';
import { documentOf, READ, type ReadRow } from './stored-rows.js';

/** A notification that was lost is made up for within this and the time of a query. */
const POLL_MS = 500;
const LOOK_MS = 5000;
/**
 * For how long what is known is relied on without an answer of the database. A revoked key must be refused after 60 s at the latest: what
 * a look says is as old as the look, which may take LOOK_MS and as long to get a connection.
 */
const TRUST_MS = 45_000;

const CHANGES = `
  SELECT s.generation, s.revision,
    (SELECT json_agg(json_build_array(c.generation, c.document, c.keys, c.keyless) ORDER BY c.generation)
      FROM smg.changes c WHERE c.generation > $1) AS changes
  FROM smg.state s`;

type ChangeRow = readonly [
  generation: number,
  document: boolean,
  keys: readonly string[] | null,
  keyless: readonly (readonly [string, string])[] | null,
];

interface ChangesRow {
  readonly generation: string;
  readonly revision: string;
  readonly changes: readonly ChangeRow[] | null;
}

interface Changes {
  readonly generation: number;
  readonly revision: string;
  readonly document: boolean;
  /** null = any may have changed. */
  readonly keys: readonly string[] | null;
  readonly keyless: readonly KeyOwner[];
}

/** A database. Keys are looked up one by one; everything else is read whole when it changed. */
export class PostgresSource implements ConfigSource {
  readonly place: string;
  readonly keys: KeyCache;
  readonly pollMs = POLL_MS;
  private generation = -1;
  private loaded: LoadedConfig | null = null;
  private seen: Fingerprints = new Map();
  private secretFiles: ReadonlySet<string> = new Set();
  /** Not told yet: the config could not be read since. */
  private readonly keyless: KeyOwner[] = [];
  private inContact = false;
  private lost = false;
  private readonly trust: NodeJS.Timeout;
  private readonly signal: ChangeSignal;
  private closed = false;

  /**
   * @param database of its own: writers that wait must not keep keys waiting
   * @param path of the config file that there would be without a database
   */
  constructor(
    private readonly database: Database,
    readonly repository: ConfigRepository,
    private readonly path: string,
    trustMs = TRUST_MS,
  ) {
    this.place = database.place;
    this.keys = new KeyCache(new KeyLookup(database), () => this.inContact);
    this.signal = new ChangeSignal(database);
    this.trust = setTimeout(() => {
      this.setLost(true);
    }, trustMs).unref();
  }

  get isLost(): boolean {
    return this.lost;
  }

  follow(wake: () => void): void {
    this.signal.follow(wake);
  }

  async look(): Promise<LoadResult | null> {
    try {
      const result = await this.lookNow();
      this.inContact = true;
      this.setLost(false);
      this.trust.refresh();
      return result;
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.inContact = false;
      throw error;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.trust);
    this.keys.close();
    this.signal.close();
    void this.database.close().catch(() => undefined);
    void this.repository.close().catch(() => undefined);
  }

  private async lookNow(): Promise<LoadResult | null> {
    const files = await fingerprints(this.secretFiles);
    const changes = await this.changes();
    if (changes.generation === this.generation && !differ(this.seen, files)) return null;
    await this.keys.reload(changes.keys);
    this.keyless.push(...changes.keyless);
    const result =
      changes.document || this.loaded === null || differ(this.seen, files)
        ? await this.readDocument()
        : withRevision(this.loaded, changes.revision);
    const told = result.ok ? withKeyless(result, this.keyless.splice(0)) : result;
    // Not before everything of it was read: a look that fails half-way is repeated.
    this.generation = changes.generation;
    this.seen = files;
    this.secretFiles = result.files;
    if (result.ok) this.loaded = result;
    return told;
  }

  private async changes(): Promise<Changes> {
    const [row] = await this.database.query<ChangesRow>(CHANGES, [this.generation], LOOK_MS);
    if (row === undefined) throw new StoreUnavailableError(`${this.place} has lost its state.`);
    const generation = Number(row.generation);
    const list = row.changes ?? [];
    // Less than was known: another database, or an older backup of it. A gap: too much was missed.
    const isWhole = this.generation >= 0 && generation - this.generation === list.length;
    const { revision } = row;
    if (!isWhole) return { generation, revision, document: true, keys: null, keyless: [] };
    const keys = list.some(([, , named]) => named === null) ? null : list.flatMap(([, , named]) => named ?? []);
    const keyless = list
      .flatMap(([, , , owners]) => owners ?? [])
      .map(([userId, projectId]) => ({ userId, projectId }));
    return { generation, revision, document: list.some(([, document]) => document), keys, keyless };
  }

  private async readDocument(): Promise<LoadResult> {
    const [row] = await this.database.query<ReadRow>(READ);
    if (row === undefined) throw new StoreUnavailableError(`${this.place} has lost its state.`);
    return judgeDocument(documentOf(row, []), row.revision, this.path);
  }

  private setLost(lost: boolean): void {
    if (this.closed) return;
    this.lost = lost;
    this.keys.setLost(lost);
  }
}

/** The same config under another revision: only keys were changed. */
function withRevision(loaded: LoadedConfig, revision: string): LoadedConfig {
  const snapshot = Object.freeze({ ...loaded.snapshot, revision, loadedAt: new Date().toISOString() });
  return { ...loaded, snapshot };
}

function withKeyless(loaded: LoadedConfig, keyless: readonly KeyOwner[]): LoadedConfig {
  return { ...loaded, snapshot: Object.freeze({ ...loaded.snapshot, keyless }) };
}
