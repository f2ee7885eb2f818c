import { randomBytes } from 'node:crypto';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import { RedisConnection } from '../../cache/external/redis-connection.js';
import { loadRedisDriver } from '../../cache/external/redis-driver.js';
import { readStoredToken, type StoredToken } from './stored-token.js';
import { ForeignEntry, type TokenVault, VaultFault } from './token-vault.js';
import type { VaultSeal } from './vault-seal.js';

/** A login is kept for half a year after its last refresh. */
const REFRESHABLE_MS = 180 * 86_400_000;
/** Longer than any work in a turn takes; a replica that died in its turn keeps the others waiting for that long. */
const TURN_MS = 60_000;
/** How long a replica waits for its turn, and how often it asks. */
const PATIENCE_MS = 15_000;
const ASK_MS = 25;
/** After a failure to connect, callers fail at once for this long. */
const PAUSE_MS = 1_000;
/** Ends a turn, unless it has become another replica's. */
const END_TURN = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/** GETDEL, for servers that are older than it. */
const TAKE = "local value = redis.call('get', KEYS[1]) if value then redis.call('del', KEYS[1]) end return value";

/** Tokens in Redis for all replicas, sealed. A Redis that cannot be asked is a fault: whoever needs a login is not called meanwhile. */
export class RedisVault implements TokenVault {
  readonly shared = true;
  readonly #settings: ExternalCacheSettings;
  readonly #seal: VaultSeal;
  #connection: Promise<RedisConnection> | null = null;
  #failedAt = -Infinity;
  #closed = false;

  constructor(settings: ExternalCacheSettings, seal: VaultSeal) {
    this.#settings = settings;
    this.#seal = seal;
  }

  async read(key: string): Promise<StoredToken | null> {
    const name = this.#seal.name(key);
    const text = this.#opened(name, await this.#ask(['GET', this.#entry(name)]));
    if (text === null) return null;
    const token = readStoredToken(text);
    if (token === null) throw new ForeignEntry();
    return token;
  }

  async write(key: string, token: StoredToken): Promise<void> {
    const name = this.#seal.name(key);
    const ttlMs = token.refreshToken === null ? Math.max(1, Math.ceil(token.lifeMs)) : REFRESHABLE_MS;
    await this.#ask(['SET', this.#entry(name), this.#seal.seal(name, JSON.stringify(token)), 'PX', String(ttlMs)]);
  }

  async remove(key: string): Promise<void> {
    await this.#ask(['DEL', this.#entry(this.#seal.name(key))]);
  }

  async keep(key: string, text: string, lifeMs: number): Promise<void> {
    const name = this.#seal.name(key);
    await this.#ask(['SET', this.#entry(name), this.#seal.seal(name, text), 'PX', String(Math.ceil(lifeMs))]);
  }

  async look(key: string): Promise<string | null> {
    const name = this.#seal.name(key);
    return this.#opened(name, await this.#ask(['GET', this.#entry(name)]));
  }

  async take(key: string): Promise<string | null> {
    const name = this.#seal.name(key);
    return this.#opened(name, await this.#ask(['EVAL', TAKE, '1', this.#entry(name)]));
  }

  async alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = `${this.#settings.prefix}:token-turn:${this.#seal.name(key)}`;
    const mark = randomBytes(16).toString('hex');
    await this.#awaitTurn(turn, mark);
    try {
      return await work();
    } finally {
      // A turn that cannot be ended ends by itself.
      await this.#ask(['EVAL', END_TURN, '1', turn, mark]).catch(() => undefined);
    }
  }

  close(): void {
    this.#closed = true;
    void this.#connection?.then(
      (connection) => {
        connection.close();
      },
      () => undefined,
    );
  }

  async #awaitTurn(turn: string, mark: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await this.#ask(['SET', turn, mark, 'NX', 'PX', String(TURN_MS)])) === null) {
      if (performance.now() > deadline)
        throw new VaultFault('another replica has been renewing this token for too long');
      await new Promise((resolve) => setTimeout(resolve, ASK_MS * (1 + Math.random())));
    }
  }

  /** @throws VaultFault for what was not sealed here, or under another name */
  #opened(name: string, sealed: unknown): string | null {
    if (sealed === null) return null;
    const text = typeof sealed === 'string' ? this.#seal.open(name, sealed) : null;
    if (text === null) throw new ForeignEntry();
    return text;
  }

  #entry(name: string): string {
    return `${this.#settings.prefix}:token:${name}`;
  }

  /** @throws VaultFault */
  async #ask(command: readonly string[]): Promise<unknown> {
    const connection = await this.#connected();
    const answer = await connection.ask(command);
    if ('value' in answer) return answer.value;
    throw new VaultFault(`the token vault could not be asked (${answer.fault.code})`);
  }

  #connected(): Promise<RedisConnection> {
    if (this.#closed) return Promise.reject(new VaultFault('the token vault is closed'));
    this.#connection ??= this.#connect().catch((error: unknown) => {
      this.#connection = null;
      throw error;
    });
    return this.#connection;
  }

  async #connect(): Promise<RedisConnection> {
    if (performance.now() - this.#failedAt < PAUSE_MS) throw new VaultFault('the token vault cannot be reached');
    const driver = await loadRedisDriver();
    const opened = await RedisConnection.open(driver, this.#settings, () => {
      this.#connection = null;
    });
    if ('value' in opened) return opened.value;
    this.#failedAt = performance.now();
    throw new VaultFault(`the token vault cannot be reached (${opened.fault.code})`);
  }
}
