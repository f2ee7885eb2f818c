import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../config/fs-error.js';
import { type Check, fail, ok, warn } from './check.js';

const NAME = 'audit_log';

/** Opens the file as the gateway does, or makes a file where it would be made; writes nothing into the log. */
export async function checkAuditLog(path: string): Promise<Check> {
  if (path === '-') return ok(NAME, 'on stderr, among the log lines');
  try {
    const there = await statOf(path);
    // Opening one waits for its reader, and so would the gateway.
    if (there?.isFIFO() === true) {
      return warn(
        NAME,
        `${path} is a pipe: nothing is written before somebody reads it`,
        'Start its reader first, or name a file.',
      );
    }
    if (there !== null) {
      await (await open(path, 'a')).close();
      return ok(NAME, `${path} can be appended to`);
    }
    const folder = await existingFolder(dirname(path));
    const probe = join(folder, `.doctor-${randomBytes(8).toString('hex')}`);
    await (await open(probe, 'wx', 0o600)).close();
    await rm(probe, { force: true });
    return ok(NAME, `${path} can be made`);
  } catch (error) {
    const reason = systemErrorCode(error) ?? 'unknown reason';
    return fail(
      NAME,
      `${path} cannot be written (${reason})`,
      'Give the user of the gateway the right to write there, or set common_mcp_gateway_config.audit_log to another place.',
    );
  }
}

/** null = there is nothing. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The folder, or the next one above it that exists: the gateway makes those in between. */
async function existingFolder(folder: string): Promise<string> {
  if ((await statOf(folder)) !== null || dirname(folder) === folder) return folder;
  return existingFolder(dirname(folder));
}
