import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { signalGroup } from './process-group.js';
import { listProcesses, processScope, readProcStat, type ProcStat } from './proc-stat.js';

const recordSchema = z.object({
  scope: z.string(),
  gateway: z.object({ pid: z.number().int().positive(), startTime: z.string() }),
  groups: z.array(z.object({ pgid: z.number().int().min(2), startTime: z.string() })),
});
type GatewayRecord = z.infer<typeof recordSchema>;

/**
 * The process groups this gateway started. They are killed when the gateway exits; each change is also written to
 * `<dir>/<gateway pid>.json`, so that the next gateway can end what a killed one left behind. Without /proc (not Linux) nothing is
 * written and nothing is looked for: a pid alone does not prove that a process is ours.
 */
export class ChildRegistry {
  readonly #groups = new Map<number, string>();
  readonly #file: string | null;
  readonly #scope: string | null;
  readonly #killAll = (): void => {
    for (const pgid of this.#groups.keys()) signalGroup(pgid, 'SIGKILL');
    this.#groups.clear();
    this.#save();
  };

  /** @param dir made when missing; null = nothing outlives this process on disk. */
  constructor(dir: string | null) {
    this.#scope = dir === null ? null : processScope();
    this.#file = dir === null || this.#scope === null ? null : path.join(dir, `${String(process.pid)}.json`);
    if (dir !== null && this.#scope !== null) {
      fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
      killLeftovers(dir, this.#scope);
    }
    process.on('exit', this.#killAll);
  }

  /** Call right after the spawn: the start time is read from the running process. */
  add(pgid: number): void {
    this.#groups.set(pgid, readProcStat(pgid)?.startTime ?? '');
    this.#save();
  }

  /** Call once the group is known to be gone. */
  remove(pgid: number): void {
    if (this.#groups.delete(pgid)) this.#save();
  }

  /** Kills what is left and forgets the file. Idempotent. */
  close(): void {
    process.off('exit', this.#killAll);
    this.#killAll();
  }

  /** Best effort: the list is a net for a gateway that was killed, and a full disk must not stop calls. */
  #save(): void {
    if (this.#file === null || this.#scope === null) return;
    try {
      if (this.#groups.size === 0) fs.rmSync(this.#file, { force: true });
      else this.#write(this.#file, this.#scope);
    } catch {
      return;
    }
  }

  /** Renamed into place, so that a reader never sees half a file. */
  #write(file: string, scope: string): void {
    const record: GatewayRecord = {
      scope,
      gateway: { pid: process.pid, startTime: readProcStat(process.pid)?.startTime ?? '' },
      groups: [...this.#groups].map(([pgid, startTime]) => ({ pgid, startTime })),
    };
    fs.writeFileSync(`${file}.tmp`, JSON.stringify(record), { mode: 0o600 });
    fs.renameSync(`${file}.tmp`, file);
  }
}

/**
 * Ends the groups of gateways that no longer run, and removes their files. A file of another boot or another process namespace
 * (a container's volume) names pids that mean nothing here: it is only removed.
 */
function killLeftovers(dir: string, scope: string): void {
  for (const name of fs.readdirSync(dir)) {
    if (!/^\d+\.json$/.test(name)) continue;
    const file = path.join(dir, name);
    const record = readRecord(file);
    if (record?.scope === scope) {
      const { pid, startTime } = record.gateway;
      if (readProcStat(pid)?.startTime === startTime) continue;
      const processes = listProcesses();
      for (const group of record.groups) if (isStillOurs(group, processes)) signalGroup(group.pgid, 'SIGKILL');
    }
    fs.rmSync(file, { force: true });
  }
}

/**
 * The leader lives and is the one that was started; or it is gone and members remain, which then lead no other session and are
 * not older than it. A recycled pid fails both: its start time differs, and its group has a living leader.
 */
function isStillOurs(group: GatewayRecord['groups'][number], processes: readonly ProcStat[]): boolean {
  const leader = processes.find((candidate) => candidate.pid === group.pgid);
  if (leader !== undefined) return leader.startTime === group.startTime && leader.pgid === group.pgid;
  const members = processes.filter((candidate) => candidate.pgid === group.pgid);
  return (
    group.startTime !== '' &&
    members.length > 0 &&
    members.every((one) => one.session === group.pgid && BigInt(one.startTime) >= BigInt(group.startTime))
  );
}

function readRecord(file: string): GatewayRecord | null {
  try {
    return recordSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
