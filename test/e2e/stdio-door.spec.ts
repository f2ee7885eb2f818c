import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CLI, type TestConfig, buildConfig, eventually } from '../support/gateway.js';
import { EVERYTHING } from '../support/mcp-clients.js';
import { echoServer, stdioServer } from '../support/upstreams.js';

jest.setTimeout(30_000);

type Json = Record<string, unknown>;

let home: string;
let config: TestConfig;
let configPath: string;
const open: Door[] = [];

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'stdio-door-'));
  configPath = join(home, 'config.json');
  config = buildConfig({
    projects: [
      {
        servers: [
          stdioServer('noisy', ['--mode', 'garbage-stdout,stderr-flood']),
          stdioServer('parent', ['--mode', 'grandchild', '--delay-ms', '400']),
          echoServer('echo'),
          { name: 'everything', config: { command: process.execPath, args: [EVERYTHING, 'stdio'] } },
        ],
      },
      { servers: [], users: 2 },
    ],
  });
  writeFileSync(configPath, JSON.stringify(config.json), { mode: 0o600 });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((door) => door.end()));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A gateway on stdio, byte by byte. */
class Door {
  readonly lines: string[] = [];
  readonly exit: Promise<number | null>;
  stderr = '';
  private rest = '';

  private constructor(readonly child: ChildProcessByStdio<Writable, Readable, Readable>) {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (this.rest + chunk).split('\n');
      this.rest = lines.pop() ?? '';
      this.lines.push(...lines);
    });
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // `close` comes after the last byte of stdout.
    this.exit = new Promise((resolve) => child.once('close', resolve));
  }

  static start(key: string | undefined = config.keys[0]![0]!.key): Door {
    const env = { PATH: process.env.PATH, HOME: home, ...(key === '' ? {} : { ENKRYPT_GATEWAY_KEY: key }) };
    const child = spawn(process.execPath, [CLI, 'stdio', '--config', configPath, '--log-level', 'debug'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env,
    });
    const door = new Door(child);
    open.push(door);
    return door;
  }

  write(text: string | Buffer): void {
    this.child.stdin.write(text);
  }

  send(message: Json): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  initialize(): Promise<Json> {
    const clientInfo = { name: 'raw', version: '1' };
    return this.ask('hello', 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  }

  call(id: string | number, name: string, args: Json = {}): Promise<Json> {
    return this.ask(id, 'tools/call', { name, arguments: args });
  }

  async ask(id: string | number, method: string, params: Json = {}): Promise<Json> {
    this.send({ id, method, params });
    return this.answer(id);
  }

  /** The answer to an id, once it is there. */
  async answer(id: string | number | null, nth = 0): Promise<Json> {
    const found = await eventually(
      () => this.messages().filter((message) => message.id === id && !('method' in message))[nth],
      (message) => message !== undefined,
      20_000,
    );
    return found!;
  }

  /** Every line so far; fails when one is not a JSON-RPC message. */
  messages(): Json[] {
    return this.lines.map((line) => {
      const message = JSON.parse(line) as Json;
      if (message.jsonrpc !== '2.0') throw new Error(`not JSON-RPC: ${line.slice(0, 200)}`);
      return message;
    });
  }

  async end(): Promise<number | null> {
    this.child.stdin.end();
    return this.exit;
  }
}

const textOf = (answer: Json): string => (answer.result as { content: { text: string }[] }).content[0]!.text;

