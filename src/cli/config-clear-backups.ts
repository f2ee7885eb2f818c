import { readFile } from 'node:fs/promises';
import { parseConfigText } from '../config/config-text.js';
import { listBackups } from '../config/file/backup.js';
import { withHashedKeys } from '../config/older-forms/newest-form.js';
import { throughLink } from '../config/write-config-file.js';

/**
 * Backups of a config file in which keys stand in clear, newest first. They are told of and never removed: for a key that no client
 * holds they are the only copy.
 */
export async function backupsWithClearKeys(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const backup of await listBackups(await throughLink(path))) {
    const parsed = parseConfigText(await readFile(backup).catch(() => Buffer.alloc(0)));
    if ('fault' in parsed) continue;
    const { rewrites } = withHashedKeys(parsed.value);
    // A placeholder is no key, and has another remedy.
    if (rewrites.some(({ remedy }) => remedy === 'config hash-keys')) found.push(backup);
  }
  return found;
}

/** What to do about those backups; '' when there are none. */
export function clearBackupsNote(backups: readonly string[]): string {
  if (backups.length === 0) return '';
  const which = backups.length === 1 ? '1 backup still holds' : `${String(backups.length)} backups still hold`;
  const quoted = backups.map((path) => `'${path.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  return `note: ${which} keys in clear. Delete when every client has its key:\n  rm ${quoted}\n`;
}
