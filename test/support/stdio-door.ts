import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { CLI, type TestGateway } from './gateway.js';

type Json = Record<string, unknown>;

/** A 2025-era client at the stdio door of a gateway process of its own, on the config file of a running one. */
export class StdioDoorClient {
  private readonly waiting = new Map<unknown, (answer: Json) => void>();
  private id = 0;
  private errors = '';

  private constructor(readonly child: ChildProcessByStdio<Writable, Readable, Readable>) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Json;
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    });
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  static async open(gateway: TestGateway, key = gateway.key()): Promise<StdioDoorClient> {
    const client = StdioDoorClient.start(gateway, key);
    const answer = await client.initialize();
    if (!('result' in answer)) throw new Error(`initialize: ${JSON.stringify(answer)}`);
    client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return client;
  }

  /** A client whose key is refused, as its one answer says. */
  static async openRefused(gateway: TestGateway, key: string): Promise<StdioDoorClient> {
    const client = StdioDoorClient.start(gateway, key);
    const answer = await client.initialize();
    if (!('error' in answer)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
    return client;
  }

  private static start({ configPath, home }: TestGateway, key: string): StdioDoorClient {
    return new StdioDoorClient(
      spawn(process.execPath, [CLI, 'stdio', '--config', configPath], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, HOME: home, ENKRYPT_GATEWAY_KEY: key },
      }),
    );
  }

  private initialize(): Promise<Json> {
    const clientInfo = { name: 'raw', version: '1' };
    return this.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  }

  send(message: Json): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The response object; fails after 20 s with what the process wrote to stderr. */
  request(method: string, params: Json = {}): Promise<Json> {
    const id = ++this.id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer to ${method} at the stdio door: ${this.errors}`));
      }, 20_000);
      this.waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** Ends the client's side and waits for the process. */
  async close(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    return exited;
  }
}
