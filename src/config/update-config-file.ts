import { rm } from 'node:fs/promises';
import { judgeConfig } from './config-file.js';
import { pruneBackups, writeBackup } from './file/backup.js';
import { withFileLock } from './file/file-lock.js';
import { StagedFile } from './file/staged-file.js';
import { describeWriteError } from './file/write-error.js';
import { newProblems, refuseProblems } from './new-problems.js';
import { readConfigBytes, readConfigJson } from './read-config-json.js';
import { configBytes, throughLink, type WrittenFile, writtenMeanwhile } from './write-config-file.js';

/** How often a change is made again because somebody else wrote the file meanwhile (an editor knows no lock). */
const ATTEMPTS = 5;

/**
 * A change of the file's JSON. It may change its argument or return another object, and runs again when the file changed meanwhile.
 * @param bytes the file before the change
 */
export type ConfigChange = (current: Record<string, unknown>, bytes: Buffer) => Record<string, unknown>;

/**
 * Changes a config file. Safe beside other writers and readers: readers see the old or the new content, no writer's change is lost, a
 * killed writer leaves the file as it was. The result must be a config that loads: a change that would add a problem is refused, while
 * problems the file had before (such as a variable that only the service's environment has) are no obstacle. A change that changes
 * nothing writes nothing. The newest ten backups stay.
 * @returns the file and the backup of its content before; null when nothing was written
 * @throws GatewayError `config_invalid` with the reason; the file is then as it was. What `change` throws passes through.
 */
export async function updateConfigFile(path: string, change: ConfigChange): Promise<WrittenFile> {
  const target = await throughLink(path);
  await readConfigBytes(target);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const written = await withFileLock(target, () => attemptChange(target, change));
      if (written !== null) return written;
    }
  } catch (error) {
    throw describeWriteError(error, target);
  }
  throw writtenMeanwhile(target);
}

/** One attempt; null = the file was written by somebody else meanwhile. */
async function attemptChange(target: string, change: ConfigChange): Promise<WrittenFile | null> {
  // Opened before the read: see StagedFile.
  const staged = await StagedFile.open(target);
  try {
    const { bytes: before, json: current } = await readConfigJson(target);
    const text = JSON.stringify(current);
    const changed = change(current, before);
    if (JSON.stringify(changed) === text) return { path: target, backup: null };
    const after = configBytes(changed);
    refuseNewProblems(target, before, after);
    await staged.write(after);
    if (!(await readConfigBytes(target)).equals(before)) return null;
    const backup = await writeBackup(target, before);
    if (!(await staged.replace())) {
      await rm(backup, { force: true });
      return null;
    }
    await pruneBackups(target);
    return { path: target, backup };
  } finally {
    await staged.discard();
  }
}

function refuseNewProblems(target: string, before: Buffer, after: Buffer): void {
  const judged = judgeConfig(after, target);
  if (judged.ok) return;
  refuseProblems(target, newProblems(judgeConfig(before, target), judged));
}
