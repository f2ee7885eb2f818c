import { randomBytes } from 'node:crypto';
import { type EventRoom, StreamLog } from './stream-log.js';

const MAX_STREAMS = 64;
const MAX_SESSION_BYTES = 4 * 1024 * 1024;
const MAX_KEY_BYTES = 32 * 1024 * 1024;
/** How long a client may take to come back for the rest of a stream that has ended. */
const ENDED_TTL_MS = 5 * 60_000;
const STANDING = 's';

/** Bytes of events of all sessions of one key: a key that fills its share forgets its own events. */
export class KeyShare {
  bytes = 0;
}

/** What a Last-Event-ID names. */
export interface Resumption {
  readonly log: StreamLog;
  /** undefined = what the client has is not known here. */
  readonly after: number | undefined;
}

/** Events of one session's streams (2025-11-25, "Resumability and Redelivery"). Made when its first stream starts. */
export class EventStore implements EventRoom {
  private readonly logs = new Map<string, StreamLog>();
  /** Not the same in another process, nor after a restart: its ids mean other events. */
  private readonly standingName = `${STANDING}.${randomBytes(6).toString('base64url')}`;
  private bytes = 0;

  constructor(private readonly share: KeyShare) {}

  /** The log of one POST's stream. */
  open(): StreamLog {
    if (this.logs.size >= MAX_STREAMS) this.forgetOneStream();
    return this.add(randomBytes(9).toString('base64url'));
  }

  /** The log of the session's standing stream, which lives as long as the session. */
  standing(): StreamLog {
    return this.logs.get(this.standingName) ?? this.add(this.standingName);
  }

  /** Only ever looks at this session's streams; undefined = there is no such stream (any more). */
  find(eventId: string): Resumption | undefined {
    const [, name = '', seq] = /^([\w.-]{1,64})-(\d{1,15})$/.exec(eventId) ?? [];
    const log = this.logs.get(name);
    if (log !== undefined) return { log, after: Number(seq) };
    // Of the standing stream as another replica had it.
    return name.startsWith(`${STANDING}.`) ? { log: this.standing(), after: undefined } : undefined;
  }

  expire(now: number): void {
    for (const log of this.logs.values()) {
      if (log.endedAt !== undefined && log.endedAt + ENDED_TTL_MS <= now) this.forget(log);
    }
  }

  clear(): void {
    for (const log of [...this.logs.values()]) {
      log.end();
      this.forget(log);
    }
  }

  reserve(bytes: number): boolean {
    while (this.bytes + bytes > MAX_SESSION_BYTES || this.share.bytes + bytes > MAX_KEY_BYTES) {
      if (![...this.logs.values()].some((log) => log.forgetOldest())) return false;
    }
    this.bytes += bytes;
    this.share.bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
    this.share.bytes -= bytes;
  }

  private add(name: string): StreamLog {
    const log = new StreamLog(name, this);
    this.logs.set(name, log);
    return log;
  }

  /** The oldest that has ended, or else the oldest of those that nobody could miss: the standing one stays. */
  private forgetOneStream(): void {
    const all = [...this.logs.values()].filter(({ name }) => name !== this.standingName);
    const oldest = all.find(({ endedAt }) => endedAt !== undefined) ?? all[0];
    if (oldest !== undefined) this.forget(oldest);
  }

  private forget(log: StreamLog): void {
    log.forgetAll();
    this.logs.delete(log.name);
  }
}
