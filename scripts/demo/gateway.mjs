// A real gateway process in a home of its own, with everything the demo reads from outside it: audit log and records of the servers.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { demoConfig } from './config.mjs';

const CLI = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const READY_MS = 15_000;
const STOP_MS = 8_000;
const RELOAD_MS = 5_000;
const AUDIT_MS = 5_000;
const POLL_MS = 20;
const SERVER_NAMES = ['mail', 'wiki', 'words'];

/** Looks again every few milliseconds until the probe returns something. @throws Error with `what` after `ms` */
async function eventually(what, ms, probe) {
  const deadline = performance.now() + ms;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const jsonLines = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];

export class DemoGateway {
  url;
  #home = mkdtempSync(path.join(os.tmpdir(), 'secure-mcp-gateway-demo-'));
  #records = Object.fromEntries(SERVER_NAMES.map((name) => [name, path.join(this.#home, `${name}.jsonl`)]));
  #configFile = path.join(this.#home, 'config.json');
  #config;
  #child;
  #log = '';
  #stopping;

  /** @param broken the part that is to be spoilt, or undefined */
  constructor(broken) {
    this.#config = demoConfig(this.#records, broken);
  }

  get key() {
    return this.#config.key;
  }

  get secondKey() {
    return this.#config.secondKey;
  }

  /** Resolves when it serves. @throws Error with the gateway's own words when it does not */
  async start() {
    if (!existsSync(CLI)) throw new Error('The gateway is not built: run "npm run build", or use "npm run demo".');
    this.#writeConfig(this.#config.json);
    const { PATH, SystemRoot } = process.env;
    this.#child = spawn(process.execPath, [CLI, 'start', '--config', this.#configFile, '--port', '0'], {
      cwd: this.#home,
      env: { PATH, ...(SystemRoot && { SystemRoot }), HOME: this.#home, USERPROFILE: this.#home },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Out of reach of the terminal's Ctrl-C, which would be its second signal after ours and cut its shutdown short.
      detached: process.platform !== 'win32',
    });
    this.#child.once('error', (error) => (this.#log += error.message));
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.#log += text));
    this.url = await eventually('The start of the gateway', READY_MS, () => {
      const ready = /^ready (\S+)$/m.exec(this.#log)?.[1];
      if (ready === undefined && this.#ended) throw new Error(`The gateway did not start:\n${this.#log}`);
      return ready;
    });
  }

  /** Replaces the config file as an operator would, and waits until it is in force. */
  async disableSecondKey() {
    this.#writeConfig(this.#config.withSecondKeyDisabled);
    await eventually(
      'Taking over the changed config',
      RELOAD_MS,
      () => /"event":"config_reloaded"/.test(this.#log) || undefined,
    );
  }

  /** Calls that reached a server, by its own record: [{tool, arguments}]. */
  callsSeenBy(server) {
    return jsonLines(this.#records[server]);
  }

  /**
   * The audit line of the n-th call since the start (from 0), which is written a moment after its answer. Streams that a client
   * opens beside its calls are left out, and so are verdicts on definitions and the lines of the log itself.
   */
  decision(n) {
    return eventually(
      `The audit line of call ${n + 1}`,
      AUDIT_MS,
      () =>
        jsonLines(path.join(this.#home, 'audit.jsonl')).filter(
          ({ method }) => method !== undefined && method !== 'HTTP GET' && method !== 'tools/list',
        )[n],
    );
  }

  /** The audit line of a tool that was withheld for its definition. */
  definitionVerdict(name) {
    return eventually(`The audit line of the definition of ${name}`, AUDIT_MS, () =>
      jsonLines(path.join(this.#home, 'audit.jsonl')).find(
        ({ method, tool }) => method === 'tools/list' && tool === name,
      ),
    );
  }

  /** Ends the process, its servers with it, and removes the home. May be called twice. */
  stop() {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop() {
    const child = this.#child;
    if (child !== undefined && !this.#ended) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(timer);
    }
    this.#removeHome();
  }

  /** For a process that cannot wait any longer. If `stop` is under way, this second signal makes the gateway end its servers at once. */
  abandon() {
    if (this.#child !== undefined && !this.#ended) this.#child.kill('SIGTERM');
    this.#removeHome();
  }

  get #ended() {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #writeConfig(json) {
    const draft = `${this.#configFile}.new`;
    writeFileSync(draft, JSON.stringify(json), { mode: 0o600 });
    renameSync(draft, this.#configFile);
  }

  #removeHome() {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