/** Zombies count as gone: their parent has not looked yet, but nothing runs. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('the stdio door', () => {
  it('writes JSON-RPC to stdout and nothing else, whatever its servers write and however much it logs', async () => {
    const door = Door.start();
    expect((await door.initialize()).result).toMatchObject({ serverInfo: { name: 'Enkrypt Secure MCP Gateway' } });
    door.send({ method: 'notifications/initialized' });
    await door.ask(1, 'tools/list');
    expect(textOf(await door.call(2, 'noisy__echo', { message: 'through the noise' }))).toBe('through the noise');
    expect(await door.end()).toBe(0);
    expect(door.messages().map(({ id }) => id)).toEqual(expect.arrayContaining(['hello', 1, 2]));
    expect(door.stderr).not.toBe('');
    expect(door.stderr).not.toContain(config.keys[0]![0]!.key);
    expect(door.stderr).not.toContain('through the noise');
  });

  it('gives its servers nothing of its own environment that is secret', async () => {
    const door = Door.start();
    await door.initialize();
    const text = textOf(await door.call(1, 'everything__get-env'));
    expect(JSON.parse(text)).toHaveProperty('PATH');
    expect(text).not.toContain('ENKRYPT');
    expect(text).not.toContain(config.keys[0]![0]!.key);
  });

  it.each([
    ['a wrong key', 'wrong-key'],
    ['no key', ''],
  ])('answers every request with a clear error: %s', async (_name, key) => {
    const door = Door.start(key);
    for (const [id, method] of ['initialize', 'tools/list', 'tools/call'].entries()) {
      const { error } = await door.ask(id, method, { protocolVersion: '2025-11-25', name: 'echo__echo' });
      expect(error).toMatchObject({ code: -32010, message: expect.stringContaining('ENKRYPT_GATEWAY_KEY') as unknown });
    }
    expect(door.lines.join('\n')).not.toContain('wrong-key');
    expect(await door.end()).toBe(0);
  });

  it('checks the key again on every message', async () => {
    const { key, hash } = config.keys[1]![1]!;
    const door = Door.start(key);
    await door.initialize();
    expect((await door.ask(1, 'tools/list')).result).toBeDefined();
    const json = structuredClone(config.json) as { apikeys: Record<string, Json> };
    json.apikeys[hash]!.disabled = true;
    writeFileSync(configPath, JSON.stringify(json));
    try {
      let id = 1;
      const answer = await eventually(
        () => door.ask(++id, 'tools/list'),
        (message) => 'error' in message,
        5000,
      );
      expect(answer.error).toMatchObject({ code: -32010 });
    } finally {
      writeFileSync(configPath, JSON.stringify(config.json));
    }
  });

  it('answers a malformed line with an error and goes on', async () => {
    const door = Door.start();
    await door.initialize();
    const BAD: readonly (readonly [line: string | Buffer, code: number])[] = [
      ['{"jsonrpc":"2.0","id":1,', -32700],
      ['not json at all', -32700],
      [Buffer.from([0x22, 0xff, 0xfe, 0x22]), -32700],
      [`${'['.repeat(1000)}${']'.repeat(1000)}`, -32700],
      ['{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32700],
      ['42', -32600],
      ['{"id":1,"method":"ping"}', -32600],
    ];
    for (const [nth, [line, code]] of BAD.entries()) {
      door.write(line);
      door.write('\n');
      expect((await door.answer(null, nth)).error).toMatchObject({ code });
    }
    door.write('\n  \n\r\n');
    expect((await door.ask('after', 'ping')).result).toEqual({});
    expect((await door.ask('unknown', 'no/such/method')).error).toMatchObject({ code: -32601 });
    expect(door.messages().filter(({ id }) => id === null)).toHaveLength(BAD.length);
  });

  it('refuses a line of 5 MB and goes on', async () => {
    const door = Door.start();
    await door.initialize();
    const filler = 'x'.repeat(5 * 1024 * 1024);
    door.send({ id: 'big', method: 'tools/call', params: { name: 'echo__echo', arguments: { message: filler } } });
    expect((await door.answer(null)).error).toMatchObject({ code: -32600 });
    expect((await door.ask('after', 'ping')).result).toEqual({});
    expect(door.messages().some(({ id }) => id === 'big')).toBe(false);
  });

  it('serves a line that arrives in pieces, and a last line without a line end', async () => {
    const door = Door.start();
    await door.initialize();
    const message = 'grüße 🙂';
    const params = { name: 'echo__echo', arguments: { message } };
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 'last', method: 'tools/call', params }));
    for (let at = 0; at < bytes.length; at += 7) door.write(bytes.subarray(at, at + 7));
    expect(await door.end()).toBe(0);
    expect(textOf(await door.answer('last'))).toBe(message);
  });

  it('finishes what is under way when its input ends, and leaves no process behind', async () => {
    const door = Door.start();
    await door.initialize();
    const pids = JSON.parse(textOf(await door.call(1, 'parent__pids'))) as { pid: number; grandchild: number };
    expect(isRunning(pids.pid)).toBe(true);
    expect(isRunning(pids.grandchild)).toBe(true);
    door.send({ id: 'late', method: 'tools/call', params: { name: 'parent__echo', arguments: { message: 'done' } } });
    expect(await door.end()).toBe(0);
    expect(textOf(await door.answer('late'))).toBe('done');
    await eventually(
      () => [pids.pid, pids.grandchild].filter(isRunning),
      (left) => left.length === 0,
    );
  });

  it('ends with 0 on SIGTERM and when nothing was ever sent', async () => {
    const silent = Door.start();
    expect(await silent.end()).toBe(0);
    expect(silent.lines).toEqual([]);
    const door = Door.start();
    await door.initialize();
    const { pid } = JSON.parse(textOf(await door.call(1, 'parent__pids'))) as { pid: number };
    door.child.kill('SIGTERM');
    expect(await door.exit).toBe(0);
    await eventually(
      () => isRunning(pid),
      (running) => !running,
    );
  });

  it('passes progress on and answers a cancelled call with nothing', async () => {
    const door = Door.start();
    await door.initialize();
    const slow = (id: string, ms: number): void => {
      const params = { name: 'echo__sleep', arguments: { ms }, _meta: { progressToken: `token ${id}` } };
      door.send({ id, method: 'tools/call', params });
    };
    const progressOf = (id: string): Json[] =>
      door.messages().filter(({ params }) => (params as Json | undefined)?.progressToken === `token ${id}`);
    slow('short', 200);
    expect(textOf(await door.answer('short'))).toBe('slept 200 ms');
    expect(progressOf('short').length).toBeGreaterThan(0);
    slow('cancelled', 20_000);
    await eventually(
      () => progressOf('cancelled'),
      (notes) => notes.length > 0,
    );
    door.send({ method: 'notifications/cancelled', params: { requestId: 'cancelled' } });
    const started = performance.now();
    expect(await door.end()).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(door.messages().some(({ id }) => id === 'cancelled')).toBe(false);
  });
});

describe('the 2026 era at the stdio door', () => {
  const ENVELOPE = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const listen = (door: Door, id: string): void => {
    const params = { notifications: { toolsListChanged: true }, _meta: ENVELOPE };
    door.send({ id, method: 'subscriptions/listen', params });
  };
  const acknowledged = (door: Door, count: number): Promise<Json[]> =>
    eventually(
      () => door.messages().filter(({ method }) => method === 'notifications/subscriptions/acknowledged'),
      (found) => found.length === count,
    );

  it('cancels by a message, and ends a stream that listens with the input', async () => {
    const door = Door.start();
    listen(door, 'first');
    await acknowledged(door, 1);
    door.send({ method: 'notifications/cancelled', params: { requestId: 'first' } });
    listen(door, 'second');
    await acknowledged(door, 2);
    const startedAt = performance.now();
    expect(await door.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(door.messages().filter(({ id }) => id === 'first')).toEqual([]);
    expect(await door.answer('second')).toMatchObject({
      result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 'second' } },
    });
  });
});
