import { within } from './within.js';
import { errorCode } from './error-code.js';

/** Lines on their way to a second place, beside the file. */
export interface CopyTarget {
  /** Such as `postgres`; in metrics, health and records. */
  readonly name: string;
  /**
   * Takes whole lines, as they stand in the file. Told the same lines again after a failure, and must then not keep them twice.
   * @throws whatever went wrong
   */
  deliver(lines: readonly Buffer[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface CopySettings {
  readonly maxBacklogBytes?: number;
  readonly retryMs?: number;
  readonly deadlineMs?: number;
  /** Told of every failed attempt, and of lines that will not come. */
  readonly onFailure?: (name: string, reason: string) => void;
  readonly onMissed?: (name: string, lines: number) => void;
}

const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 1_000;
const DEADLINE_MS = 5_000;
const MAX_LINES = 1_000;
const CLOSE_MS = 2_000;
const LINE_FEED = 0x0a;

/**
 * Carries lines that are in the file to one more place. Nobody waits for it: while the place is away lines wait here, up to a bound, and
 * what does not fit is counted; the count becomes a record, so that the gap in the copy is explained by the file.
 */
export class AuditCopy {
  readonly #target: CopyTarget;
  readonly #settings: CopySettings;
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  #missed = 0;
  #unreported = 0;
  #isFailing = false;
  #working: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(target: CopyTarget, settings: CopySettings = {}) {
    this.#target = target;
    this.#settings = settings;
  }

  get name(): string {
    return this.#target.name;
  }

  get status(): Readonly<Record<string, unknown>> {
    return { reachable: !this.#isFailing, waiting_bytes: this.#backlogBytes, missed: this.#missed };
  }

  /** @param batch lines with their line feeds, owned by the copy from now on */
  offer(batch: Buffer): void {
    const lines = linesOf(batch);
    const isTooMuch = this.#backlogBytes + batch.length > (this.#settings.maxBacklogBytes ?? MAX_BACKLOG_BYTES);
    if (isTooMuch || this.#closed) {
      this.#miss(lines.length);
      return;
    }
    this.#backlog.push(...lines);
    this.#backlogBytes += batch.length;
    if (this.#timer === undefined) this.#work();
  }

  /** Lines that will never be copied, each counted once. */
  takeMissed(): number {
    const count = this.#unreported;
    this.#unreported = 0;
    return count;
  }

  /** Delivers what waits, within two seconds. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work();
    await within(CLOSE_MS, this.#working ?? Promise.resolve());
    if (this.#backlog.length > 0) this.#miss(this.#backlog.length);
    await within(CLOSE_MS, this.#target.close());
  }

  #miss(lines: number): void {
    this.#missed += lines;
    this.#unreported += lines;
    this.#settings.onMissed?.(this.name, lines);
  }

  #work(): void {
    this.#working ??= this.#deliverAll().finally(() => {
      this.#working = undefined;
    });
  }

  async #deliverAll(): Promise<void> {
    while (this.#backlog.length > 0) {
      const lines = this.#backlog.slice(0, MAX_LINES);
      try {
        await this.#target.deliver(lines, AbortSignal.timeout(this.#settings.deadlineMs ?? DEADLINE_MS));
      } catch (error) {
        this.#failed(error);
        return;
      }
      this.#isFailing = false;
      this.#backlog.splice(0, lines.length);
      this.#backlogBytes -= lines.reduce((sum, line) => sum + line.length + 1, 0);
    }
  }

  #failed(error: unknown): void {
    this.#isFailing = true;
    this.#settings.onFailure?.(this.name, errorCode(error) ?? 'failed');
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, this.#settings.retryMs ?? RETRY_MS);
    this.#timer.unref();
  }
}

function linesOf(batch: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < batch.length;) {
    const end = batch.indexOf(LINE_FEED, from);
    lines.push(batch.subarray(from, end));
    from = end + 1;
  }
  return lines;
}
