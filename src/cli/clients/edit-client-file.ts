import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pruneBackups, writeBackup } from '../../config/file/backup.js';
import { withFileLock } from '../../config/file/file-lock.js';
import { StagedFile } from '../../config/file/staged-file.js';
import { GatewayError } from '../../errors.js';
import { type JsonDocument, parseDocument } from './json-document.js';
import { type ClientFile, decode, fileFailure, readClientFile } from './read-client-file.js';

/** A change of one file; called again when the file changed meanwhile, so it must not remember anything. */
export type ClientEdit = (document: JsonDocument) => JsonDocument;

/** What a change would do. */
export interface EditPreview {
  /** The file itself, where a symbolic link leads. */
  readonly target: string;
  readonly before: string;
  readonly after: string;
  readonly action: 'created' | 'changed' | 'unchanged';
}

export interface EditedFile extends EditPreview {
  /** Copy of the file as it was; null when there was none or nothing changed. */
  readonly backup: string | null;
}

/** How often a file may change under our hands, by clients that do not know the lock. */
const MAX_ATTEMPTS = 10;

/**
 * What `edit` would make of the file; writes nothing.
 * @throws GatewayError `config_invalid` when the file cannot be read, understood or written
 */
export async function previewEdit(path: string, edit: ClientEdit): Promise<EditPreview> {
  return preview(await readClientFile(path), edit);
}

/**
 * Changes a client's file as a whole, under a lock, with a backup beside it, and anew when the client wrote in between. The lock is the
 * one that Claude Code takes too (`<file>.lock`).
 * @param isSecret the new content holds a key: mode 0600 whatever the file had before
 */
export async function editClientFile(path: string, edit: ClientEdit, isSecret: boolean): Promise<EditedFile> {
  const planned = await previewEdit(path, edit);
  if (planned.action === 'unchanged') return { ...planned, backup: null };
  const { target } = planned;
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const edited = await withFileLock(target, () => attemptEdit(path, target, edit, isSecret));
      if (edited !== null) return edited;
    }
  } catch (error) {
    throw fileFailure(error, target);
  }
  throw new GatewayError(
    'config_invalid',
    `${path} is being rewritten by another program. Nothing was changed; close the client and run this again.`,
  );
}

/** One attempt; null = the file changed meanwhile. */
async function attemptEdit(
  path: string,
  target: string,
  edit: ClientEdit,
  isSecret: boolean,
): Promise<EditedFile | null> {
  // Opened before the read: see StagedFile.
  const staged = await StagedFile.open(target);
  try {
    const file = await readClientFile(path);
    const planned = preview(file, edit);
    if (planned.action === 'unchanged') return { ...planned, backup: null };
    const mode = isSecret || file.mode === null ? 0o600 : file.mode;
    await staged.write(Buffer.from(planned.after, 'utf8'), mode);
    if (!isSame(file, await readClientFile(path))) return null;
    const backup = file.bytes === null ? null : await writeBackup(target, file.bytes);
    if (!(await staged.replace())) {
      if (backup !== null) await rm(backup, { force: true });
      return null;
    }
    await pruneBackups(target);
    return { ...planned, backup };
  } finally {
    await staged.discard();
  }
}

function preview(file: ClientFile, edit: ClientEdit): EditPreview {
  const { target } = file;
  const { mark, text } = decode(file);
  const document = parseDocument(text, target);
  const edited = edit(document);
  const before = mark + text;
  if (edited === document) return { target, before, after: before, action: 'unchanged' };
  return { target, before, after: mark + edited.text, action: file.bytes === null ? 'created' : 'changed' };
}

function isSame(a: ClientFile, b: ClientFile): boolean {
  if (a.target !== b.target) return false;
  return a.bytes === null || b.bytes === null ? a.bytes === b.bytes : a.bytes.equals(b.bytes);
}
