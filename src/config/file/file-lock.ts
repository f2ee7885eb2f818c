import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GatewayError } from '../../errors.js';
import { systemErrorCode } from '../fs-error.js';

/** A lock that was not refreshed for this long belongs to a dead process and is taken over. */
const STALE_MS = 5_000;
/** How often the holder refreshes its lock. */
const REFRESH_MS = 1_000;
/** How long a writer waits for the others; a dead holder costs STALE_MS of it. */
const WAIT_MS = 30_000;
const [PAUSE_MIN_MS, PAUSE_MAX_MS] = [10, 60];

/**
 * Runs `work` while no other writer of this machine holds the lock of `target` (a folder `<target>.lock` beside it). The lock keeps
 * writers from repeating each other's work; that no write is lost does not depend on it (see StagedFile).
 * @param target absolute path, without symbolic links, so that two names of one file share a lock
 * @param waitMs how long to wait for the lock
 * @throws GatewayError `config_invalid` when the lock stays taken or its folder cannot be made
 */
export async function withFileLock<T>(target: string, work: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  const release = await acquire(target, Date.now() + waitMs);
  try {
    return await work();
  } finally {
    // A lock that was taken over meanwhile is not ours to remove.
    await release().catch(() => undefined);
  }
}

async function acquire(target: string, deadline: number): Promise<() => Promise<void>> {
  // Not before it is needed: the module hooks the signals of its process, and most processes never write a config.
  const { lock } = await import('proper-lockfile');
  for (;;) {
    try {
      return await lock(target, {
        realpath: false,
        stale: STALE_MS,
        update: REFRESH_MS,
        // The default throws in a timer. Whoever lost the lock finds out when it puts its file in place.
        onCompromised: () => undefined,
      });
    } catch (cause) {
      if (!isTaken(cause, target)) throw cause;
      if (Date.now() > deadline) throw stillLocked(target, cause);
    }
    await pause(PAUSE_MIN_MS + Math.random() * (PAUSE_MAX_MS - PAUSE_MIN_MS));
  }
}

/** Two who take over the lock of a dead writer at once remove it under each other: one of them finds it gone. */
function isTaken(cause: unknown, target: string): boolean {
  const code = systemErrorCode(cause);
  return code === 'ELOCKED' || (code === 'ENOENT' && existsSync(dirname(target)));
}

function stillLocked(target: string, cause: unknown): GatewayError {
  const message =
    `${target} is being written by another process, which does not finish; nothing was changed. ` +
    `End that process and try again (its lock is the folder ${target}.lock).`;
  return new GatewayError('config_invalid', message, { cause, retryable: true });
}
