import { resolve } from 'node:path';
import { FileRepository } from './administration/file-repository.js';
import { readConfigFile } from './config-file.js';
import type { ConfigSource } from './config-source.js';
import { differ, type Fingerprints, fingerprints } from './file-watch.js';
import { SnapshotKeys } from './key-book.js';
import type { LoadResult } from './loader.js';

/** Well inside the promised second, two stat calls in all. */
const POLL_MS = 250;

/** A config file. */
export class FileSource implements ConfigSource {
  readonly place: string;
  readonly keys = new SnapshotKeys();
  readonly repository: FileRepository;
  readonly pollMs = POLL_MS;
  readonly isLost = false;
  /** A secret file is not in here until the look after its first read, which then reads everything once more: no write is missed. */
  private seen: Fingerprints = new Map();
  private secretFiles: ReadonlySet<string> = new Set();

  constructor(path: string) {
    this.place = resolve(path);
    this.repository = new FileRepository(this.place);
  }

  async look(always: boolean): Promise<LoadResult | null> {
    // Before the read: a write during it then shows as a change at the next look.
    const now = await fingerprints([this.place, ...this.secretFiles]);
    if (!always && !differ(this.seen, now)) return null;
    const result = await readConfigFile(this.place);
    this.seen = now;
    this.secretFiles = result.files;
    return result;
  }

  /** File events are missing on network and container mounts: see file-watch. */
  follow(): void {
    return;
  }

  close(): void {
    return;
  }
}
