import { GatewayError } from '../errors.js';
import { type AdminChange, adminLine } from './admin-change.js';
import type { AuditCopy } from './audit-copy.js';
import { auditLine, type AuditEvent } from './audit-event.js';
import { fileSink, lineSink } from './audit-file.js';
import { type AuditSettings, CHECKPOINT_MS, trailSettings } from './audit-settings.js';
import { AuditTrail } from './chain/audit-trail.js';
import { errorCode } from './error-code.js';
import { LineBuffer } from './line-buffer.js';
import type { LogOutput } from './logger.js';
import { within } from './within.js';

const FLUSH_MS = 80;
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
/** After a failed write; the same time as between two complaints would hide a full disk that was freed. */
const RETRY_MS = 1_000;
const COMPLAIN_EVERY_MS = 60_000;
const CLOSE_DEADLINE_MS = 2_000;
/** Whoever waits for a line to be on disk is told after this that it is not. */
const DURABLE_DEADLINE_MS = 5_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The audit log: one JSON line per decision (behaviour contract §4), kept in memory for at most `flushMs`, then given its place in a
 * signed chain (ADR 0019) and written in one piece. `record` never waits and never throws; what cannot be kept is counted, and the
 * count becomes a line once writing works.
 */
export class AuditLog {
  readonly #trail: AuditTrail;
  readonly #log: LogOutput;
  readonly #copies: readonly AuditCopy[];
  readonly #flushMs: number;
  readonly #checkpointMs: number;
  readonly #maxBacklogBytes: number;
  readonly #pending = new LineBuffer();
  /** Sealed lines on their way to the sink, or left over from a failed write. */
  #batch: Buffer | undefined;
  readonly #written = { bytes: 0 };
  /** Those who wait for lines that are pending, and for lines of the batch. */
  #waiting: Waiter[] = [];
  #batchWaiting: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  #checkpointTimer: NodeJS.Timeout | undefined;
  #checkpointNow = false;
  #writing: Promise<boolean> | undefined;
  #closed = false;
  #dropped = 0;
  #reportedDrops = 0;
  #failures = 0;
  #isFailing = false;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #stampMs = 0;
  #stamp = '';

  /** @param copies told of every line once it is written; the log closes them */
  constructor(settings: AuditSettings, log: LogOutput, copies: readonly AuditCopy[] = []) {
    const { path } = settings;
    this.#checkpointMs = settings.checkpointMs ?? CHECKPOINT_MS;
    this.#trail = new AuditTrail(
      trailSettings(settings),
      path === '-' ? lineSink(log.writeLine) : fileSink(path, settings),
      (reason) => {
        log.logger.warn(
          { event: 'audit_chain_not_kept', reason },
          'the folder of the audit log cannot be written: the next process begins a chain of its own',
        );
      },
    );
    this.#log = log;
    this.#copies = copies;
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

