// A PostgreSQL of one run, on loopback and in a folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';

function binaries() {
  const versions = fs.existsSync(DEBIAN) ? fs.readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...versions.map((version) => path.join(DEBIAN, version, 'bin')),
  ];
  const found = folders.find((folder) => fs.existsSync(path.join(folder, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed (Debian package postgresql).');
  return found;
}

/** PostgreSQL refuses to run as root. */
function owner() {
  if (process.getuid() !== 0) return {};
  const id = (option) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Postgres {
  static async start() {
    const server = new Postgres();
    server.bin = binaries();
    server.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-postgres-'));
    server.port = await freePort();
    server.url = `postgresql://gateway@127.0.0.1:${server.port}/postgres`;
    const { uid, gid } = owner();
    if (uid !== undefined) fs.chownSync(server.dir, uid, gid);
    const args = ['-D', path.join(server.dir, 'data'), '-U', 'gateway', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
    execFileSync(path.join(server.bin, 'initdb'), args, { stdio: 'pipe', ...owner() });
    // Nothing of a run stays behind, also after Ctrl-C.
    process.once('exit', () => server.child?.kill('SIGQUIT'));
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
    await server.run();
    return server;
  }

  async run() {
    const settings = [`port=${this.port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${this.dir}`];
    const args = ['-D', path.join(this.dir, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
    this.child = spawn(path.join(this.bin, 'postgres'), args, { stdio: 'ignore', ...owner() });
    for (let attempt = 0; attempt < 600; attempt++) {
      try {
        await this.sql('SELECT 1');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error('PostgreSQL did not start.');
  }

  async sql(text, values = []) {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends at once, connections and all; the next start recovers what was committed. */
  async crash() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGQUIT');
    await ended;
  }

  async close() {
    await this.crash();
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}
