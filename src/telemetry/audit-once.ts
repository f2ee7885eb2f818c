import { fileSink } from './audit-file.js';
import { type AuditSettings, trailSettings } from './audit-settings.js';
import { AuditTrail } from './chain/audit-trail.js';
import type { NextKey } from './chain/checkpoint.js';

/**
 * Appends one line for a process that ends at once. It goes on with the chain of another such process, and signs when the last
 * checkpoint is old enough, as a gateway does: not after every line.
 * @param line with its line feed
 * @throws whatever the system says
 */
export async function appendOnce(settings: AuditSettings, line: string): Promise<void> {
  await withTrail(settings, (trail, time) => trail.seal(Buffer.from(line, 'utf8'), time, false), false);
}

/** Appends a checkpoint in which the key in use vouches for the next one, and waits until it is on disk. */
export async function appendNextKey(settings: AuditSettings, next: NextKey): Promise<void> {
  await withTrail(settings, (trail, time) => trail.sealNextKey(next, time), true);
}

async function withTrail(
  settings: AuditSettings,
  seal: (trail: AuditTrail, time: string) => Buffer | undefined,
  sync: boolean,
): Promise<void> {
  const trail = new AuditTrail(trailSettings(settings), fileSink(settings.path, settings), () => undefined);
  try {
    await trail.ready();
    const batch = seal(trail, new Date().toISOString());
    if (batch !== undefined) await trail.write(batch, { bytes: 0 }, sync);
  } finally {
    await trail.close();
  }
}
