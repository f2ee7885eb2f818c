import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errorCode } from '../error-code.js';

/** Who holds a chain. */
export interface ProcessIdentity {
  /** Where `pid` means anything: the boot and the PID namespace, or the host name where there is no /proc. */
  readonly realm: string;
  readonly pid: number;
  /** When the process started, in the system's ticks: a pid is used again. '' = the system does not tell. */
  readonly started: string;
}

let own: Promise<ProcessIdentity> | undefined;

/** This process. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= Promise.all([realm(), startOf(process.pid)]).then(([where, started]) => ({
    realm: where,
    pid: process.pid,
    started: started ?? '',
  }));
  return own;
}

/** Whether the process still runs; `unknown` = it belongs to another host, boot or container. */
export async function stateOf(holder: ProcessIdentity): Promise<'runs' | 'ended' | 'unknown'> {
  const self = await ownIdentity();
  if (holder.realm !== self.realm) return 'unknown';
  if (!isAlive(holder.pid)) return 'ended';
  return (await startOf(holder.pid)) === (holder.started === '' ? null : holder.started) ? 'runs' : 'ended';
}

async function realm(): Promise<string> {
  try {
    const [boot, namespace] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
    ]);
    return `${boot.trim()} ${namespace}`;
  } catch {
    return hostname();
  }
}

/** Field 22 of proc(5) stat; the name in field 2 may hold blanks and brackets, so fields are counted from its end. null = not told */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of somebody else.
    return errorCode(error) === 'EPERM';
  }
}
