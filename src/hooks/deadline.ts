import { GatewayError } from '../errors.js';

/** The end of a hook's time. Clients take a hook that does not answer in time as consent, so the answer comes before. */
export class Deadline {
  #endsAt: number;

  constructor(ms: number) {
    this.#endsAt = performance.now() + ms;
  }

  /** Moves the end forward to `ms` from now if that is earlier. */
  shorten(ms: number): void {
    this.#endsAt = Math.min(this.#endsAt, performance.now() + ms);
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** @throws GatewayError `guardrail_unavailable` when the work is not done in time; the work's own failure is passed on */
  async wait<T>(work: T | Promise<T>, what: string): Promise<T> {
    if (!(work instanceof Promise)) return work;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new GatewayError('guardrail_unavailable', `${what} took too long`, { retryable: true }));
      }, this.leftMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
