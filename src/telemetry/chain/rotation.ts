import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** When the gateway itself begins a new file. */
export interface RotationSettings {
  /** A file that would grow past this is moved away; undefined = never. */
  readonly maxFileBytes?: number | undefined;
  /** Files moved away that are kept; undefined = all. */
  readonly maxFiles?: number | undefined;
}

/**
 * Moves the file away when it is full, under its name with the time behind it. Nothing is numbered anew, so that several processes
 * may do this at once: at worst a file is shorter than the others.
 * @returns names of old files that were removed because there were too many
 */
export async function rotateWhenFull(path: string, moreBytes: number, settings: RotationSettings): Promise<string[]> {
  const { maxFileBytes, maxFiles } = settings;
  if (maxFileBytes === undefined) return [];
  const there = await stat(path).catch(() => null);
  if (there?.isFile() !== true || there.size === 0 || there.size + moreBytes <= maxFileBytes) return [];
  const stamp = new Date().toISOString().replace(/[-:.]/g, '');
  await rename(path, `${path}.${stamp}`);
  if (maxFiles === undefined) return [];
  const old = (await rotatedFiles(path)).slice(0, -maxFiles || undefined);
  await Promise.all(old.map((file) => rm(file, { force: true })));
  return old.map((file) => basename(file));
}

const STAMP = /^\.\d{8}T\d{9}Z(?:\.gz)?$/;

/** What `rotateWhenFull` moved away, the oldest first. */
async function rotatedFiles(path: string): Promise<string[]> {
  return siblings(path, (rest) => STAMP.test(rest));
}

/** What logrotate and its like make of a name: `.1`, `-20261123`, `.1.gz`, `-20261123.gz`. */
const ROTATED = /^(?:\.\d{8}T\d{9}Z|\.\d{1,5}|-\d{8}(?:-\d{1,10})?)(?:\.gz)?$/;

/** Every file that was once the audit log at this path, in no order that means anything. */
export async function earlierFiles(path: string): Promise<string[]> {
  return siblings(path, (rest) => ROTATED.test(rest));
}

async function siblings(path: string, isOne: (rest: string) => boolean): Promise<string[]> {
  const folder = dirname(path);
  const name = basename(path);
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((other) => other.startsWith(name) && isOne(other.slice(name.length)))
    .sort()
    .map((other) => join(folder, other));
}
