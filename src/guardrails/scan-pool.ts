import { availableParallelism } from 'node:os';
import type { OnApplicationShutdown } from '@nestjs/common';
import { GatewayError } from '../errors.js';
import type { CheckContext } from './check-context.js';
import type { CompiledPolicy } from './policy-compiler.js';
import type { ScanResult, ScanText } from './scan-job.js';
import { ScanWorker } from './scan-worker.js';

/** More text than this in the queue of a thread is checked on the main thread instead, in slices. */
const MAX_QUEUED_CHARS = 33_554_432;
/** Past every sensible `guardrail_timeout`: a thread that has not answered by then is stuck. */
const JOB_MS = 20_000;

/**
 * Threads for payloads past 64 Ki code units under policies with dear detectors, so that small calls do not wait beside them. They are
 * started when they are first needed; verdicts are those of the main thread (docs/adr/0013-large-payloads.md).
 */
export class ScanPool implements OnApplicationShutdown {
  readonly #workers: (ScanWorker | undefined)[] = Array.from({ length: availableParallelism() > 2 ? 2 : 1 });
  readonly #file: URL;
  readonly #jobMs: number;
  #isClosed = false;

  constructor(file = new URL('./scan-thread.js', import.meta.url), jobMs = JOB_MS) {
    this.#file = file;
    this.#jobMs = jobMs;
  }

  /** False when so much text waits already that the main thread is quicker, and after the end. */
  hasRoom(): boolean {
    return !this.#isClosed && this.#load(this.#leastBusy()) <= MAX_QUEUED_CHARS;
  }

  /**
   * The hits in the texts of a payload.
   * @throws GatewayError guardrail_unavailable when a detector or the thread fails, or after the end
   */
  async scan(policy: CompiledPolicy, texts: readonly ScanText[], context: CheckContext): Promise<ScanResult> {
    if (this.#isClosed) throw new GatewayError('guardrail_unavailable', 'The gateway is stopping.');
    const index = this.#leastBusy();
    const known = this.#workers[index];
    const worker = known === undefined || known.isOver ? new ScanWorker(this.#file, this.#jobMs) : known;
    this.#workers[index] = worker;
    return worker.scan(policy, texts, context);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#workers.map(async (worker) => worker?.close()));
  }

  #leastBusy(): number {
    let least = 0;
    for (const index of this.#workers.keys()) {
      if (this.#load(index) < this.#load(least)) least = index;
    }
    return least;
  }

  #load(index: number): number {
    const worker = this.#workers[index];
    return worker === undefined || worker.isOver ? 0 : worker.queuedChars;
  }
}
