import { randomInt } from 'node:crypto';
import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { ClientAsk, ClientAsks } from '../../contracts/client-end.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import { AskFailure } from './ask-failure.js';

/** Questions to one client at the same time; a person answers one after the other. */
const MAX_PENDING = 32;

interface Pending {
  readonly onProgress: ClientAsk['onProgress'];
  settle(body: UpstreamBody | AskFailure): void;
}

/** The questions that one client session has not answered, by ids of the gateway's hop. */
export class PendingAsks implements ClientAsks {
  readonly #pending = new Map<number, Pending>();
  /** By chance: a session may have questions of several replicas, and an answer may come to any of them. */
  #last = randomInt(2 ** 47);
  #closed = false;

  ask(ask: ClientAsk, signal: CancelSignal): Promise<UpstreamBody> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal(signal);
      if (refusal !== undefined) {
        reject(refusal);
        return;
      }
      const id = ++this.#last;
      if (!ask.notify(ask.method, ask.onProgress === undefined ? ask.params : withToken(ask.params, id), id)) {
        reject(new AskFailure('no_client'));
        return;
      }
      const giveUp = (failure: AskFailure): void => {
        pending.settle(failure);
        ask.notify('notifications/cancelled', { requestId: id, reason: failure.message });
      };
      const timer = setTimeout(() => {
        giveUp(new AskFailure('client_timeout'));
      }, ask.timeoutMs);
      const onAbort = (): void => {
        giveUp(reasonOf(signal));
      };
      const pending: Pending = {
        onProgress: ask.onProgress,
        settle: (body) => {
          if (!this.#pending.delete(id)) return;
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          if (body instanceof AskFailure) reject(body);
          else resolve(body);
        },
      };
      this.#pending.set(id, pending);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  answer(id: string | number, body: UpstreamBody): boolean {
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    pending?.settle(body);
    return pending !== undefined;
  }

  progress(token: unknown, params: Readonly<Record<string, unknown>>): void {
    if (typeof token === 'number') this.#pending.get(token)?.onProgress?.(params);
  }

  close(): void {
    this.#closed = true;
    for (const pending of [...this.#pending.values()]) pending.settle(new AskFailure('client_gone'));
  }

  #refusal(signal: CancelSignal): AskFailure | undefined {
    if (this.#closed) return new AskFailure('client_gone');
    if (signal.aborted) return reasonOf(signal);
    return this.#pending.size >= MAX_PENDING ? new AskFailure('too_many') : undefined;
  }
}

function reasonOf({ reason }: CancelSignal): AskFailure {
  return reason instanceof AskFailure ? reason : new AskFailure('cancelled');
}

/** The token of this hop in place of the server's. */
function withToken(params: ClientAsk['params'], progressToken: number): ClientAsk['params'] {
  const meta = params?._meta as Readonly<Record<string, unknown>> | undefined;
  return { ...params, _meta: { ...meta, progressToken } };
}
