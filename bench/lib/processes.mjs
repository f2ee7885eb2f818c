// Starting, pinning, awaiting and stopping the processes of a benchmark.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { McpClient } from './mcp-raw.mjs';
import { tree } from './proc.mjs';

/** Resolves after `ms` milliseconds. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether processes can be pinned to CPU 0 and CPU 1 here. */
export const canPin = ['0', '1'].every((cpu) => spawnSync('taskset', ['-c', cpu, 'true']).status === 0);

/** A command line that runs `cmd` on one CPU, or unchanged where pinning is not possible. */
export const pinned = (cpu, cmd) => (canPin ? ['taskset', '-c', String(cpu), ...cmd] : cmd);

/** Puts this process and its threads on one CPU. */
export function pinSelf(cpu) {
  if (canPin) spawnSync('taskset', ['-acp', String(cpu), String(process.pid)]);
}

/** N different TCP ports of 127.0.0.1 that are free now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer());
  await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Owns the processes of one run: each is stopped by `stop`, `stopAll`, or at the latest when this process exits. */
export class Processes {
  #children = new Map();

  /** @param logDir where each process's stdout and stderr go, as NAME.log */
  constructor(logDir) {
    this.logDir = logDir;
    process.on('exit', () => this.#signal('SIGKILL'));
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  }

  /** Starts `{name, cmd, cpu?, env?}`; returns the child with `logFile`. */
  start({ name, cmd, cpu, env }) {
    const argv = cpu === undefined ? cmd : pinned(cpu, cmd);
    const logFile = path.join(this.logDir, `${name}.log`);
    const log = fs.openSync(logFile, 'w', 0o600);
    const child = spawn(argv[0], argv.slice(1), { env: { ...process.env, ...env }, stdio: ['pipe', log, log] });
    fs.closeSync(log);
    child.on('error', (error) => fs.appendFileSync(logFile, `${error.message}\n`));
    child.logFile = logFile;
    this.#children.set(child, new Promise((resolve) => child.once('close', resolve)));
    return child;
  }

  /** SIGTERM, then SIGKILL to the whole tree after `graceMs`. Returns whether SIGTERM was enough. */
  async stop(child, graceMs = 8000) {
    const closed = this.#children.get(child);
    if (closed === undefined || child.pid === undefined) return true;
    const pids = tree(child.pid);
    child.kill('SIGTERM');
    const timer = { id: undefined };
    const late = new Promise((resolve) => (timer.id = setTimeout(() => resolve('late'), graceMs)));
    const inTime = (await Promise.race([closed, late])) !== 'late';
    clearTimeout(timer.id);
    this.#children.delete(child);
    if (!inTime) for (const pid of pids) kill(pid, 'SIGKILL');
    return inTime;
  }

  async stopAll() {
    await Promise.all([...this.#children.keys()].map((child) => this.stop(child, 3000)));
  }

  #signal(signal) {
    for (const child of this.#children.keys()) {
      for (const pid of child.pid === undefined ? [] : tree(child.pid)) kill(pid, signal);
    }
    this.#children.clear();
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended on its own.
  }
}

/** Whether something accepts connections at the URL's address. */
export const canConnect = (url) =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/**
 * Polls until a handshake and one tool call go through; returns the milliseconds since `t0`.
 * @throws Error with the last failure after `timeoutMs`, or at once when the process has ended
 */
export async function waitReady(target, { timeoutMs = 30_000, t0 = performance.now(), everyMs = 20, child } = {}) {
  let last;
  while (performance.now() - t0 < timeoutMs && child?.exitCode == null) {
    const client = new McpClient(target.url, {
      headers: target.headers,
      modern: target.era === 'modern',
      timeoutMs: 5000,
    });
    try {
      await client.init();
      const args = JSON.parse((target.args ?? '{"message":"$MSG"}').replaceAll('$MSG', 'ready'));
      const result = await client.rpc('tools/call', { name: target.tool ?? 'echo', arguments: args });
      if (result?.isError) throw new Error(JSON.stringify(result).slice(0, 300));
      const ms = performance.now() - t0;
      await client.end().catch(() => undefined);
      return ms;
    } catch (error) {
      last = error;
      await sleep(everyMs);
    } finally {
      client.close();
    }
  }
  const log = child === undefined ? '' : `\n${fs.readFileSync(child.logFile, 'utf8').slice(-2000)}`;
  throw new Error(`${target.name} did not answer a call: ${last?.message ?? 'it ended'}${log}`);
}
