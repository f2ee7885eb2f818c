import { systemErrorCode } from '../../config/fs-error.js';

/**
 * Runs work on a file or folder that the user named.
 * @throws Error that says which, and why in plain words
 */
export async function withFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new Error(`${file}: ${WORDS.get(code) ?? `cannot be read or written (${code})`}`, { cause: error });
  }
}

const WORDS = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'this is a folder, not a file'],
  ['ENOTDIR', 'this is a file, not a folder'],
]);
