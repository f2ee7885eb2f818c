import { randomBytes } from 'node:crypto';
import type { AuditSink } from '../audit-file.js';
import { checkpointText, type NextKey } from './checkpoint.js';
import { NO_LINE } from './chain-members.js';
import { ChainClaim, type ChainState } from './chain-claim.js';
import { ChainSealer } from './chain-sealer.js';
import { lastLineOf } from './file-tail.js';
import { isNoPlace, type KeySource } from './key-source.js';
import type { SigningKey } from './signing-key.js';
import { errorCode } from '../error-code.js';

export interface TrailSettings {
  /** The file; `-` = a stream, whose chains end with the process. */
  readonly path: string;
  readonly keys: KeySource;
  /** Lines between two checkpoints, and time between them when there are lines. */
  readonly checkpointLines: number;
  readonly checkpointMs: number;
}

/** Other processes see that this one lives; see ABANDONED_MS. */
const TOUCH_MS = 15_000;

/** Turns lines into links of a signed chain and has them written. Used by one writer at a time: calls must not overlap. */
export class AuditTrail {
  readonly #settings: TrailSettings;
  readonly #sink: AuditSink;
  readonly #onUnkept: (reason: string) => void;
  #claim: ChainClaim | null = null;
  #sealer: ChainSealer | undefined;
  #key: SigningKey | undefined;
  #signed = { seq: 0, atMs: 0 };
  #resumed = false;
  #touching: NodeJS.Timeout | undefined;

  /** @param onUnkept told when the chain cannot be gone on with by the next process, because its state has no place */
  constructor(settings: TrailSettings, sink: AuditSink, onUnkept: (reason: string) => void) {
    this.#settings = settings;
    this.#sink = sink;
    this.#onUnkept = onUnkept;
  }

  /** Whether there are lines that no checkpoint signs. */
  get isUnsigned(): boolean {
    return (this.#sealer?.head.seq ?? 0) > this.#signed.seq;
  }

  /** Whether something must be recorded about the file itself. */
  get hasNotes(): boolean {
    return this.#resumed || this.#sink.hasNotes;
  }

  /** To be called before `seal`. @throws what the system says */
  async ready(): Promise<void> {
    if (this.#claim !== null && !(await this.#claim.isHeld())) {
      await this.#claim.abandon();
      this.#claim = null;
      this.#sealer = undefined;
    }
    this.#sealer ??= await this.#begin();
    if (this.#key === undefined || this.#isDue()) this.#key = await this.#settings.keys.current();
  }

  /**
   * Lines with their place in the chain, notes before and a checkpoint behind them when one is due.
   * @param checkpoint whether to sign now
   * @returns bytes that are valid until the next call; undefined = there is nothing to write
   */
  seal(lines: Buffer | undefined, time: string, checkpoint: boolean): Buffer | undefined {
    if (this.#sealer === undefined) throw new Error('The trail is not ready.');
    const notes = this.#takeNotes(time);
    const isNothingNew = lines === undefined && notes === '' && !(checkpoint && this.isUnsigned);
    if (isNothingNew) return undefined;
    if (this.#sealer.head.seq === 0) this.#checkpoint(time);
    if (notes !== '') this.#sealer.seal(Buffer.from(notes, 'utf8'));
    if (lines !== undefined) this.#sealer.seal(lines);
    if (this.isUnsigned && (checkpoint || this.#isDue())) this.#checkpoint(time);
    return this.#sealer.take();
  }

  /** A checkpoint in which the key in use vouches for another one. */
  sealNextKey(next: NextKey, time: string): Buffer {
    this.#checkpoint(time, next);
    if (this.#sealer === undefined) throw new Error('The trail is not ready.');
    return this.#sealer.take();
  }

  /** @param sync also waits until the disk has it */
  async write(batch: Buffer, written: { bytes: number }, sync: boolean): Promise<void> {
    await this.#sink.append(batch, written, sync);
    // Behind the lines: a crash in between leaves a state that is too old, and `#begin` looks into the file.
    await this.#claim?.save(this.#state());
  }

  async close(): Promise<void> {
    clearInterval(this.#touching);
    const claim = this.#claim;
    this.#claim = null;
    if (claim === null) return;
    if (await claim.isHeld()) await claim.release(this.#state());
    else await claim.abandon();
  }

  async #begin(): Promise<ChainSealer> {
    const { path } = this.#settings;
    if (path !== '-') {
      try {
        this.#claim = await ChainClaim.take(`${path}.chains`);
      } catch (error) {
        if (!isNoPlace(error)) throw error;
        this.#onUnkept(errorCode(error) ?? 'unknown');
      }
    }
    if (this.#claim === null)
      return new ChainSealer({ chain: randomBytes(8).toString('hex'), seq: 0, digest: NO_LINE });
    return this.#resume(this.#claim);
  }

  async #resume(claim: ChainClaim): Promise<ChainSealer> {
    this.#touching ??= setInterval(() => void this.#claim?.touch(), TOUCH_MS).unref();
    const { state } = claim;
    this.#resumed = state.seq > 0 && !claim.wasClosed;
    this.#signed = { seq: state.signedSeq, atMs: state.signedAtMs };
    const later = claim.wasClosed ? null : await this.#lineAfter(state);
    return new ChainSealer(later ?? state);
  }

  /** What the writer before wrote without keeping that it did. It may have been rotated away since. */
  async #lineAfter({ chain, seq }: ChainState): ReturnType<typeof lastLineOf> {
    for (const file of await this.#sink.newestFiles()) {
      const later = await lastLineOf(file, chain, seq);
      if (later !== null) return later;
    }
    return null;
  }

  #takeNotes(time: string): string {
    const resumed = this.#resumed ? `{"time":"${time}","event":"audit_resumed","closed":false}\n` : '';
    this.#resumed = false;
    return resumed + this.#sink.takeNotes(time);
  }

  #isDue(): boolean {
    const { checkpointLines, checkpointMs } = this.#settings;
    const unsigned = (this.#sealer?.head.seq ?? 0) - this.#signed.seq;
    return unsigned >= checkpointLines || (unsigned > 0 && Date.now() - this.#signed.atMs >= checkpointMs);
  }

  #checkpoint(time: string, next?: NextKey): void {
    const [sealer, key] = [this.#sealer, this.#key];
    if (sealer === undefined || key === undefined) throw new Error('The trail is not ready.');
    sealer.sealComposed((part) => checkpointText(time, key, part, next));
    this.#signed = { seq: sealer.head.seq, atMs: Date.now() };
  }

  #state(): ChainState {
    const head = this.#sealer?.head ?? { chain: '', seq: 0, digest: NO_LINE };
    return { ...head, signedSeq: this.#signed.seq, signedAtMs: this.#signed.atMs };
  }
}
