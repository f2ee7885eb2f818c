import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from '../fs-error.js';

/**
 * The next version of a file, as a temp file beside it. Reading the old version, and only then `replace()`, makes an update that no
 * other writer's update can get lost in, even if both believe to hold the lock:
 * `open` first makes its own temp file and then removes those of everybody else. Of two writers whose work overlaps, at least the one
 * that opened first thus finds its temp file gone when it wants to rename it, and nothing of it is put in place. The same removal
 * clears away what killed writers left.
 */
export class StagedFile {
  private closed = false;

  private constructor(
    private readonly target: string,
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @param target absolute path, without symbolic links */
  static async open(target: string): Promise<StagedFile> {
    const path = join(dirname(target), `${prefixOf(target)}${randomBytes(8).toString('hex')}${SUFFIX}`);
    const staged = new StagedFile(target, path, await open(path, 'wx', 0o600));
    try {
      await removeOthers(target, path);
      return staged;
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  /**
   * The whole new content; on disk, not only in a buffer, when this returns. Owned by the owner of the old version. Owner and mode are
   * set on the open file: behind its name, whoever may write the folder could have put a link to a file of somebody else.
   * @param mode permission bits
   */
  async write(bytes: Buffer, mode = 0o600): Promise<void> {
    await this.handle.writeFile(bytes);
    await this.keepOwner();
    if (mode !== 0o600) await this.handle.chmod(mode);
    await this.handle.sync();
  }

  /**
   * Puts the content in place of the old version.
   * @returns false when another writer came in between: nothing was changed, and the work must start again from a fresh read
   */
  async replace(): Promise<boolean> {
    await this.close();
    try {
      await rename(this.path, this.target);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    }
    await syncFolder(dirname(this.target));
    return true;
  }

  /**
   * Puts the content in place if there is no file yet: link fails on an existing name, where rename would replace it.
   * @returns false as `replace` does
   * @throws the system's EEXIST when there is a file
   */
  async place(): Promise<boolean> {
    await this.close();
    try {
      await link(this.path, this.target);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT') return false;
      if (code === 'EEXIST') throw error;
      // File systems without hard links: a name reserved by exclusive creation, then replaced.
      await (await open(this.target, 'wx', 0o600)).close();
      return this.replace();
    }
    await syncFolder(dirname(this.target));
    return true;
  }

  /** Removes what was not put in place. Idempotent. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  private async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.handle.close();
  }

  /** An administrator who edits the service's file must not take it away from the service. */
  private async keepOwner(): Promise<void> {
    if (process.getuid?.() !== 0) return;
    const before = await stat(this.target).catch(() => null);
    // By the handle: whoever owns the folder may have put a link in the place of the name.
    if (before !== null && before.uid !== 0) await this.handle.chown(before.uid, before.gid);
  }
}

const SUFFIX = '.tmp';

function prefixOf(target: string): string {
  return `.${basename(target)}.`;
}

async function removeOthers(target: string, own: string): Promise<void> {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !/^[0-9a-f]{16}\.tmp$/.test(name.slice(prefix.length))) continue;
    if (name !== basename(own)) await rm(join(folder, name), { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable without.
  if (platform() === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
