import { constants } from 'node:fs';
import { access, lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '../../config/fs-error.js';
import { GatewayError } from '../../errors.js';

/** A client's file as it is on disk. */
export interface ClientFile {
  /** The file itself: where a symbolic link leads. */
  readonly target: string;
  /** null = there is none yet. */
  readonly bytes: Buffer | null;
  /** Permission bits, to keep them. */
  readonly mode: number | null;
}

/** Claude Code keeps its history in the file too, so it may be large; beyond this it is surely something else. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MARK = '\uFEFF';

/**
 * Reads a file that is about to be changed.
 * @throws GatewayError `config_invalid` when it could not be written afterwards
 */
export async function readClientFile(path: string): Promise<ClientFile> {
  try {
    const target = await targetOf(path);
    if (target === null) {
      await refuseReadOnlyFolder(await existingFolder(dirname(path)));
      return { target: path, bytes: null, mode: null };
    }
    const info = await stat(target);
    if (!info.isFile())
      throw unusable(target, `is ${info.isDirectory() ? 'a folder' : 'a device or pipe'}, not a file`);
    if (info.size > MAX_FILE_BYTES) {
      throw unusable(target, `has ${String(info.size)} bytes, more than the ${String(MAX_FILE_BYTES)} that are read`);
    }
    // Renaming over it would work all the same: somebody who made it read-only does not want that.
    if ((info.mode & 0o222) === 0) throw unusable(target, 'is read-only', `chmod u+w ${target}`);
    await access(target, constants.R_OK | constants.W_OK);
    await refuseReadOnlyFolder(dirname(target));
    const bytes = await readFile(target);
    return { target, bytes, mode: info.mode & 0o777 };
  } catch (error) {
    throw fileFailure(error, path);
  }
}

/** Text without its byte order mark, and the mark. @throws GatewayError `config_invalid` when the bytes are not UTF-8 */
export function decode({ bytes, target }: ClientFile): { readonly mark: string; readonly text: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes ?? Buffer.alloc(0));
  } catch {
    throw unusable(target, 'is not UTF-8 text');
  }
  return text.startsWith(MARK) ? { mark: MARK, text: text.slice(MARK.length) } : { mark: '', text };
}

/** A failure of the file system as a message that names path and remedy; other errors as they are. */
export function fileFailure(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (error instanceof GatewayError || code === undefined) return error;
  const cause = { cause: error };
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return unusable(
        path,
        'cannot be written: permission denied',
        'check the owner of the file and of its folder',
        cause,
      );
    case 'EROFS':
      return unusable(path, 'lies on a read-only file system', undefined, cause);
    case 'ENOSPC':
    case 'EDQUOT':
      return unusable(path, 'cannot be written: the disk is full', undefined, cause);
    case 'ENOTDIR':
    case 'EEXIST':
      return unusable(
        path,
        'cannot be written: a file stands in the place of a folder above it, or of its lock',
        undefined,
        cause,
      );
    case 'ELOOP':
      return unusable(path, 'is a symbolic link that leads in a circle', undefined, cause);
    default:
      return unusable(path, `cannot be written (${code})`, undefined, cause);
  }
}

/** The real file behind a path; null when there is nothing. */
async function targetOf(path: string): Promise<string | null> {
  try {
    await lstat(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw unusable(path, 'is a symbolic link to a file that does not exist', 'make that file or remove the link');
  }
}

async function existingFolder(folder: string): Promise<string> {
  try {
    const info = await stat(folder);
    if (!info.isDirectory()) throw unusable(folder, 'is a file where a folder is needed');
    return folder;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return existingFolder(dirname(folder));
  }
}

async function refuseReadOnlyFolder(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o222) === 0) throw unusable(folder, 'is a read-only folder', `chmod u+w ${folder}`);
  await access(folder, constants.W_OK | constants.X_OK);
}

function unusable(path: string, fault: string, remedy?: string, options?: { cause: unknown }): GatewayError {
  const advice = remedy ?? 'correct that or move it away';
  return new GatewayError(
    'config_invalid',
    `${path} ${fault}. Nothing was changed; ${advice} and run this again.`,
    options,
  );
}
