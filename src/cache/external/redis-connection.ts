import type { RedisStore } from 'cache-manager-redis-yet';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import { clientOptions, type RedisClient, type RedisDriver } from './redis-driver.js';

/** Why a command has no result. `code` is the operating system's, or the first word of Redis' error; safe to log. */
export interface Fault {
  readonly reason: 'unreachable' | 'timeout' | 'refused';
  readonly code: string;
}

/** A command's result, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly fault: Fault };

/** How long making a connection may take, TLS, AUTH and SELECT included. */
const CONNECT_MS = 1000;

/** One page of SCAN. */
interface Page {
  readonly cursor: string;
  readonly keys: readonly string[];
}

/**
 * One connection to Redis or KeyDB in which every command has a deadline. The first command that misses it, or a broken socket, ends the
 * connection: whoever owns it makes a new one. Never rejects.
 */
export class RedisConnection {
  readonly #driver: RedisDriver;
  readonly #client: RedisClient;
  readonly #store: RedisStore;
  readonly #commandMs: number;
  readonly #onLost: (fault: Fault) => void;
  /** Ends the socket in every state: the client's own `disconnect()` does not reach one that is still connecting. */
  readonly #end = new AbortController();
  #lost: Fault | null = null;

  private constructor(driver: RedisDriver, settings: ExternalCacheSettings, onLost: (fault: Fault) => void) {
    this.#driver = driver;
    this.#client = driver.createClient(clientOptions(settings, CONNECT_MS, this.#end.signal));
    this.#client.on('error', (error: unknown) => {
      this.#lose(this.#faultOf(error));
    });
    this.#store = driver.storeOf(this.#client);
    this.#commandMs = settings.commandMs;
    this.#onLost = onLost;
  }

  /**
   * Connects, and asks for one of our own keys to see whether Redis answers in time and lets us read.
   * @param onLost called once, when a connection that was handed out has ended by itself
   */
  static async open(
    driver: RedisDriver,
    settings: ExternalCacheSettings,
    onLost: (fault: Fault) => void,
  ): Promise<Answer<RedisConnection>> {
    let open = false;
    const connection = new RedisConnection(driver, settings, (fault) => {
      if (open) onLost(fault);
    });
    const connected = await connection.#within(CONNECT_MS + settings.commandMs, () => connection.#client.connect());
    const answer = 'fault' in connected ? connected : await connection.probe(`${settings.prefix}:probe`);
    if ('fault' in answer) {
      connection.close();
      return answer;
    }
    open = true;
    return { value: connection };
  }

  /** Whether Redis answers in time, and reads keys for us. */
  async probe(key: string): Promise<Answer<unknown>> {
    return this.read(key, 1);
  }

  /** The first `maxBytes` of a value; empty when there is none. */
  read(key: string, maxBytes: number): Promise<Answer<Buffer>> {
    const command = ['GETRANGE', key, '0', String(maxBytes - 1)];
    return this.#command(async () => {
      const bytes = await this.#client.sendCommand<unknown>(command, { returnBuffers: true });
      if (!Buffer.isBuffer(bytes)) throw new UnexpectedReply();
      return bytes;
    });
  }

  /** Any command, as words. */
  run(command: readonly string[]): Promise<Answer<unknown>> {
    return this.#command(() => this.#client.sendCommand<unknown>([...command]));
  }

  write(key: string, value: unknown, ttlMs: number): Promise<Answer<void>> {
    return this.#command(() => this.#store.set(key, value, ttlMs));
  }

  remove(keys: readonly string[]): Promise<Answer<void>> {
    return this.#command(() => this.#store.mdel(...keys));
  }

  /** Keys that begin with the prefix, from one stretch of the keyspace. @param cursor '0' starts, and in the answer it ends */
  scan(cursor: string, prefix: string, count: number): Promise<Answer<Page>> {
    const command = ['SCAN', cursor, 'MATCH', `${escapeGlob(prefix)}*`, 'COUNT', String(count)];
    return this.#command(async () => {
      const reply = await this.#client.sendCommand<unknown>(command);
      const [next, keys] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
      if (typeof next !== 'string' || !isTexts(keys)) throw new UnexpectedReply();
      // A pattern is Redis' to understand; what is removed is for us to say.
      return { cursor: next, keys: keys.filter((key) => key.startsWith(prefix)) };
    });
  }

  /** Any command; the reply as Redis gives it, null for nothing. */
  ask(command: readonly string[]): Promise<Answer<unknown>> {
    return this.#command(() => this.#client.sendCommand<unknown>([...command]));
  }

  /** From then on the connection takes no other command than `ping`. */
  subscribe(channel: string, listener: (message: Buffer) => void): Promise<Answer<void>> {
    return this.#command(() => this.#client.subscribe(channel, listener, true));
  }

  /** Whether Redis answers in time on a connection that listens. */
  ping(): Promise<Answer<unknown>> {
    return this.#command(() => this.#client.ping());
  }

  /** Drops the connection and what is under way on it. Idempotent. */
  close(): void {
    this.#lost ??= { reason: 'unreachable', code: 'ECLOSED' };
    this.#end.abort();
    // Rejects when the client is closed already.
    this.#client.disconnect().catch(() => undefined);
  }

  #command<T>(send: () => Promise<T>): Promise<Answer<T>> {
    return this.#within(this.#commandMs, send);
  }

  async #within<T>(ms: number, work: () => Promise<T>): Promise<Answer<T>> {
    if (this.#lost !== null) return { fault: this.#lost };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Answer<T>>((resolve) => {
      timer = setTimeout(() => {
        // An answer that has arrived while this process was busy is read before this runs.
        setImmediate(() => {
          resolve({ fault: { reason: 'timeout', code: 'ETIMEDOUT' } });
        });
      }, ms);
    });
    const done = work().then(
      (value): Answer<T> => ({ value }),
      (error: unknown): Answer<T> => ({ fault: this.#faultOf(error) }),
    );
    const answer = await Promise.race([done, late]);
    clearTimeout(timer);
    if ('value' in answer || answer.fault.reason === 'refused') return answer;
    return { fault: this.#lose(answer.fault) };
  }

  /** @returns what it was lost by: everything that was under way fails for that reason */
  #lose(fault: Fault): Fault {
    if (this.#lost !== null) return this.#lost;
    this.#lost = fault;
    this.close();
    this.#onLost(fault);
    return fault;
  }

  #faultOf(error: unknown): Fault {
    if (error instanceof this.#driver.ErrorReply) {
      // The first word of an error reply is its code (RESP specification, "Simple errors").
      return { reason: 'refused', code: /^[A-Z]{1,32}(?= )/.exec(error.message)?.[0] ?? 'ERR' };
    }
    const code = (error as { code?: unknown } | null)?.code;
    return { reason: 'unreachable', code: typeof code === 'string' ? code : 'ECONNECTION' };
  }
}

/** A reply that Redis never gives to that command: something else sits there. */
class UnexpectedReply extends Error {
  readonly code = 'EPROTO';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
