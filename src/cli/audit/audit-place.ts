import { type FileHandle, open } from 'node:fs/promises';
import { readSettings } from '../../config/settings.js';
import { readDraft } from '../../config/draft.js';
import { locateConfig } from '../../config/locate.js';
import { toNewestForm } from '../../config/older-forms/newest-form.js';
import { openRepository } from '../../config/open-repository.js';
import { auditSettings } from '../../config/audit-signing.js';
import { systemErrorCode } from '../../config/fs-error.js';
import { GatewayError } from '../../errors.js';
import type { AuditSettings } from '../../telemetry/audit-settings.js';
import { earlierFiles } from '../../telemetry/chain/rotation.js';
import { dirname } from 'node:path';

/** Enough for the time of a line. */
const HEAD_BYTES = 4_096;

/**
 * Where the gateway of a config file keeps its audit log. Servers and keys need not be in order for that.
 * @throws GatewayError config_invalid when the file cannot be read or its settings are not valid
 */
export async function auditPlace(config: string | undefined): Promise<AuditSettings> {
  const { path } = locateConfig(config);
  const repository = await openRepository(path);
  const { document } = await repository.read().finally(() => repository.close());
  const { common, plugins } = readDraft(toNewestForm(document).json);
  if (common === null || plugins === null) {
    throw new GatewayError('config_invalid', `${path} is not valid; "config validate" says why.`);
  }
  return auditSettings(readSettings(common, plugins, dirname(path), null));
}

/**
 * The files to read, the oldest first: those that are named, or the audit log of the config with everything rotated away from it.
 * @throws GatewayError config_invalid when the log is no file
 */
export async function auditFiles(files: readonly string[], config: string | undefined): Promise<string[]> {
  if (files.length > 0) return inTime(files);
  const { path } = await auditPlace(config);
  if (path === '-') {
    throw new GatewayError(
      'config_invalid',
      'The audit log of this config goes to a stream. Name the file it was kept in.',
    );
  }
  return inTime([...(await earlierFiles(path)), path]);
}

/** Files by the time of their first line. The order of lines in a file is never changed. */
async function inTime(files: readonly string[]): Promise<string[]> {
  const dated = await Promise.all(files.map(async (file) => ({ file, time: await firstTime(file) })));
  return dated.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(({ file }) => file);
}

const TIME = /^\{"time":"([^"]{1,40})"/m;

/** Behind all others when it is not known: packed files first of all, since they are the oldest. */
async function firstTime(path: string): Promise<string> {
  if (path === '-') return '~';
  const file = await opened(path);
  if (path.endsWith('.gz')) {
    await file.close();
    return unpackedTime(path);
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return timeIn(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** @throws GatewayError `config_invalid` with the remedy */
async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = systemErrorCode(error) ?? 'unknown error';
    const remedy =
      code === 'ENOENT'
        ? 'There is no such file. A gateway that has not run here has written none: name the file where it keeps its log, or the config with --config.'
        : `It cannot be read (${code}): run this as the user that owns it.`;
    throw new GatewayError('config_invalid', `The audit log ${path} was not read. ${remedy}`);
  }
}

function timeIn(text: string): string {
  return TIME.exec(text)?.[1] ?? '~';
}

async function unpackedTime(path: string): Promise<string> {
  const { createGunzip } = await import('node:zlib');
  const { createReadStream } = await import('node:fs');
  const stream = createReadStream(path, { end: HEAD_BYTES - 1 }).pipe(createGunzip());
  let text = '';
  try {
    for await (const chunk of stream) text += String(chunk);
  } catch {
    // Only its beginning was read: it ends too soon.
  }
  return timeIn(text);
}
