import { resolve } from 'node:path';
import type { ConfigRepository } from './administration/config-repository.js';
import { FileRepository } from './administration/file-repository.js';
import { readConfigFile } from './config-file.js';
import { differ, type Fingerprints, fingerprints } from './file-watch.js';
import { ConfigError, type ConfigProblem } from './problem.js';
import type { ConfigSnapshot } from './snapshot.js';

/** How often the file is looked at, in milliseconds: well inside the promised second, two stat calls in all. */
const POLL_MS = 250;

/** A file on disk that could not be taken over; the snapshot before it stays in force. */
export interface ConfigTrouble {
  /** ISO 8601, UTC: when this state of the file was first seen. */
  readonly at: string;
  readonly problems: readonly ConfigProblem[];
}

/** State of the config for `/health` and the admin's status page. */
export interface ConfigHealth {
  readonly ok: boolean;
  readonly path: string;
  readonly revision: string;
  readonly loadedAt: string;
  readonly problem?: ConfigTrouble;
}

/** Told of every file state that could not be taken over, for the log. */
export type TroubleListener = (trouble: ConfigTrouble) => void;

export interface ConfigStoreOptions {
  readonly onProblem?: TroubleListener;
}

interface Loaded {
  readonly snapshot: ConfigSnapshot;
  /** State of the config file before it was read. */
  readonly seen: Fingerprints;
  readonly secretFiles: ReadonlySet<string>;
}

/** Holds the config file's last good snapshot and follows the file. `current()` is one field read. */
export class ConfigStore {
  readonly path: string;
  /** Where what the snapshot says is kept, for those who change it. */
  readonly repository: ConfigRepository;
  private snapshot: ConfigSnapshot;
  private trouble: ConfigTrouble | null = null;
  private readonly listeners = new Set<(snapshot: ConfigSnapshot) => void>();
  private readonly onProblem: TroubleListener | undefined;
  /** A secret file is not in here until the look after its first read, which then reads everything once more: no write is missed. */
  private seen: Fingerprints;
  private secretFiles: ReadonlySet<string>;
  private timer: NodeJS.Timeout | null = null;
  private refreshing: Promise<void> | null = null;
  private nextRefresh: Promise<void> | null = null;
  private closed = false;

  private constructor(path: string, loaded: Loaded, options: ConfigStoreOptions) {
    this.path = path;
    this.repository = new FileRepository(path);
    this.snapshot = loaded.snapshot;
    this.seen = loaded.seen;
    this.secretFiles = loaded.secretFiles;
    this.onProblem = options.onProblem;
    this.schedule();
  }

  /**
   * Loads the file and starts to follow it.
   * @throws ConfigError when the file is not usable now
   */
  static async open(path: string, options: ConfigStoreOptions = {}): Promise<ConfigStore> {
    const file = resolve(path);
    // Before the read: a write during it then shows as a change at the next look.
    const seen = await fingerprints([file]);
    const result = await readConfigFile(file);
    if (!result.ok) throw new ConfigError(file, result.problems);
    return new ConfigStore(file, { snapshot: result.snapshot, seen, secretFiles: result.files }, options);
  }

  current(): ConfigSnapshot {
    return this.snapshot;
  }

  /** Called after every swap with the new snapshot; returns the function that ends the subscription. */
  onChange(listener: (snapshot: ConfigSnapshot) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  health(): ConfigHealth {
    const { revision, loadedAt } = this.snapshot;
    const state = { ok: this.trouble === null, path: this.path, revision, loadedAt };
    return this.trouble === null ? state : { ...state, problem: this.trouble };
  }

  /**
   * Reads the file now instead of at the next look; a broken one is reported as always and changes nothing. Callers can ask for this
   * as often as they like: those that come during a read share the next one.
   */
  refresh(): Promise<void> {
    if (this.refreshing === null) return this.startRefresh();
    this.nextRefresh ??= this.refreshing
      .catch(() => undefined)
      .then(() => {
        this.nextRefresh = null;
        return this.startRefresh();
      });
    return this.nextRefresh;
  }

  /** Stops following the file; the last snapshot stays readable. Idempotent. */
  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.listeners.clear();
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      void this.look();
    }, POLL_MS);
    this.timer.unref();
  }

  private startRefresh(): Promise<void> {
    this.refreshing = fingerprints([this.path, ...this.secretFiles])
      .then((now) => this.reload(now))
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  private async look(): Promise<void> {
    try {
      const now = await fingerprints([this.path, ...this.secretFiles]);
      if (differ(this.seen, now)) await this.reload(now);
    } catch {
      this.reportTrouble([
        { path: '', message: 'the change could not be taken over: a listener of the reload failed' },
      ]);
    } finally {
      this.schedule();
    }
  }

  private async reload(now: Fingerprints): Promise<void> {
    const result = await readConfigFile(this.path);
    if (this.closed) return;
    this.seen = now;
    this.secretFiles = result.files;
    if (!result.ok) {
      this.reportTrouble(result.problems);
      return;
    }
    this.trouble = null;
    if (sameContent(this.snapshot, result.snapshot)) return;
    this.snapshot = result.snapshot;
    this.tell(result.snapshot);
  }

  /** Everybody is told, whoever fails: one of the listeners is what ends the sessions of revoked keys. */
  private tell(snapshot: ConfigSnapshot): void {
    const failures: unknown[] = [];
    for (const listener of this.listeners) {
      try {
        listener(snapshot);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'listeners of the reload failed');
  }

  private reportTrouble(problems: readonly ConfigProblem[]): void {
    if (this.closed) return;
    this.trouble = { at: new Date().toISOString(), problems };
    this.onProblem?.(this.trouble);
  }
}

/** True when neither the file nor a secret it refers to has changed: then nobody needs to hear of it. */
function sameContent(before: ConfigSnapshot, after: ConfigSnapshot): boolean {
  return before.revision === after.revision && connectionsOf(before) === connectionsOf(after);
}

function connectionsOf(snapshot: ConfigSnapshot): string {
  const hashes = [...snapshot.configs.values()].flatMap((config) =>
    [...config.servers.values()].map((server) => server.configHash),
  );
  return hashes.join();
}
