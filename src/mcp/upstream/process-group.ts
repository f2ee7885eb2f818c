/** Whether a child can lead its own process group here; on Windows only the child itself can be ended. */
export const HAS_GROUPS = process.platform !== 'win32';

/**
 * Sends a signal to a whole process group, best effort: true when there was still something to send it to.
 * The group of a leader that is gone keeps its number while members live, so the number cannot belong to anybody else meanwhile.
 */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(HAS_GROUPS ? -pgid : pgid, signal);
    return true;
  } catch {
    return false;
  }
}
