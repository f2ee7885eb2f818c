import { randomBytes } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { GatewayError } from '../errors.js';
import { systemErrorCode } from './fs-error.js';

/** What `writeConfigFile` left on disk. */
export interface WrittenFile {
  readonly path: string;
  /** Copy of the file that was there before; null when there was none. */
  readonly backup: string | null;
}

/**
 * Writes a config file so that a reader sees the old or the new content and never a part, even through a power cut: temp file, fsync,
 * rename, fsync of the folder. Mode 0600, and 0700 for folders it makes.
 * @throws GatewayError `config_invalid` when the file exists and `overwrite` is false
 */
export async function writeConfigFile(
  path: string,
  value: unknown,
  options: { readonly overwrite?: boolean } = {},
): Promise<WrittenFile> {
  await mkdir(dirname(resolve(path)), { recursive: true, mode: 0o700 });
  const target = await throughLink(resolve(path));
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const temporary = join(dirname(target), `.${basename(target)}.${suffix()}.tmp`);
  try {
    await writeNew(temporary, Buffer.from(text, 'utf8'));
    const backup = options.overwrite === true ? await backUp(target) : null;
    if (options.overwrite === true) await rename(temporary, target);
    else await placeNew(temporary, target);
    await syncFolder(dirname(target));
    return { path: target, backup };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The file behind a symbolic link, so that overwriting keeps the link. */
async function throughLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

/** Puts the file in place only if there is none: link fails on an existing name, where rename would replace it. */
async function placeNew(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (cause) {
    if (systemErrorCode(cause) === 'EEXIST') throw alreadyThere(target, cause);
    // File systems without hard links: a name reserved by exclusive creation, then replaced.
    await reserve(target);
    await rename(temporary, target);
  }
}

async function reserve(target: string): Promise<void> {
  try {
    await (await open(target, 'wx', 0o600)).close();
  } catch (cause) {
    throw systemErrorCode(cause) === 'EEXIST' ? alreadyThere(target, cause) : cause;
  }
}

function alreadyThere(target: string, cause: unknown): GatewayError {
  return new GatewayError(
    'config_invalid',
    `${target} already exists. Use --overwrite to replace it (a backup is kept).`,
    { cause },
  );
}

/** Copies the existing file beside itself; the name holds the time and a random part, so two backups never collide. */
async function backUp(target: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(target);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
  const backup = `${target}.backup-${new Date().toISOString().replace(/[-:.]/g, '')}-${suffix()}`;
  await writeNew(backup, bytes);
  return backup;
}

async function writeNew(path: string, bytes: Buffer): Promise<void> {
  await withFile(path, 'wx', async (file) => {
    await file.writeFile(bytes);
    await file.sync();
  });
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable without.
  if (platform() === 'win32') return;
  await withFile(folder, 'r', (file) => file.sync());
}

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

function suffix(): string {
  return randomBytes(4).toString('hex');
}
