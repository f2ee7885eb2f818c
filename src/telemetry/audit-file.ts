import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where audit lines go. One writer at a time; `append` may keep a part and throw, and then reports through `written`. */
export interface AuditSink {
  /**
   * Writes the bytes from `written.bytes` on and counts what was accepted, so that a second attempt never repeats or tears a line.
   * @throws whatever the system says (ENOSPC, EACCES, …)
   */
  append(bytes: Buffer, written: { bytes: number }): Promise<void>;
}

/**
 * Appends to a file of mode 0600 in a directory of mode 0700 (both made when absent). The file is opened for every batch, at most
 * ten times a second: rotating it away by rename needs no signal, and a deleted directory comes back.
 */
export function fileSink(path: string): AuditSink {
  return {
    async append(bytes, written) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, 'a', 0o600);
      try {
        while (written.bytes < bytes.length) {
          const { bytesWritten } = await file.write(bytes, written.bytes, bytes.length - written.bytes);
          written.bytes += bytesWritten;
        }
      } finally {
        await file.close();
      }
    },
  };
}

/** Hands whole batches to a stream that is shared with the log (audit path `-`). */
export function lineSink(writeLine: (line: string) => void): AuditSink {
  return {
    append(bytes, written) {
      writeLine(bytes.toString('utf8', written.bytes));
      written.bytes = bytes.length;
      return Promise.resolve();
    },
  };
}
