import { type AdminChange, adminLine } from './admin-change.js';
import { auditLine, type AuditEvent } from './audit-event.js';
import { fileSink, lineSink, type AuditSink } from './audit-file.js';
import { LineBuffer } from './line-buffer.js';
import type { LogOutput } from './logger.js';
import { within } from './within.js';

export interface AuditSettings {
  /** File to append to; `-` = the log's own stream. */
  readonly path: string;
  /** Longest time a line waits in memory. */
  readonly flushMs?: number;
  /** Size of the backlog past which lines are dropped and counted. */
  readonly maxBacklogBytes?: number;
}

const FLUSH_MS = 80;
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
/** After a failed write; the same time as between two complaints would hide a full disk that was freed. */
const RETRY_MS = 1_000;
const COMPLAIN_EVERY_MS = 60_000;
const CLOSE_DEADLINE_MS = 2_000;

/**
 * The audit log: one JSON line per decision (behaviour contract §4), kept in memory for at most `flushMs` and written in one piece.
 * `record` never waits and never throws; what cannot be kept is counted, and the count becomes a line once writing works.
 */
export class AuditLog {
  readonly #sink: AuditSink;
  readonly #log: LogOutput;
  readonly #flushMs: number;
  readonly #maxBacklogBytes: number;
  readonly #pending = new LineBuffer();
  /** A batch on its way to the sink, or left over from a failed write. */
  #batch: Buffer | undefined;
  readonly #written = { bytes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<boolean> | undefined;
  #closed = false;
  #dropped = 0;
  #reportedDrops = 0;
  #failures = 0;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #stampMs = 0;
  #stamp = '';

  constructor(settings: AuditSettings, log: LogOutput) {
    this.#sink = settings.path === '-' ? lineSink(log.writeLine) : fileSink(settings.path);
    this.#log = log;
    this.#flushMs = settings.flushMs ?? FLUSH_MS;
    this.#maxBacklogBytes = settings.maxBacklogBytes ?? MAX_BACKLOG_BYTES;
  }

  /** Lines lost since the start: no room in the backlog, or recorded after `close`. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Failed attempts to write; nothing is lost by one of them. */
  get writeFailures(): number {
    return this.#failures;
  }

  /** Takes one decision. Costs about a microsecond; the write happens later. */
  record(event: AuditEvent): void {
    if (!this.hasRoom) {
      this.#dropped++;
      return;
    }
    this.#append(auditLine(this.#now(), event));
  }

  /** False once it is closed, and while the backlog is full. */
  get hasRoom(): boolean {
    return !this.#closed && this.#pending.bytes + (this.#batch?.length ?? 0) <= this.#maxBacklogBytes;
  }

  /**
   * Takes what became of an admin change. Asked for room before the change, it has room after it: these lines are few and short, so the
   * bound of the backlog does not hold for them.
   */
  recordChange(event: AdminChange): void {
    if (this.#closed) this.#dropped++;
    else this.#append(adminLine(this.#now(), event));
  }

  #append(line: string): void {
    this.#pending.append(line);
    if (this.#timer === undefined && this.#writing === undefined) this.#schedule(this.#flushMs);
  }

  /** Writes everything that waits. Resolves when it is written or an attempt has failed; never rejects. */
  async flush(): Promise<void> {
    while (await this.#write()) {
      if (this.#pending.bytes === 0 && this.#batch === undefined && this.#dropped === this.#reportedDrops) return;
    }
  }

  /** Flushes within two seconds and refuses further lines. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await within(CLOSE_DEADLINE_MS, this.flush());
    clearTimeout(this.#timer);
    const lostBytes = this.#pending.bytes + (this.#batch?.length ?? 0) - this.#written.bytes;
    if (lostBytes > 0) {
      this.#log.logger.error(
        { event: 'audit_lost_at_exit', bytes: lostBytes },
        'audit lines could not be written before exit',
      );
    }
  }

  /** ISO time, made once per millisecond. */
  #now(): string {
    const ms = Date.now();
    if (ms !== this.#stampMs) {
      this.#stampMs = ms;
      this.#stamp = new Date(ms).toISOString();
    }
    return this.#stamp;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      void this.#write();
    }, ms);
    this.#timer.unref();
  }

  /** Single-flight: a second caller gets the write that is under way. */
  #write(): Promise<boolean> {
    if (this.#writing !== undefined) return this.#writing;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const writing = this.#writeBatch().then((ok) => {
      this.#writing = undefined;
      if (!ok) this.#schedule(RETRY_MS);
      else if (this.#pending.bytes > 0) this.#schedule(this.#flushMs);
      return ok;
    });
    this.#writing = writing;
    return writing;
  }

  async #writeBatch(): Promise<boolean> {
    const batch = this.#batch ?? this.#takePending();
    if (batch === undefined) return true;
    this.#batch = batch;
    try {
      await this.#sink.append(batch, this.#written);
    } catch (error) {
      this.#failures++;
      this.#complain(error);
      return false;
    }
    this.#batch = undefined;
    this.#pending.giveBack(batch);
    this.#written.bytes = 0;
    return true;
  }

  /** The waiting lines, followed by a line that tells how many could not join them. */
  #takePending(): Buffer | undefined {
    const lost = this.#dropped - this.#reportedDrops;
    if (this.#pending.bytes === 0 && lost === 0) return undefined;
    if (lost > 0) this.#pending.append(`{"time":"${this.#now()}","event":"audit_dropped","count":${String(lost)}}\n`);
    this.#reportedDrops = this.#dropped;
    return this.#pending.take();
  }

  #complain(error: unknown): void {
    const now = performance.now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    const reason = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    this.#log.logger.error(
      { event: 'audit_write_failed', reason, failures: this.#failures, dropped: this.#dropped },
      'the audit log cannot be written; lines are kept in memory and dropped when the backlog is full',
    );
  }
}
