import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GatewayError } from '../errors.js';
import { pruneBackups, writeBackup } from './file/backup.js';
import { withFileLock } from './file/file-lock.js';
import { StagedFile } from './file/staged-file.js';
import { describeWriteError } from './file/write-error.js';
import { systemErrorCode } from './fs-error.js';

/** What a write left on disk. */
export interface WrittenFile {
  /** The file itself; behind a symbolic link, where the link leads. */
  readonly path: string;
  /** Copy of the file that was there before; null when there was none, or when nothing was written. */
  readonly backup: string | null;
}

/**
 * Writes a config file so that a reader sees the old or the new content and never a part, even through a power cut: temp file, fsync,
 * rename, fsync of the folder. Mode 0600, and 0700 for folders it makes. For a change of an existing file see updateConfigFile.
 * @throws GatewayError `config_invalid` when the file exists and `overwrite` is false, or it cannot be written
 */
export async function writeConfigFile(
  path: string,
  value: unknown,
  options: { readonly overwrite?: boolean } = {},
): Promise<WrittenFile> {
  const bytes = configBytes(value);
  await mkdir(dirname(resolve(path)), { recursive: true, mode: 0o700 });
  const target = await throughLink(path);
  try {
    return await withFileLock(target, () => write(target, bytes, options.overwrite === true));
  } catch (error) {
    throw describeWriteError(error, target);
  }
}

/** A config as the bytes of its file. */
export function configBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
}

/** Absolute path of the file behind a symbolic link, so that replacing it keeps the link; the path itself when there is no file. */
export async function throughLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return resolve(path);
  }
}

async function write(target: string, bytes: Buffer, overwrite: boolean): Promise<WrittenFile> {
  const staged = await StagedFile.open(target);
  try {
    await staged.write(bytes);
    const before = await readIfThere(target);
    if (before === null) {
      if (!(await staged.place())) throw writtenMeanwhile(target);
      return { path: target, backup: null };
    }
    if (!overwrite) throw alreadyThere(target);
    const backup = await writeBackup(target, before);
    if (!(await staged.replace())) throw writtenMeanwhile(target);
    await pruneBackups(target);
    return { path: target, backup };
  } catch (error) {
    throw systemErrorCode(error) === 'EEXIST' ? alreadyThere(target, error) : error;
  } finally {
    await staged.discard();
  }
}

async function readIfThere(target: string): Promise<Buffer | null> {
  try {
    return await readFile(target);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function alreadyThere(target: string, cause?: unknown): GatewayError {
  const message = `${target} already exists. Use --overwrite to replace it (a backup is kept).`;
  return new GatewayError('config_invalid', message, { cause });
}

/** The file was written by others each time this writer was about to put its version in place. */
export function writtenMeanwhile(target: string): GatewayError {
  const message = `${target} was written by another process at the same time; nothing was changed. Try again.`;
  return new GatewayError('config_invalid', message, { retryable: true });
}
