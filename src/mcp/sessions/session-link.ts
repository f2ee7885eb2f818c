import { CacheKeys } from '../../cache/cache-keys.js';
import { EntryCodec } from '../../cache/external/entry-codec.js';
import { deriveKeys, EntrySeal } from '../../cache/external/entry-seal.js';
import { type Answer, RedisConnection } from '../../cache/external/redis-connection.js';
import { loadRedisDriver, type RedisDriver } from '../../cache/external/redis-driver.js';
import type { Logger } from 'pino';
import type { ExternalCacheSettings } from '../../config/cache-settings.js';
import type { SessionRecord } from './session-record.js';

const WATCH_MS = 1000;
/** Larger ones are not sent: what they were about is lost to a client on another replica. */
const MAX_MESSAGE_CHARS = 1024 * 1024;

interface LinkParts {
  readonly driver: RedisDriver;
  readonly settings: ExternalCacheSettings;
  readonly keys: CacheKeys;
  readonly codec: EntryCodec;
  readonly log: Logger;
  /** A message of a replica, this one included. */
  readonly onMessage: (value: unknown) => void;
}

/**
 * What replicas share of sessions: records, and a channel on which all hear all. Two connections, because one that listens takes no other
 * command. No method waits longer than a command's deadline, and none rejects.
 */
export class SessionLink {
  #records: RedisConnection | null = null;
  #channel: RedisConnection | null = null;
  #told = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(private readonly parts: LinkParts) {}

  static async open(
    settings: ExternalCacheSettings,
    log: Logger,
    onMessage: LinkParts['onMessage'],
  ): Promise<SessionLink> {
    const driver = await loadRedisDriver();
    const derived = settings.secret === null ? null : deriveKeys(settings.secret);
    const keys = new CacheKeys(settings.prefix, derived?.names ?? null);
    const codec = new EntryCodec(derived === null ? null : new EntrySeal(derived.values));
    const link = new SessionLink({ driver, settings, keys, codec, log, onMessage });
    await link.#watch();
    return link;
  }

  get isUp(): boolean {
    return this.#records !== null && this.#channel !== null;
  }

  /** undefined = Redis cannot be asked; null = there is none. */
  async read(id: string): Promise<unknown> {
    const name = this.parts.keys.session(id);
    const answer = await this.#records?.read(name, 65_536);
    if (answer === undefined || 'fault' in answer) return undefined;
    return answer.value.length === 0 ? null : (this.parts.codec.decode(name, answer.value) ?? null);
  }

  async write(id: string, record: SessionRecord, ttlMs: number): Promise<boolean> {
    const name = this.parts.keys.session(id);
    const stored = this.parts.codec.encode(name, record)?.stored;
    return this.#isDone(await this.#records?.run(['SET', name, JSON.stringify(stored), 'PX', String(ttlMs)]));
  }

  async remove(id: string): Promise<boolean> {
    return this.#isDone(await this.#records?.run(['DEL', this.parts.keys.session(id)]));
  }

  async publish(message: object): Promise<boolean> {
    const channel = this.parts.keys.sessionChannel;
    const encoded = this.parts.codec.encode(channel, message);
    const text = encoded === null ? undefined : JSON.stringify(encoded.stored);
    if (text === undefined || text.length > MAX_MESSAGE_CHARS) return false;
    return this.#isDone(await this.#records?.run(['PUBLISH', channel, text]));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#records?.close();
    this.#channel?.close();
    this.#records = this.#channel = null;
  }

  #isDone(answer: Answer<unknown> | undefined): boolean {
    return answer !== undefined && 'value' in answer;
  }

  async #watch(): Promise<void> {
    this.#records ??= await this.#connect(() => (this.#records = null));
    if (this.#channel === null) {
      const channel = await this.#connect(() => (this.#channel = null));
      const { sessionChannel } = this.parts.keys;
      const answer = await channel?.subscribe(sessionChannel, (bytes) => {
        const message = this.parts.codec.decode(sessionChannel, bytes);
        if (message !== undefined) this.parts.onMessage(message);
      });
      if (this.#isDone(answer)) this.#channel = channel;
      else channel?.close();
    }
    // A connection that went silent ends by the deadline of this.
    await Promise.all([this.#records?.run(['PING']), this.#channel?.ping()]);
    this.#tell();
    if (this.#closed) this.close();
    else this.#timer = setTimeout(() => void this.#watch(), WATCH_MS).unref();
  }

  async #connect(lost: () => void): Promise<RedisConnection | null> {
    const opened = await RedisConnection.open(this.parts.driver, this.parts.settings, lost);
    return 'value' in opened ? opened.value : null;
  }

  #tell(): void {
    if (this.isUp !== this.#told || this.#closed) return;
    this.#told = !this.isUp;
    if (this.isUp) this.parts.log.info({ event: 'sessions_recovered' }, 'Sessions are shared over Redis again.');
    else {
      const text = 'Sessions cannot be shared over Redis: until they can, each goes on only where it is known.';
      this.parts.log.warn({ event: 'sessions_degraded' }, text);
    }
  }
}
