// Time from spawning a process to its first answered tool call.
import { sumCpu, tree } from './proc.mjs';
import { canConnect, sleep, waitReady } from './processes.mjs';

/**
 * Starts and stops the target once, on a port of its own.
 * @returns {Promise<{listeningMs: number, readyMs: number, cpuS: number}>}
 */
async function coldStart(processes, makeTarget) {
  const target = await makeTarget();
  const t0 = performance.now();
  const child = processes.start({ ...target, name: `${target.name}-cold` });
  try {
    while (!(await canConnect(target.url)) && performance.now() - t0 < 30_000) await sleep(4);
    const listeningMs = performance.now() - t0;
    const readyMs = await waitReady(target, { t0, everyMs: 5, child });
    return { listeningMs, readyMs, cpuS: sumCpu(tree(child.pid)) };
  } finally {
    await processes.stop(child);
  }
}

/** Runs the targets in turn, `runs` times each; returns Map of target key to its results. */
export async function coldStarts(processes, makers, runs) {
  const results = new Map(Object.keys(makers).map((key) => [key, []]));
  for (let n = 0; n < runs; n++) {
    for (const [key, make] of Object.entries(makers)) results.get(key).push(await coldStart(processes, make));
  }
  return results;
}
