import { GatewayError } from '../../errors.js';

/** Life of one client request: one abort signal, fed by its deadline, by the client's cancel and by shutdown. */
export class RequestScope {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Starts (or starts again, for the next call of a batch) the deadline. */
  arm(timeoutMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.controller.abort(
        new GatewayError('upstream_timeout', `The tool did not answer within ${String(timeoutMs / 1000)} s.`, {
          retryable: true,
        }),
      );
    }, timeoutMs);
  }

  cancel(reason: string): void {
    if (!this.controller.signal.aborted) this.controller.abort(new GatewayError('cancelled', reason));
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
