import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tornEnd, type TornEnd } from './chain/file-tail.js';
import { earlierFiles, rotateWhenFull, type RotationSettings } from './chain/rotation.js';

/** Where audit lines go. One writer at a time; `append` may keep a part and throw, and then reports through `written`. */
export interface AuditSink {
  /**
   * Writes the bytes from `written.bytes` on and counts what was accepted, so that a second attempt never repeats or tears a line.
   * @param sync resolves when the bytes would outlive a loss of power
   * @throws whatever the system says (ENOSPC, EACCES, …)
   */
  append(bytes: Buffer, written: { bytes: number }, sync: boolean): Promise<void>;
  /** Whether something happened to the file that belongs into it. */
  readonly hasNotes: boolean;
  /** That, as lines; each is handed out once. */
  takeNotes(time: string): string;
  /** Files that may hold the last lines, the newest first. */
  newestFiles(): Promise<readonly string[]>;
}

const LINE_FEED = 0x0a;
/** Another process may be amid a write. */
const SETTLE_MS = 20;
/** Files that logrotate moved away since the last line are the youngest. */
const MAX_EARLIER = 2;

/**
 * Appends to a file of mode 0600 in a directory of mode 0700 (both made when absent). The file is opened for every batch, at most
 * ten times a second: rotating it away by rename needs no signal, and a deleted directory comes back. A line that a crash or a full
 * disk left without its end is closed with a line feed and named in a note; nothing is ever taken away from a file.
 */
export function fileSink(path: string, rotation: RotationSettings = {}): AuditSink {
  return new FileSink(path, rotation);
}

class FileSink implements AuditSink {
  readonly #path: string;
  readonly #rotation: RotationSettings;
  readonly #torn: TornEnd[] = [];
  readonly #removed: string[] = [];
  /** Length of the file after our last write. */
  #end = -1;

  constructor(path: string, rotation: RotationSettings) {
    this.#path = path;
    this.#rotation = rotation;
  }

  get hasNotes(): boolean {
    return this.#torn.length + this.#removed.length > 0;
  }

  takeNotes(time: string): string {
    const torn = this.#torn
      .splice(0)
      .map(({ bytes, digest }) => ({ time, event: 'audit_torn', bytes, sha256: digest }));
    const removed = this.#removed.splice(0).map((file) => ({ time, event: 'audit_file_removed', file }));
    return [...torn, ...removed].map((note) => `${JSON.stringify(note)}\n`).join('');
  }

  async newestFiles(): Promise<readonly string[]> {
    const earlier = await Promise.all(
      (await earlierFiles(this.#path))
        .filter((file) => !file.endsWith('.gz'))
        .map(async (file) => ({ file, at: (await stat(file)).mtimeMs })),
    );
    earlier.sort((a, b) => b.at - a.at);
    return [this.#path, ...earlier.slice(0, MAX_EARLIER).map(({ file }) => file)];
  }

  async append(bytes: Buffer, written: { bytes: number }, sync: boolean): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    // The rest of a line belongs behind its beginning.
    if (written.bytes === 0) {
      this.#removed.push(...(await rotateWhenFull(this.#path, bytes.length, this.#rotation)));
    }
    const there = await stat(this.#path).catch(() => null);
    // A pipe that is opened to read as well has a reader, and swallows everything when it is closed.
    const isPlain = there === null || there.isFile();
    const file = await open(this.#path, isPlain ? 'a+' : 'a', 0o600);
    try {
      if (isPlain) await this.#mendEnd(file, bytes, written);
      await this.#writeAll(file, bytes, written);
      if (sync && isPlain) await this.#sync(file, there === null);
    } finally {
      await file.close();
    }
  }

  async #writeAll(file: FileHandle, bytes: Buffer, written: { bytes: number }): Promise<void> {
    try {
      while (written.bytes < bytes.length) {
        const { bytesWritten } = await file.write(bytes, written.bytes, bytes.length - written.bytes);
        written.bytes += bytesWritten;
      }
    } finally {
      this.#end = (await file.stat()).size;
    }
  }

  /** Sees to it that what is written next begins a line, or goes on with our own. */
  async #mendEnd(file: FileHandle, bytes: Buffer, written: { bytes: number }): Promise<void> {
    const { size } = await file.stat();
    const torn = await settledTornEnd(file, size);
    const isAmidLine = written.bytes > 0 && bytes[written.bytes - 1] !== LINE_FEED;
    if (isAmidLine && torn !== null && size === this.#end) return;
    // Somebody else's lines stand behind our half line, or it is in another file by now: the line is written once more, whole.
    if (isAmidLine) written.bytes = bytes.lastIndexOf(LINE_FEED, written.bytes - 1) + 1;
    if (torn === null) return;
    await file.write('\n');
    this.#torn.push(torn);
  }

  async #sync(file: FileHandle, isNew: boolean): Promise<void> {
    await file.datasync();
    if (!isNew) return;
    // The name of a new file is in its folder.
    const folder = await open(dirname(this.#path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** As `tornEnd`, but a line that another process is writing at this moment gets the time to end. */
async function settledTornEnd(file: FileHandle, size: number): Promise<TornEnd | null> {
  const torn = await tornEnd(file, size);
  if (torn === null) return null;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const { size: later } = await file.stat();
  return later === size ? torn : settledTornEnd(file, later);
}

/** Hands whole batches to a stream that is shared with the log (audit path `-`). */
export function lineSink(writeLine: (line: string) => void): AuditSink {
  return {
    append(bytes, written) {
      writeLine(bytes.toString('utf8', written.bytes));
      written.bytes = bytes.length;
      return Promise.resolve();
    },
    hasNotes: false,
    takeNotes: () => '',
    newestFiles: () => Promise.resolve([]),
  };
}
