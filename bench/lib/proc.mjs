// CPU seconds and memory of processes, from /proc (Linux only).
import fs from 'node:fs';

const CLK = 100; // USER_HZ

function stat(pid) {
  const s = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  const f = s.slice(s.lastIndexOf(')') + 2).split(' ');
  return { ppid: +f[1], utime: +f[11] / CLK, stime: +f[12] / CLK, starttime: +f[19] };
}

/** User + system CPU seconds of one process (all its threads); NaN if it is gone. */
function cpuSeconds(pid) {
  try {
    const s = stat(pid);
    return s.utime + s.stime;
  } catch {
    return NaN;
  }
}

/**
 * CPU seconds of one process from the scheduler's nanosecond counts (main thread and all others that still run), for stretches too
 * short for the 10 ms ticks of cpuSeconds; falls back to those where the kernel has no schedstat.
 */
export function fineCpuSeconds(pid) {
  try {
    const tasks = fs.readdirSync(`/proc/${pid}/task`);
    const ns = tasks.map((task) =>
      Number(fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]),
    );
    return ns.reduce((sum, each) => sum + each, 0) / 1e9;
  } catch {
    return cpuSeconds(pid);
  }
}

function memory(pid) {
  try {
    const s = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
    const kb = (k) => +(new RegExp(`^${k}:\\s+(\\d+)`, 'm').exec(s)?.[1] ?? NaN);
    return { rss_mb: kb('VmRSS') / 1024, hwm_mb: kb('VmHWM') / 1024 };
  } catch {
    return { rss_mb: NaN, hwm_mb: NaN };
  }
}

/** Resets the kernel's peak-RSS mark (VmHWM) so that the next reading is the peak since now. */
export function resetPeak(pid) {
  try {
    fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return true;
  } catch {
    return false;
  }
}

/** pid and every descendant whose command line does not match `exclude`. */
export function tree(pid, exclude) {
  const kids = new Map();
  for (const d of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(d)) continue;
    try {
      const p = stat(+d).ppid;
      if (!kids.has(p)) kids.set(p, []);
      kids.get(p).push(+d);
    } catch {
      /* gone */
    }
  }
  const out = [];
  const walk = (p) => {
    let cmd;
    try {
      cmd = fs.readFileSync(`/proc/${p}/cmdline`, 'latin1').replaceAll('\0', ' ');
    } catch {
      return;
    }
    if (p !== pid && exclude && exclude.test(cmd)) return;
    out.push(p);
    for (const k of kids.get(p) ?? []) walk(k);
  };
  walk(pid);
  return out;
}

export const sumCpu = (pids) => pids.reduce((a, p) => a + (cpuSeconds(p) || 0), 0);
export const sumMem = (pids) =>
  pids.map(memory).reduce((a, m) => ({ rss_mb: a.rss_mb + (m.rss_mb || 0), hwm_mb: a.hwm_mb + (m.hwm_mb || 0) }), {
    rss_mb: 0,
    hwm_mb: 0,
  });

/** Busy and stolen CPU seconds of the whole machine since boot. */
export function machineCpu() {
  const f = fs
    .readFileSync('/proc/stat', 'latin1')
    .split('\n')[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map((x) => +x / CLK);
  return { busy: f[0] + f[1] + f[2] + f[5] + f[6], steal: f[7] || 0 };
}

/** Waits until the machine is nearly idle (other processes use less than `limit` cores), at most maxMs; returns whether it is. */
export async function waitQuiet(limit = 0.3, maxMs = 20000) {
  const t0 = performance.now();
  for (;;) {
    const a = machineCpu(),
      t = performance.now();
    await new Promise((r) => setTimeout(r, 250));
    const b = machineCpu(),
      w = (performance.now() - t) / 1000;
    if ((b.busy - a.busy + b.steal - a.steal) / w <= limit) return true;
    if (performance.now() - t0 > maxMs) return false;
  }
}
