// Gateways on one config behind HAProxy, and how they are taken away and brought back.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { freePorts, sleep } from './processes.mjs';

const CLI = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
/** Twice what HAProxy needs to see that a gateway is not ready any more, and some for a machine that is busy. */
const DRAIN_DELAY_S = 0.6;
const CHECK_MS = 100;
/** Of HAProxy's own table (management guide, 9.1). */
const STATUS_COLUMN = 17;
const MAX_WAIT_MS = 30_000;

export const hasHaproxy = () =>
  spawnSync('haproxy', ['-v'], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }).status === 0;

/** Only connections that were never made are tried again: a call that may have arrived is not HAProxy's to repeat. */
const settings = (front, stats, ports) => `
global
  log stderr format raw daemon emerg
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  # A busy machine answers late, and that is no reason to give it up.
  timeout check 5s
  option redispatch
  retries 3
  retry-on conn-failure
listen stats
  bind 127.0.0.1:${stats}
  stats enable
  stats uri /stats
frontend mcp
  bind 127.0.0.1:${front}
  default_backend gateways
backend gateways
  balance roundrobin
  option httpchk GET /health/ready
  http-check expect status 200
  default-server check inter ${CHECK_MS}ms fall 1 rise 1
${ports.map((port) => `  server g${port} 127.0.0.1:${port}`).join('\n')}
`;

/** Polls until it holds. */
async function until(holds, what) {
  const limit = Date.now() + MAX_WAIT_MS;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${what} took too long`);
    await sleep(20);
  }
}

export class Replicas {
  children = new Map();
  /** Ends with another exit code than 0, at SIGTERM. */
  faults = [];
  longestStopMs = 0;

  constructor(folder, configFile) {
    this.folder = folder;
    this.configFile = configFile;
  }

  async start(count) {
    const [front, stats, ...ports] = await freePorts(count + 2);
    this.stats = `http://127.0.0.1:${stats}/stats;csv`;
    this.ports = ports;
    this.url = `http://127.0.0.1:${front}/mcp`;
    await Promise.all(ports.map((port) => this.begin(port)));
    const file = path.join(this.folder, 'haproxy.cfg');
    fs.writeFileSync(file, settings(front, stats, ports));
    const env = { PATH: `${process.env.PATH}:/usr/sbin` };
    this.balancer = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore', env });
    await Promise.all(ports.map((port) => until(() => this.isUsed(port), 'haproxy')));
  }

  /** Whether HAProxy sends calls there. */
  async isUsed(port) {
    const answer = await fetch(this.stats).catch(() => null);
    const line = (await answer?.text())?.split('\n').find((each) => each.startsWith(`gateways,g${port},`));
    return line?.split(',')[STATUS_COLUMN] === 'UP';
  }

  async answers(port) {
    const url = `http://127.0.0.1:${port}/health/ready`;
    return (await fetch(url).catch(() => null))?.status === 200;
  }

  async begin(port) {
    const args = ['start', '--config', this.configFile, '--port', String(port), '--drain-delay', String(DRAIN_DELAY_S)];
    const host = new URL(this.url).host;
    const child = spawn(process.execPath, [CLI, ...args, '--allowed-host', host], {
      env: { PATH: process.env.PATH, HOME: this.folder },
      stdio: ['ignore', 'ignore', fs.openSync(path.join(this.folder, `${port}.log`), 'a')],
    });
    child.over = once(child, 'exit');
    this.children.set(port, child);
    await until(() => {
      if (child.exitCode !== null) throw new Error(`a gateway ended: see ${this.folder}/${port}.log`);
      return this.answers(port);
    }, 'a start');
  }

  /** Ends one gateway by the signal, and starts it again. */
  async cycle(port, signal) {
    const child = this.children.get(port);
    const started = performance.now();
    child.kill(signal);
    const [code] = await child.over;
    if (signal === 'SIGTERM') {
      this.longestStopMs = Math.max(this.longestStopMs, performance.now() - started);
      if (code !== 0) this.faults.push(`exit ${code} at SIGTERM`);
    }
    await this.begin(port);
    // The next one must not end before.
    await until(() => this.isUsed(port), 'haproxy');
  }

  async stop() {
    for (const child of this.children.values()) child.kill('SIGKILL');
    await Promise.all([...this.children.values()].map(({ over }) => over));
    this.balancer?.kill('SIGKILL');
  }
}