  /** State of the file and of the places it is copied to, for the health detail. */
  get status(): Readonly<Record<string, unknown>> {
    const copies = this.#copies.map((copy) => ({ to: copy.name, ...copy.status }));
    return { writable: !this.#isFailing, dropped: this.#dropped, copies };
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

  /** Takes an admin request that changed nothing: refused, or failed. Written later, as decisions are. */
  recordChange(event: AdminChange): void {
    if (this.#closed) this.#dropped++;
    else this.#append(adminLine(this.#now(), event));
  }

  /**
   * Takes an admin change and waits until its line is on disk. These lines are few and short, so the bound of the backlog does not hold
   * for them.
   * @throws GatewayError internal when the line is not on disk yet; it may still be written
   */
  async recordDurably(event: AdminChange): Promise<void> {
    if (this.#closed) {
      this.#dropped++;
      throw notOnDisk('closed');
    }
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#append(adminLine(this.#now(), event));
    void this.#write();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(notOnDisk('timeout'));
      }, DURABLE_DEADLINE_MS);
    });
    await Promise.race([done, deadline]).finally(() => {
      clearTimeout(timer);
    });
  }

  #append(line: string): void {
    this.#pending.append(line);
    if (this.#timer === undefined && this.#writing === undefined) this.#schedule(this.#flushMs);
  }

  /** Writes everything that waits. Resolves when it is written or an attempt has failed; never rejects. */
  async flush(): Promise<void> {
    while (await this.#write()) {
      const isEmpty = this.#pending.bytes === 0 && this.#batch === undefined && !this.#trail.hasNotes;
      if (isEmpty && this.#dropped === this.#reportedDrops) return;
    }
  }

  /** Flushes within two seconds, signs, and refuses further lines. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await within(CLOSE_DEADLINE_MS, this.#end());
    clearTimeout(this.#timer);
    clearTimeout(this.#checkpointTimer);
    const lostBytes = this.#pending.bytes + (this.#batch?.length ?? 0) - this.#written.bytes;
    if (lostBytes > 0) {
      this.#log.logger.error(
        { event: 'audit_lost_at_exit', bytes: lostBytes },
        'audit lines could not be written before exit',
      );
    }
    await Promise.all(this.#copies.map((copy) => copy.close()));
  }

  async #end(): Promise<void> {
    await this.flush();
    this.#checkpointNow = true;
    await this.flush();
    await this.#trail.close();
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
    clearTimeout(this.#timer);
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
      else if (this.#waiting.length > 0) this.#schedule(0);
      else if (this.#pending.bytes > 0 || this.#trail.hasNotes) this.#schedule(this.#flushMs);
      else if (this.#trail.isUnsigned) this.#signLater();
      return ok;
    });
    this.#writing = writing;
    return writing;
  }

  /** The last lines before a quiet time are signed as well. */
  #signLater(): void {
    if (this.#checkpointTimer !== undefined || this.#closed) return;
    this.#checkpointTimer = setTimeout(() => {
      this.#checkpointTimer = undefined;
      this.#checkpointNow = true;
      void this.#write();
    }, this.#checkpointMs);
    this.#checkpointTimer.unref();
  }

  async #writeBatch(): Promise<boolean> {
    try {
      if (this.#batch === undefined) {
        if (!this.#hasWork()) return true;
        await this.#trail.ready();
        this.#batch = this.#seal();
        if (this.#batch === undefined) return true;
      }
      await this.#trail.write(this.#batch, this.#written, this.#batchWaiting.length > 0);
    } catch (error) {
      this.#failures++;
      this.#isFailing = true;
      const waiters = [...this.#batchWaiting.splice(0), ...this.#waiting.splice(0)];
      for (const { reject } of waiters) reject(notOnDisk(errorCode(error) ?? 'unknown'));
      this.#complain(error);
      return false;
    }
    this.#isFailing = false;
    for (const copy of this.#copies) copy.offer(Buffer.from(this.#batch));
    this.#batch = undefined;
    this.#written.bytes = 0;
    for (const { resolve } of this.#batchWaiting.splice(0)) resolve();
    return true;
  }

  #hasWork(): boolean {
    const { bytes } = this.#pending;
    return bytes > 0 || this.#dropped > this.#reportedDrops || this.#checkpointNow || this.#trail.hasNotes;
  }

  /** The waiting lines, followed by lines that tell how many could not join them. */
  #seal(): Buffer | undefined {
    const time = this.#now();
    const lost = this.#dropped - this.#reportedDrops;
    if (lost > 0) this.#pending.append(`{"time":"${time}","event":"audit_dropped","count":${String(lost)}}\n`);
    this.#reportedDrops = this.#dropped;
    for (const copy of this.#copies) {
      const missed = copy.takeMissed();
      if (missed === 0) continue;
      const note = { time, event: 'audit_not_copied', to: copy.name, count: missed };
      this.#pending.append(`${JSON.stringify(note)}\n`);
    }
    const lines = this.#pending.bytes > 0 ? this.#pending.take() : undefined;
    const sealed = this.#trail.seal(lines, time, this.#checkpointNow);
    this.#checkpointNow = false;
    if (lines !== undefined) this.#pending.giveBack(lines);
    this.#batchWaiting.push(...this.#waiting.splice(0));
    return sealed;
  }

  #complain(error: unknown): void {
    const now = performance.now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    this.#log.logger.error(
      {
        event: 'audit_write_failed',
        reason: errorCode(error) ?? 'unknown',
        failures: this.#failures,
        dropped: this.#dropped,
      },
      'the audit log cannot be written; lines are kept in memory and dropped when the backlog is full',
    );
  }
}

function notOnDisk(reason: string): GatewayError {
  return new GatewayError('internal', `The record is not in the audit log yet (${reason}).`);
}
