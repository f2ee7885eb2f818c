import type { Dispatcher } from 'undici';

/** A finished HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** What went wrong on the way: the answer is longer than allowed, ended early, or there was none. */
export type ExchangeFault = 'too_large' | 'broken_off' | 'unreachable';

/** Many small chunks cost far more memory than their bytes; a service that drips is cut off by number as well. */
const MAX_CHUNKS = 65_536;

/** One POST under way, as an undici handler: collects the body up to its limit and settles once. */
export class JsonExchange implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number;
  readonly #done: (answer: HttpAnswer) => void;
  readonly #fault: (fault: ExchangeFault, cause: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #bytes = 0;
  #isOver = false;

  constructor(
    maxBytes: number,
    done: (answer: HttpAnswer) => void,
    fault: (fault: ExchangeFault, cause: unknown) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#done = done;
    this.#fault = fault;
  }

  /** Cuts the connection; nothing is told any more. */
  abort(): void {
    this.#isOver = true;
    // Still in undici's queue when there is no controller: onRequestStart cuts it then.
    this.#controller?.abort(new Error('not wanted any more'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('not wanted any more'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status >= 200) this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes || this.#chunks.length >= MAX_CHUNKS) this.#fail('too_large', undefined);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done({ status: this.#status, body: Buffer.concat(this.#chunks, this.#bytes) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#status === 0 ? 'unreachable' : 'broken_off', error);
  }

  #fail(fault: ExchangeFault, cause: unknown): void {
    if (this.#isOver) return;
    this.abort();
    this.#fault(fault, cause);
  }
}
