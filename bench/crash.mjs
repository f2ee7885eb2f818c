#!/usr/bin/env node
// Writers that are killed in the middle of their writes: nothing that was acknowledged is lost, and what is stored loads at any time.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median, parseArgs } from './lib/common.mjs';
import { Postgres } from './lib/postgres.mjs';

const HELP = `node bench/crash.mjs [options]          (build first: npm run build)
  --kills N              kill -9 for each store; default 2000, times GATEWAY_SOAK_FRACTION if that is set
  --store file|postgres  one of them; default both
Four writers at once: two loops of commands ("user create"), and two gateways that are written to over the API. Each is killed at a
random moment of its work and started again; PostgreSQL itself crashes once in 100 kills. Passes when every user whose making was
acknowledged is there at the end, and whatever was read meanwhile was whole.`;

const ROOT = path.resolve(import.meta.dirname, '..');
const CLI = path.join(ROOT, 'dist', 'cli', 'main.js');
const KILLS_PER_SERVER_CRASH = 100;
const READ_EVERY_MS = 20;
const MAX_RUN_MS = 30_000;

const a = parseArgs(process.argv.slice(2));
const kills = Math.round(Number(a.kills ?? 2000 * Number(process.env.GATEWAY_SOAK_FRACTION ?? 1)));
const stores = a.store === undefined ? ['file', 'postgres'] : [a.store];
if (a.help || !(kills > 0) || stores.some((store) => !['file', 'postgres'].includes(store))) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sha256 = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** One run over one store. */
class Run {
  acknowledged = new Set();
  killed = { cli: 0, api: 0, server: 0 };
  attempts = 0;
  faults = [];
  reads = 0;
  done = false;
  adminKey = randomBytes(32).toString('base64url');

  constructor(store, folder, server) {
    this.store = store;
    this.folder = folder;
    this.server = server;
    this.path = path.join(folder, 'config.json');
    this.env = { PATH: process.env.PATH, HOME: folder, ENKRYPT_CONFIG: this.path };
    if (server !== null) this.env.ENKRYPT_DATABASE_URL = server.url;
  }

  get kills() {
    return this.killed.cli + this.killed.api;
  }

  start(args, env = this.env) {
    const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.text = '';
    child.errors = '';
    child.stdout.on('data', (chunk) => (child.text += chunk));
    child.stderr.on('data', (chunk) => (child.errors += chunk));
    child.over = once(child, 'close');
    return child;
  }

  async prepare() {
    const config = { admin_apikey: sha256(this.adminKey), mcp_configs: {}, projects: {}, users: {}, apikeys: {} };
    fs.writeFileSync(this.path, JSON.stringify(config), { mode: 0o600 });
    if (this.server === null) return;
    const child = this.start(['config', 'migrate', '--from', 'file', '--to', 'postgres']);
    const [code] = await child.over;
    if (code !== 0) throw new Error(child.errors);
  }

  email(writer) {
    return `${writer}-${++this.attempts}@example.com`;
  }

  /** Commands, one after the other; most are killed about when they write. */
  async commands(writer) {
    const durations = [];
    while (!this.done) {
      const email = this.email(writer);
      const started = Date.now();
      const child = this.start(['user', 'create', '--email', email]);
      const usual = durations.length < 3 ? null : median(durations);
      let timer;
      // Those that are left alone tell how long the others take just now.
      if (usual !== null && Math.random() < 0.7) {
        timer = setTimeout(() => child.kill('SIGKILL'), usual * (0.75 + 0.4 * Math.random()));
      }
      const limit = setTimeout(() => child.kill('SIGKILL'), MAX_RUN_MS);
      const [code, signal] = await child.over;
      clearTimeout(timer);
      clearTimeout(limit);
      if (signal === 'SIGKILL') this.killed.cli++;
      else durations.push(Date.now() - started);
      if (durations.length > 5) durations.shift();
      // The id on stdout is the acknowledgement, also of a process that was killed right after.
      if (/^user_id: \S+$/m.test(child.text)) this.acknowledged.add(email);
      else if (signal === null && this.server === null && code !== 0 && !/Try again/.test(child.errors)) {
        this.faults.push(`a command failed: ${child.errors}`);
      }
    }
  }

