/**
 * The part of an AbortSignal that the relay needs; every AbortSignal is one. Calls carry a `CallSignal` instead of the platform's:
 * with an AbortController per call, Node's event-target objects were a tenth of the CPU of a whole call (docs/adr/0008).
 */
export interface CancelSignal {
  readonly aborted: boolean;
  /** A GatewayError when the gateway aborted it. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal that its owner can abort, once; listeners run in the order they were added and are then forgotten. */
export class CallSignal implements CancelSignal {
  aborted = false;
  reason: unknown = undefined;
  /** One listener is the rule, so it needs no list. */
  private first: (() => void) | undefined;
  private more: (() => void)[] | undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.aborted) return;
    if (this.first === undefined) this.first = listener;
    else (this.more ??= []).push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.first === listener) {
      this.first = this.more?.shift();
      return;
    }
    const index = this.more?.indexOf(listener) ?? -1;
    if (index >= 0) this.more?.splice(index, 1);
  }

  /** Does nothing the second time. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.first === undefined ? [] : [this.first, ...(this.more ?? [])];
    this.first = undefined;
    this.more = undefined;
    let failure: { readonly error: unknown } | undefined;
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // The others have to hear of the end as well.
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
  }
}
