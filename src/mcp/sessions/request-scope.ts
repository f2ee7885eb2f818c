import { type CancelSignal, CallSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';

/** Life of one client request: one signal, fed by its deadline, by the client's cancel and by shutdown. */
export class RequestScope {
  private readonly abortable = new CallSignal();
  private timer: NodeJS.Timeout | undefined;

  get signal(): CancelSignal {
    return this.abortable;
  }

  /** Starts (or starts again, for the next call of a batch) the deadline. */
  arm(timeoutMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const message = `The tool did not answer within ${String(timeoutMs / 1000)} s.`;
      this.abortable.abort(new GatewayError('upstream_timeout', message, { retryable: true }));
    }, timeoutMs);
  }

  cancel(reason: string): void {
    this.abortable.abort(new GatewayError('cancelled', reason));
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
