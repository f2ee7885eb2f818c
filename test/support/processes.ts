import { readFileSync } from 'node:fs';

/** State letter and parent of a process as the kernel tells them (proc(5)); null when there is none. */
export function processState(pid: number): { readonly state: string; readonly ppid: number } | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name before these fields may hold spaces and parentheses.
  const [state = '', ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, ppid: Number(ppid) };
}

/**
 * Those that still run, and those that are dead but were not waited for by `owner`. A dead process that init has taken over and
 * not buried yet is init's: in some containers nobody ever does.
 */
export function leftovers(pids: Iterable<number>, owner: number | undefined): number[] {
  return [...pids].filter((pid) => {
    const found = processState(pid);
    return found !== null && (found.state !== 'Z' || found.ppid === owner);
  });
}

/** True while the process runs. */
export function isRunning(pid: number): boolean {
  const found = processState(pid);
  return found !== null && found.state !== 'Z';
}
