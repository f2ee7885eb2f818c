import { Worker } from 'node:worker_threads';
import { GatewayError } from '../errors.js';
import type { CheckContext } from './check-context.js';
import type { CompiledPolicy } from './policy-compiler.js';
import type { ScanAnswer, ScanJob, ScanResult, ScanText } from './scan-job.js';

/** Policies a thread keeps built. */
const MAX_POLICIES = 64;
const HEAP_MB = 192;

interface Pending {
  readonly chars: number;
  readonly resolve: (result: ScanResult) => void;
  readonly reject: (error: GatewayError) => void;
}

/** Numbers of policies, for all threads. */
const numbers = new WeakMap<CompiledPolicy, number>();
let lastNumber = 0;

/** One scan thread and the jobs it was given. A thread that fails or hangs refuses them all, and is not used again. */
export class ScanWorker {
  isOver = false;
  /** Code units of text waiting or under way. */
  queuedChars = 0;
  readonly #worker: Worker;
  readonly #jobMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #known = new Set<number>();
  #lastJob = 0;
  #watch: NodeJS.Timeout | undefined;

  /** @param jobMs longest wait for one job, from the answer to the one before */
  constructor(file: URL, jobMs: number) {
    this.#jobMs = jobMs;
    this.#worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    // Waits for jobs do not keep the process up; jobs do.
    this.#worker.unref();
    this.#worker.on('message', (answer: ScanAnswer) => {
      this.#settle(answer);
    });
    this.#worker.on('error', (cause) => {
      this.#fail(cause);
    });
    this.#worker.on('exit', () => {
      this.#fail(undefined);
    });
  }

  /** @throws GatewayError guardrail_unavailable when a detector or the thread fails, or the time is up */
  scan(policy: CompiledPolicy, texts: readonly ScanText[], context: CheckContext): Promise<ScanResult> {
    return new Promise((resolve, reject) => {
      const chars = texts.reduce((sum, { text }) => sum + text.length, 0);
      const id = ++this.#lastJob;
      const { channel, server, tool } = context;
      this.#pending.set(id, { chars, resolve, reject });
      this.queuedChars += chars;
      this.#worker.ref();
      if (this.#pending.size === 1) this.#startWatch();
      const job: ScanJob = { id, ...this.#introduce(policy), context: { channel, server, tool }, texts };
      this.#worker.postMessage(job);
    });
  }

  /** Ends the thread; what it was given is refused. */
  async close(): Promise<void> {
    this.#fail(undefined);
    await this.#worker.terminate();
  }

  #introduce(policy: CompiledPolicy): Pick<ScanJob, 'policy' | 'detectors' | 'forgetsOthers'> {
    let number = numbers.get(policy);
    if (number === undefined) {
      number = ++lastNumber;
      numbers.set(policy, number);
    }
    if (this.#known.has(number)) return { policy: number, detectors: null, forgetsOthers: false };
    const forgetsOthers = this.#known.size === MAX_POLICIES;
    if (forgetsOthers) this.#known.clear();
    this.#known.add(number);
    return { policy: number, detectors: policy.options, forgetsOthers };
  }

  #settle(answer: ScanAnswer): void {
    const job = this.#pending.get(answer.id);
    if (job === undefined) return;
    this.#pending.delete(answer.id);
    this.queuedChars -= job.chars;
    this.#startWatch();
    if ('result' in answer) job.resolve(answer.result);
    else job.reject(new GatewayError('guardrail_unavailable', answer.failure));
  }

  #startWatch(): void {
    clearTimeout(this.#watch);
    if (this.#pending.size === 0) {
      this.#worker.unref();
      return;
    }
    this.#watch = setTimeout(() => {
      void this.close();
    }, this.#jobMs);
  }

  #fail(cause: unknown): void {
    this.isOver = true;
    clearTimeout(this.#watch);
    const message = 'The guardrail check broke off, so the call was refused.';
    for (const { reject } of this.#pending.values()) {
      reject(new GatewayError('guardrail_unavailable', message, { cause, retryable: true }));
    }
    this.#pending.clear();
    this.queuedChars = 0;
  }
}
