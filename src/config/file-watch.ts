import { stat } from 'node:fs/promises';

/** State of each file, as a text that changes when the file is written, replaced, removed or made. */
export type Fingerprints = ReadonlyMap<string, string>;

/**
 * The state of these files now. Polled, because file events are missing on network and container mounts and follow the inode that
 * an atomic rename leaves behind.
 */
export async function fingerprints(paths: Iterable<string>): Promise<Fingerprints> {
  return new Map(await Promise.all([...paths].map(async (path) => [path, await fingerprintOne(path)] as const)));
}

/** True when any file of `now` differs from `before`, a file that `before` does not know included. */
export function differ(before: Fingerprints, now: Fingerprints): boolean {
  return [...now].some(([path, state]) => before.get(path) !== state);
}

async function fingerprintOne(path: string): Promise<string> {
  try {
    const info = await stat(path, { bigint: true });
    return [info.mtimeNs, info.ctimeNs, info.size, info.ino].join(':');
  } catch {
    return 'absent';
  }
}
