import { randomBytes } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How many backups of one file stay; older ones are removed when a new one is made. */
const KEPT = 10;
const STAMP = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;

/** Writes the bytes as a backup of `target` beside it, mode 0600. The name holds the time and a random part, so two never collide. */
export async function writeBackup(target: string, bytes: Buffer): Promise<string> {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  const path = `${prefixOf(target)}${time}-${randomBytes(4).toString('hex')}`;
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return path;
}

/** Absolute paths of the backups of `target`, newest first. */
export async function listBackups(target: string): Promise<string[]> {
  const prefix = basename(prefixOf(target));
  const names = (await readdir(dirname(target))).filter(
    (name) => name.startsWith(prefix) && STAMP.test(name.slice(prefix.length)),
  );
  return names
    .sort()
    .reverse()
    .map((name) => join(dirname(target), name));
}

/** Removes all but the newest backups. */
export async function pruneBackups(target: string): Promise<void> {
  for (const path of (await listBackups(target)).slice(KEPT)) await rm(path, { force: true });
}

function prefixOf(target: string): string {
  return `${target}.backup-`;
}
