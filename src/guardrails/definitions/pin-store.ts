import { hash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withFileLock } from '../../config/file/file-lock.js';
import { StagedFile } from '../../config/file/staged-file.js';
import { differ, type Fingerprints, fingerprints } from '../../config/file-watch.js';
import { systemErrorCode } from '../../config/fs-error.js';
import { GatewayError } from '../../errors.js';
import { PinFileFault, pinFileBytes, readPinFile } from './pin-file.js';
import { emptyRecord, type PinRecord } from './pin-record.js';

/** How soon what another process wrote is seen, in milliseconds: half of the promised second. */
const POLL_MS = 500;
/** How long a writer waits for the others. */
const LOCK_MS = 10_000;
/** How often a change is made again because another writer was quicker. */
const ATTEMPTS = 5;
const FILE_NAME = /^[0-9a-f]{32}\.json$/;

interface Known {
  readonly record: PinRecord;
  /** State of the file before it was read. */
  readonly seen: Fingerprints;
  /** The record is newer than the file, which could not be written. */
  readonly unsaved?: true;
}

/** Told which server's record another process has changed. */
type Listener = (config: string, server: string) => void;

/** What can be done about a disk that refuses: nothing by us. The record stays in memory then. */
const UNWRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST']);

/**
 * The records of pinned definitions: a folder beside the config file, in it one file for each server of each config (mode 0600). Several
 * processes share it: a write happens under a lock, on what was read under it, and replaces the file as a whole.
 */
export class PinStore {
  readonly folder: string;
  private readonly known = new Map<string, Known>();
  private readonly names = new Map<string, { readonly config: string; readonly server: string }>();
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  private seen: Fingerprints = new Map();

  /** @param configPath the config file that the servers are from */
  constructor(configPath: string) {
    this.folder = `${resolve(configPath)}.pins`;
  }

  /** Path of a server's file. */
  pathOf(config: string, server: string): string {
    return join(this.folder, `${hash('sha256', `${config}\0${server}`, 'hex').slice(0, 32)}.json`);
  }

  /**
   * What is kept of a server, empty when that is nothing.
   * @throws GatewayError `config_invalid` when the file cannot be read or is damaged
   */
  async read(config: string, server: string): Promise<PinRecord> {
    const path = this.pathOf(config, server);
    this.names.set(path, { config, server });
    const seen = await fingerprints([path]);
    const known = this.known.get(path);
    if (known !== undefined && !differ(known.seen, seen)) return known.record;
    const record = (await load(path)) ?? emptyRecord(config, server);
    if (record.config !== config || record.server !== server) throw damaged(path, 'it is of another server');
    this.known.set(path, { record, seen });
    if (!this.seen.has(path)) this.seen = new Map([...this.seen, ...seen]);
    return record;
  }

  /**
   * Changes a record. The change may run several times and must depend on nothing but its argument; giving back the same object writes
   * nothing.
   * @returns the record as it is now, and whether it is on disk: when the disk refuses, it is kept in memory
   * @throws GatewayError `config_invalid` as `read`, or when other writers do not let go
   */
  async update(
    config: string,
    server: string,
    change: (record: PinRecord) => PinRecord,
  ): Promise<{ readonly record: PinRecord; readonly saved: boolean }> {
    const before = await this.read(config, server);
    const first = change(before);
    const path = this.pathOf(config, server);
    if (first === before) return { record: before, saved: true };
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const record = await withFileLock(path, () => this.attempt(path, { config, server }, change), LOCK_MS);
        if (record !== null) return { record, saved: true };
      }
    } catch (error) {
      if (!UNWRITABLE.has(systemErrorCode(error) ?? '')) throw error;
      this.known.set(path, { record: first, seen: await fingerprints([path]), unsaved: true });
      return { record: first, saved: false };
    }
    throw new GatewayError('config_invalid', `${path} is written by other processes all the time.`, {
      retryable: true,
    });
  }

  /** Changes a record for an operator: whoever judged by the old one hears of it at once. Throws as `update`. */
  async decide(config: string, server: string, change: (record: PinRecord) => PinRecord): Promise<PinRecord> {
    const decision = { isMade: false };
    const { record, saved } = await this.update(config, server, (before) => {
      const after = change(before);
      decision.isMade = after !== before;
      return after;
    });
    // It has changed again since it was looked up: nobody must take it for decided.
    if (!decision.isMade)
      throw new GatewayError('config_invalid', 'This definition waits for nothing any more; list them anew.');
    for (const listener of this.listeners) listener(config, server);
    if (saved) return record;
    throw new GatewayError(
      'config_invalid',
      `${this.pathOf(config, server)} cannot be written; the decision holds until this process ends.`,
    );
  }

  /**
   * Every record in the folder, and the files that cannot be read.
   * @throws the system's error when the folder is there and cannot be read
   */
  async all(): Promise<{ readonly records: readonly PinRecord[]; readonly faults: readonly GatewayError[] }> {
    const records: PinRecord[] = [];
    const faults: GatewayError[] = [];
    for (const name of (await names(this.folder)).sort()) {
      try {
        const record = await load(join(this.folder, name));
        if (record !== null) records.push(record);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        faults.push(error);
      }
    }
    return { records, faults };
  }

  /** Follows the files that were read; the listener hears of what other processes write. */
  watch(listener: Listener): void {
    this.listeners.add(listener);
    this.timer ??= setInterval(() => {
      void this.look();
    }, POLL_MS).unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.listeners.clear();
  }

  private async look(): Promise<void> {
    const now = await fingerprints(this.names.keys());
    const before = this.seen;
    this.seen = now;
    for (const [path, state] of now) {
      if (!before.has(path) || before.get(path) === state) continue;
      // Whether it was this process that wrote, its readers know already: the record is the one they judged by.
      if (this.known.get(path)?.seen.get(path) === state) continue;
      const name = this.names.get(path);
      if (name !== undefined) for (const listener of this.listeners) listener(name.config, name.server);
    }
  }

  /** What could not be written before, unless somebody else has written since. */
  private async unsaved(path: string): Promise<PinRecord | null> {
    const known = this.known.get(path);
    if (known?.unsaved !== true || differ(known.seen, await fingerprints([path]))) return null;
    return known.record;
  }

  /** null = another writer came in between. */
  private async attempt(
    path: string,
    { config, server }: { readonly config: string; readonly server: string },
    change: (record: PinRecord) => PinRecord,
  ): Promise<PinRecord | null> {
    // Opened before the read: see StagedFile.
    const staged = await StagedFile.open(path);
    try {
      const before = (await this.unsaved(path)) ?? (await load(path)) ?? emptyRecord(config, server);
      const after = change(before);
      if (after !== before || this.known.get(path)?.unsaved === true) {
        await staged.write(pinFileBytes(after));
        if (!(await staged.replace())) return null;
      }
      this.known.set(path, { record: after, seen: await fingerprints([path]) });
      return after;
    } finally {
      await staged.discard();
    }
  }
}

/** null = there is no file. @throws GatewayError */
async function load(path: string): Promise<PinRecord | null> {
  try {
    return readPinFile(await readFile(path));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (error instanceof PinFileFault) throw damaged(path, error.message, error);
    throw damaged(path, `reading it failed (${code ?? 'unknown error'})`, error);
  }
}

function damaged(path: string, fault: string, cause?: unknown): GatewayError {
  const message =
    `The record of pinned definitions ${path} cannot be used: ${fault}. ` +
    'Restore it from a copy. Removing it makes the gateway trust what the server offers now, so look at that first: scan.';
  return new GatewayError('config_invalid', message, { cause });
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => FILE_NAME.test(name));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
