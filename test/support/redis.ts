import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';
import { eventually } from './gateway.js';

const BINARY = 'redis-server';
const SKIP_VARIABLE = 'GATEWAY_TEST_WITHOUT_REDIS';

/** Like `describe`, for tests that need a real Redis: left out only when GATEWAY_TEST_WITHOUT_REDIS=1 says so. */
export function describeWithRedis(name: string, body: () => void): void {
  const run = process.env[SKIP_VARIABLE] === '1' ? describe.skip : describe;
  run(name, body);
}

type Argument = string | Buffer;
export type Reply = string | number | null | Reply[];

/** A redis-server of one test on loopback, with its own folder; it can be stopped, frozen and started again on its port. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private frozen = false;

  private constructor(
    readonly port: number,
    private readonly args: readonly string[],
    private readonly dir: string,
  ) {}

  /** A port and a folder, and no server yet. @param args further options of redis-server */
  static async reserve(args: readonly string[] = []): Promise<RedisServer> {
    requireBinary();
    return new RedisServer(await freePort(), args, mkdtempSync(join(tmpdir(), 'redis-')));
  }

  static async start(args: readonly string[] = []): Promise<RedisServer> {
    const server = await RedisServer.reserve(args);
    await server.run();
    return server;
  }

  /** Starts it, empty, and waits until it answers. */
  async run(): Promise<void> {
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.dir];
    this.child = spawn(BINARY, [...own, '--save', '', '--appendonly', 'no', ...this.args], { stdio: 'ignore' });
    const { child } = this;
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new Error(`${BINARY} ended with ${String(code)}`));
      });
    });
    failed.catch(() => undefined);
    const answers = eventually(
      () => accepts(this.port),
      (accepted) => accepted,
      10_000,
    );
    await Promise.race([answers, failed]);
  }

  /** kill -9, and wait until it is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    this.frozen = false;
  }

  /** SIGSTOP: connections are accepted by the kernel, and nothing is answered any more. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
    this.frozen = true;
  }

  thaw(): void {
    if (this.frozen) this.child?.kill('SIGCONT');
    this.frozen = false;
  }

  /** One command on a connection of its own; rejects with the text of an error reply. */
  async command(...args: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.commands([args]);
    return reply ?? null;
  }

  /** Several commands on one connection; the last reply counts for errors. */
  async commands(list: readonly (readonly Argument[])[]): Promise<Reply[]> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      const replies = readReplies(socket, list.length);
      for (const args of list) {
        socket.write(`*${String(args.length)}\r\n`);
        for (const arg of args) {
          socket.write(`$${String(Buffer.byteLength(arg))}\r\n`);
          socket.write(arg);
          socket.write('\r\n');
        }
      }
      return await replies;
    } finally {
      socket.destroy();
    }
  }

  async keys(pattern = '*'): Promise<string[]> {
    return ((await this.command('KEYS', pattern)) as string[]).sort();
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A TCP proxy whose bytes arrive late, in both directions together by `ms`. */
export class SlowProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private delay: { ms: number },
  ) {}

  static async start(targetPort: number, ms: number): Promise<SlowProxy> {
    const delay = { ms };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new SlowProxy(server, (server.address() as AddressInfo).port, delay);
    server.on('connection', (client) => {
      const upstream = connect(targetPort, '127.0.0.1');
      proxy.join(client, upstream, () => 0);
      proxy.join(upstream, client, () => delay.ms);
    });
    return proxy;
  }

  set ms(ms: number) {
    this.delay.ms = ms;
  }

  private join(from: Socket, to: Socket, ms: () => number): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      setTimeout(() => {
        if (!to.destroyed) to.write(chunk);
      }, ms());
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Redis cannot be told to take any free port: one is looked up first. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

function requireBinary(): void {
  const found = (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, BINARY)));
  if (found) return;
  throw new Error(
    `${BINARY} is not installed. Install the Debian package redis-server (apt-get install redis-server), or set ${SKIP_VARIABLE}=1 to leave these tests out.`,
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  });
}

function readReplies(socket: Socket, count: number): Promise<Reply[]> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    socket.setTimeout(5000, () => {
      reject(new Error('Redis does not answer'));
    });
    socket.once('error', reject);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const replies: Reply[] = [];
        let at = 0;
        while (replies.length < count) {
          const parsed = parse(bytes, at);
          if (parsed === null) return;
          replies.push(parsed.value);
          at = parsed.end;
        }
        resolve(replies);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

/** One RESP2 value, or null when more bytes are needed. */
function parse(bytes: Buffer, at: number): { value: Reply; end: number } | null {
  const eol = bytes.indexOf('\r\n', at);
  if (eol < 0) return null;
  const line = bytes.toString('utf8', at + 1, eol);
  const next = eol + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { value: line, end: next };
    case '-':
      throw new Error(line);
    case ':':
      return { value: Number(line), end: next };
    case '$': {
      const size = Number(line);
      if (size < 0) return { value: null, end: next };
      if (bytes.length < next + size + 2) return null;
      return { value: bytes.toString('utf8', next, next + size), end: next + size + 2 };
    }
    case '*': {
      const items: Reply[] = [];
      let end = next;
      for (let i = 0; i < Number(line); i++) {
        const item = parse(bytes, end);
        if (item === null) return null;
        items.push(item.value);
        end = item.end;
      }
      return { value: items, end };
    }
    default:
      throw new Error(`not RESP: ${line}`);
  }
}