  /** A gateway that is written to over its API, and killed in the middle of it. */
  async gateways(writer) {
    while (!this.done) {
      const child = this.start(['start', '--port', '0']);
      while (!/^ready (\S+)\/mcp$/m.test(child.errors) && child.exitCode === null && child.signalCode === null) {
        await sleep(10);
      }
      const origin = /^ready (\S+)\/mcp$/m.exec(child.errors)?.[1];
      if (origin === undefined) {
        if (this.server === null) this.faults.push(`a gateway did not start: ${child.errors}`);
        child.kill('SIGKILL');
        await child.over;
        continue;
      }
      let alive = true;
      const timer = setTimeout(() => child.kill('SIGKILL'), 100 + 1100 * Math.random());
      void child.over.then(() => (alive = false));
      while (alive) {
        const email = this.email(writer);
        try {
          const answer = await fetch(`${origin}/api/v1/users`, {
            method: 'POST',
            headers: { authorization: `Bearer ${this.adminKey}`, 'content-type': 'application/json' },
            body: JSON.stringify({ email }),
            signal: AbortSignal.timeout(MAX_RUN_MS),
          });
          await answer.text();
          if (answer.status === 201) this.acknowledged.add(email);
          else if (answer.status !== 503) this.faults.push(`the API answered ${answer.status}`);
        } catch {
          await sleep(5);
        }
      }
      clearTimeout(timer);
      this.killed.api++;
    }
  }

  /** Reads all the time, as a gateway does. */
  async reader() {
    while (!this.done) {
      await this.read();
      await sleep(READ_EVERY_MS);
    }
  }

  async read() {
    this.reads++;
    if (this.server === null) {
      try {
        return new Set(Object.values(JSON.parse(fs.readFileSync(this.path, 'utf8')).users).map(({ email }) => email));
      } catch (error) {
        this.faults.push(`the file was not whole: ${error.message}`);
        return new Set();
      }
    }
    try {
      const rows = await this.server.sql(
        `SELECT email, body ->> 'created_at' AS at, (SELECT generation FROM smg.state) AS generation,
           (SELECT max(generation) FROM smg.changes) AS change FROM smg.users`,
      );
      for (const { email, at, generation, change } of rows) {
        if (email === null || at === null || generation !== change) this.faults.push('a row was not whole');
      }
      return new Set(rows.map(({ email }) => email));
    } catch {
      // It is being restarted.
      return new Set();
    }
  }

  async crashServer() {
    let next = KILLS_PER_SERVER_CRASH / 2;
    while (!this.done) {
      await sleep(200);
      if (this.server === null || this.kills < next) continue;
      next += KILLS_PER_SERVER_CRASH;
      await this.server.crash();
      await this.server.run();
      this.killed.server++;
    }
  }

  async work() {
    await this.prepare();
    let shown = 0;
    const watch = setInterval(() => {
      if (this.kills >= kills || this.faults.length > 0) this.done = true;
      if (this.kills - shown < 100) return;
      shown = this.kills;
      console.error(`${this.store}: ${this.kills} kills, ${this.acknowledged.size} writes acknowledged`);
    }, 50);
    try {
      await Promise.all([
        this.commands('cli-1'),
        this.commands('cli-2'),
        this.gateways('api-1'),
        this.gateways('api-2'),
        this.reader(),
        this.crashServer(),
      ]);
    } finally {
      clearInterval(watch);
    }
    const stored = await this.read();
    const lost = [...this.acknowledged].filter((email) => !stored.has(email));
    const check = this.start(['system', 'health-check']);
    const [code] = await check.over;
    if (code !== 0) this.faults.push(`what is stored is not healthy: ${check.text}${check.errors}`);
    for (const fault of this.faults.slice(0, 5)) console.error(fault);
    const passed = this.faults.length === 0 && lost.length === 0;
    const { cli, api, server } = this.killed;
    console.log(
      `${passed ? 'PASS' : 'FAIL'}  ${this.store}: ${this.kills} kill -9 (${cli} commands, ${api} gateways)` +
        `${this.server === null ? '' : `, ${server} crashes of PostgreSQL`}, ${this.acknowledged.size} writes acknowledged, ` +
        `${lost.length} lost, ${this.reads} reads, ${this.faults.length} faults`,
    );
    return passed;
  }
}

let passed = true;
for (const store of stores) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-crash-'));
  const server = store === 'postgres' ? await Postgres.start() : null;
  try {
    passed = (await new Run(store, folder, server).work()) && passed;
  } finally {
    await server?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
process.exit(passed ? 0 : 1);
