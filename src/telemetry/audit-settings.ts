import type { TrailSettings } from './chain/audit-trail.js';
import { KeySource, type SigningSettings } from './chain/key-source.js';
import type { RotationSettings } from './chain/rotation.js';

export interface AuditSettings extends RotationSettings {
  /** File to append to; `-` = the log's own stream. */
  readonly path: string;
  /** Absent = a key file beside the log, named `<path>.key`. */
  readonly signing?: SigningSettings;
  /** Checkpoints: see TrailSettings. */
  readonly checkpointLines?: number;
  readonly checkpointMs?: number;
  /** Longest time a line waits in memory. */
  readonly flushMs?: number;
  /** Size of the backlog past which lines are dropped and counted. */
  readonly maxBacklogBytes?: number;
}

const CHECKPOINT_LINES = 1_000;
export const CHECKPOINT_MS = 60_000;

/** What the chain needs of the settings. */
export function trailSettings(settings: AuditSettings): TrailSettings {
  const { path, signing, checkpointLines = CHECKPOINT_LINES, checkpointMs = CHECKPOINT_MS } = settings;
  const keys = new KeySource(signing ?? { file: path === '-' ? undefined : `${path}.key` });
  return { path, keys, checkpointLines, checkpointMs };
}
