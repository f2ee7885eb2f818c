import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { CheckLimit } from '../../guardrails/providers/remote-checks.js';

/** The providers' time ends before that of the whole check, so that a policy that fails open can do so. */
const MARGIN_MS = 50;

/** What is left of the time for one judgement. */
export class Limit {
  readonly #endsAt: number;
  readonly #signal: CancelSignal;

  constructor(ms: number, signal: CancelSignal) {
    this.#endsAt = performance.now() + ms - MARGIN_MS;
    this.#signal = signal;
  }

  left(): CheckLimit {
    return { ms: Math.max(1, this.#endsAt - performance.now()), signal: this.#signal };
  }
}
