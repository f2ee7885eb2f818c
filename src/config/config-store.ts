import { resolve } from 'node:path';
import type { ConfigRepository } from './administration/config-repository.js';
import type { ConfigSource } from './config-source.js';
import { FileSource } from './file-source.js';
import type { KeyBook } from './key-book.js';
import type { LoadedConfig, LoadResult } from './loader.js';
import { ConfigError, type ConfigProblem } from './problem.js';
import type { ConfigSnapshot } from './snapshot.js';
import { StoreUnavailableError } from './store-unavailable-error.js';

/** A state of the config that could not be taken over, or a database that is away; the snapshot before it stays in force. */
export interface ConfigTrouble {
  /** ISO 8601, UTC: when it was first seen. */
  readonly at: string;
  readonly problems: readonly ConfigProblem[];
}

/** State of the config for `/health` and the admin's status page. */
export interface ConfigHealth {
  readonly ok: boolean;
  /** The file, or the database. */
  readonly path: string;
  readonly revision: string;
  readonly loadedAt: string;
  readonly problem?: ConfigTrouble;
  /** The database has been away for so long that nobody is let in. */
  readonly isLost?: true;
}

/** Told of every state that could not be taken over, for the log. */
export type TroubleListener = (trouble: ConfigTrouble) => void;

export interface ConfigStoreOptions {
  readonly onProblem?: TroubleListener;
}

/** Holds the last good snapshot of a config and follows what it is read from. `current()` is one field read. */
export class ConfigStore {
  /** Absolute path of the config file. With a database there need be none: what belongs to the config lies beside it all the same. */
  readonly path: string;
  /** The keys as of the last change, which need not all be in the snapshot. */
  readonly keys: KeyBook;
  private snapshot: ConfigSnapshot;
  private trouble: ConfigTrouble | null = null;
  private outage: ConfigTrouble | null = null;
  private readonly listeners = new Set<(snapshot: ConfigSnapshot) => void>();
  private readonly source: ConfigSource;
  private readonly onProblem: TroubleListener | undefined;
  private timer: NodeJS.Timeout | null = null;
  private refreshing: Promise<void> | null = null;
  private nextRefresh: Promise<void> | null = null;
  private closed = false;

  private constructor(path: string, source: ConfigSource, loaded: LoadedConfig, options: ConfigStoreOptions) {
    this.path = path;
    this.source = source;
    this.keys = source.keys;
    this.snapshot = loaded.snapshot;
    this.onProblem = options.onProblem;
    this.keys.adopt(loaded);
    source.follow(() => {
      void this.refresh().catch(() => undefined);
    });
    this.schedule();
  }

  /**
   * Loads a config file and starts to follow it.
   * @throws ConfigError when the file is not usable now
   */
  static open(path: string, options: ConfigStoreOptions = {}): Promise<ConfigStore> {
    return ConfigStore.over(new FileSource(path), path, options);
  }

  /**
   * Loads a config and starts to follow it. The source is closed with the store, and when it cannot be opened.
   * @throws ConfigError when it is not usable now, StoreUnavailableError
   */
  static async over(source: ConfigSource, path: string, options: ConfigStoreOptions = {}): Promise<ConfigStore> {
    try {
      const result = await source.look(true);
      if (result?.ok !== true) throw new ConfigError(source.place, result?.problems ?? []);
      return new ConfigStore(resolve(path), source, result, options);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  current(): ConfigSnapshot {
    return this.snapshot;
  }

  /** Where what the snapshot says is kept, for those who change it. */
  get repository(): ConfigRepository {
    return this.source.repository;
  }

  /** Called after every swap with the new snapshot; returns the function that ends the subscription. */
  onChange(listener: (snapshot: ConfigSnapshot) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  health(): ConfigHealth {
    const { revision, loadedAt } = this.snapshot;
    const problem = this.outage ?? this.trouble;
    const state = { ok: problem === null, path: this.source.place, revision, loadedAt };
    if (problem === null) return state;
    return { ...state, problem, ...(this.source.isLost && { isLost: true }) };
  }

  /**
   * Looks now instead of at the next look; a broken config is reported as always and changes nothing. Callers can ask for this as often
   * as they like: those that come during a look share the next one.
   */
  refresh(): Promise<void> {
    if (this.refreshing === null) return this.startLook(true);
    this.nextRefresh ??= this.refreshing
      .catch(() => undefined)
      .then(() => {
        this.nextRefresh = null;
        return this.startLook(true);
      });
    return this.nextRefresh;
  }

  /** Stops following; the last snapshot stays readable. Idempotent. */
  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.listeners.clear();
    this.source.close();
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      void this.look();
    }, this.source.pollMs);
    this.timer.unref();
  }

  /** One look at a time. */
  private startLook(always: boolean): Promise<void> {
    this.refreshing = this.update(always).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async look(): Promise<void> {
    try {
      await (this.refreshing ?? this.startLook(false));
    } catch {
      this.reportTrouble([
        { path: '', message: 'the change could not be taken over: a listener of the reload failed' },
      ]);
    } finally {
      this.schedule();
    }
  }

  private async update(always: boolean): Promise<void> {
    let result: LoadResult | null;
    try {
      result = await this.source.look(always);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.reportOutage(error);
      return;
    }
    this.outage = null;
    if (this.closed || result === null) return;
    if (result.ok) this.adopt(result);
    else this.reportTrouble(result.problems);
  }

  private adopt(loaded: LoadedConfig): void {
    this.trouble = null;
    if (sameContent(this.snapshot, loaded.snapshot)) return;
    this.snapshot = loaded.snapshot;
    this.keys.adopt(loaded);
    this.tell(loaded.snapshot);
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

  /** Once for each outage: looks come several times a second. */
  private reportOutage({ message }: StoreUnavailableError): void {
    if (this.closed || this.outage !== null) return;
    this.outage = { at: new Date().toISOString(), problems: [{ path: '', message }] };
    this.onProblem?.(this.outage);
  }
}

/** True when neither the config nor a secret it refers to has changed: then nobody needs to hear of it. */
function sameContent(before: ConfigSnapshot, after: ConfigSnapshot): boolean {
  return before.revision === after.revision && connectionsOf(before) === connectionsOf(after);
}

function connectionsOf(snapshot: ConfigSnapshot): string {
  const hashes = [...snapshot.configs.values()].flatMap((config) =>
    [...config.servers.values()].map((server) => server.configHash),
  );
  return hashes.join();
}
