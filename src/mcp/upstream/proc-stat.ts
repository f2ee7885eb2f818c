import fs from 'node:fs';

/** One process as /proc/<pid>/stat tells it (proc(5)). */
export interface ProcStat {
  readonly pid: number;
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly session: number;
  /** Clock ticks since boot: together with the pid it names a process that no recycled pid can pass for. */
  readonly startTime: string;
}

/** Null when there is no such process, or no /proc (not Linux). */
export function readProcStat(pid: number): ProcStat | null {
  let text: string;
  try {
    text = fs.readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, ppid, pgid, session] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return null;
  return { pid, state, ppid: Number(ppid), pgid: Number(pgid), session: Number(session), startTime };
}

/** Every process that can be seen; empty without /proc. */
export function listProcesses(): ProcStat[] {
  let names: string[];
  try {
    names = fs.readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcStat(Number(name)))
    .filter((stat) => stat !== null);
}

/** Names the boot and the process namespace in which pids and start times mean something; null without /proc. */
export function processScope(): string | null {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}
