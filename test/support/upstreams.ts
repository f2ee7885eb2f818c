import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, type ServerOptions } from './gateway.js';

const MISBEHAVING = join(ROOT, 'examples', 'servers', 'misbehaving.mjs');
const ECHO = join(ROOT, 'examples', 'servers', 'echo.mjs');

/** A server entry that the gateway starts itself. */
export function stdioServer(
  name: string,
  args: readonly string[] = [],
  extra: Record<string, unknown> = {},
): ServerOptions {
  return { name, config: { command: process.execPath, args: [MISBEHAVING, ...args] }, extra };
}

/** A server entry for the well-behaved example on stdio. */
export function echoServer(name: string): ServerOptions {
  return { name, config: { command: process.execPath, args: [ECHO] } };
}

/** HTTP upstreams of one test file; `close` ends them all. */
export class HttpUpstreams {
  private readonly children: ChildProcess[] = [];

  /** Starts a misbehaving server over HTTP and returns its entry. */
  async start(name: string, args: readonly string[] = [], extra: Record<string, unknown> = {}): Promise<ServerOptions> {
    return { name, config: { url: await this.listen(args) }, extra };
  }

  /** The URL of a new misbehaving server over HTTP. */
  async listen(args: readonly string[] = []): Promise<string> {
    const child = spawn(process.execPath, [MISBEHAVING, '--http', '--port', '0', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.children.push(child);
    for await (const line of createInterface({ input: child.stderr })) {
      const url = /^listening (http:\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      // Somebody has to read what it writes from here on, or it blocks.
      child.stderr.resume();
      return url;
    }
    throw new Error('the upstream ended without listening');
  }

  async close(): Promise<void> {
    for (const child of this.children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    }
  }
}

/** Files in which upstreams write down each call that reaches them, before they do anything else with it. */
export class CallRecords {
  private readonly dir = mkdtempSync(join(tmpdir(), 'records-'));

  path(name: string): string {
    return join(this.dir, `${name}.jsonl`);
  }

  /** Tools called so far, in order; empty when nothing ever arrived. */
  calls(name: string): string[] {
    const path = this.path(name);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { name: string }).name);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
