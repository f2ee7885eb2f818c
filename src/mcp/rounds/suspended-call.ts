import { randomUUID } from 'node:crypto';
import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { ClientAsk, ClientAsks } from '../../contracts/client-end.js';
import type { UpstreamBody } from '../../contracts/upstream-body.js';
import { toGatewayError } from '../../errors.js';
import type { EndedCall } from '../call-ledger.js';
import type { ClientRequest } from '../client-request.js';
import { AskFailure } from '../reverse/ask-failure.js';
import type { InputRequest } from '../reverse/server-round.js';
import { RequestScope } from '../sessions/request-scope.js';

type Params = Readonly<Record<string, unknown>>;
/** A call that waits. */
export interface Suspension {
  readonly id: string;
  /** What its server asks, by the gateway's names. */
  readonly questions: ReadonlyMap<string, InputRequest>;
}

/** Questions of one call at the same time. */
const MAX_QUESTIONS = 16;
/** How long an answer is kept for a client that is away. */
const HELD_MS = 60_000;

interface Question {
  readonly asked: InputRequest;
  settle(body: UpstreamBody | AskFailure): void;
}

/** Whoever keeps a call that waits. */
export interface SuspensionOwner {
  /** False = no more calls can wait. Asked before the first question and each later one. */
  admit(call: SuspendedCall): boolean;
  /** Nobody can come back to it any more. */
  forget(call: SuspendedCall): void;
}

/**
 * A call of a client of the stateless era to a server that asks in its middle. It lives longer than the request that began it: the
 * client gets the questions as a result and comes back with the answers, and the call goes on where it stood.
 */
export class SuspendedCall implements ClientAsks {
  readonly id = randomUUID();
  /** The first request, as the call sees it: with a life of its own, and with whoever waits at the moment for its stream. */
  readonly request: ClientRequest;
  readonly #scope: RequestScope;
  readonly #owner: SuspensionOwner;
  readonly #answerMs: number;
  readonly #questions = new Map<string, Question>();
  #asked = 0;
  #client: ClientRequest | undefined;
  #outcome: Promise<EndedCall> | undefined;
  #isOver = false;
  #wake: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param answerMs how long a client may be away */
  constructor(first: ClientRequest, owner: SuspensionOwner, answerMs: number) {
    this.#owner = owner;
    this.#answerMs = answerMs;
    this.#scope = new RequestScope(first.scope.arrival);
    this.request = {
      ...first,
      scope: this.#scope,
      asks: this,
      stream: undefined,
      notify: (method, params, id) => this.#client?.notify?.(method, params, id) ?? false,
      onProgress: first.onProgress && ((progress) => this.#client?.onProgress?.(progress)),
    };
  }

  get isAwaited(): boolean {
    return this.#client !== undefined;
  }

  /** @param outcome of the call, whoever waits for it */
  run(outcome: Promise<EndedCall>): void {
    this.#outcome = outcome;
    const onEnd = (): void => {
      this.#isOver = true;
      clearTimeout(this.#timer);
      // With a client that waits it is delivered at once; else it is kept for a while.
      if (this.#client !== undefined) this.#owner.forget(this);
      else
        this.#timer = setTimeout(() => {
          this.#owner.forget(this);
        }, HELD_MS).unref();
    };
    outcome.then(onEnd, onEnd);
  }

  /**
   * The answer of the call, or what its server asks first. Whoever waits may cancel the call.
   * @throws GatewayError what the call throws
   */
  async wait(client: ClientRequest): Promise<EndedCall | Suspension> {
    const { signal } = client.scope;
    const onAbort = (): void => {
      const { code, message } = toGatewayError(signal.reason);
      if (code === 'session_unknown') this.#scope.endWithSession(message);
      else this.#scope.cancel(message);
    };
    clearTimeout(this.#timer);
    this.#client = client;
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        const ended = await Promise.race([this.#outcome, this.#nextQuestion()]);
        if (ended !== undefined) return ended;
        if (this.#questions.size > 0) return this.#suspended();
      }
    } finally {
      this.#client = undefined;
      signal.removeEventListener('abort', onAbort);
      if (this.#isOver) this.#owner.forget(this);
    }
  }

  isAsked(name: string): boolean {
    return this.#questions.has(name);
  }

  take(answers: ReadonlyMap<string, Params>): void {
    for (const [name, result] of answers) this.#questions.get(name)?.settle({ kind: 'result', result });
  }

  ask({ method, params }: ClientAsk, signal: CancelSignal): Promise<UpstreamBody> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      if (this.#questions.size >= MAX_QUESTIONS || !this.#owner.admit(this)) {
        reject(new AskFailure('too_many'));
        return;
      }
      const name = `request-${String(++this.#asked)}`;
      const onAbort = (): void => {
        question.settle(reasonOf(signal));
      };
      const question: Question = {
        asked: { method, params: modernParams(params) },
        settle: (body) => {
          if (!this.#questions.delete(name)) return;
          signal.removeEventListener('abort', onAbort);
          if (body instanceof AskFailure) reject(body);
          else resolve(body);
        },
      };
      this.#questions.set(name, question);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#wake?.();
    });
  }

  /** Answers come with requests of their own. */
  answer(): boolean {
    return false;
  }

  progress(): void {
    return;
  }

  /** Ends the call, unless somebody waits for it. */
  close(): void {
    if (this.#client === undefined) this.#end(new AskFailure('client_gone'), 'The gateway is shutting down.');
  }

  #nextQuestion(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#wake = () => {
        resolve(undefined);
      };
      if (this.#questions.size > 0) resolve(undefined);
    });
  }

  #suspended(): Suspension {
    this.#timer = setTimeout(() => {
      this.#end(new AskFailure('client_timeout'), 'The client did not answer in time.');
    }, this.#answerMs);
    const questions = new Map([...this.#questions].map(([name, { asked }]) => [name, asked]));
    return { id: this.id, questions };
  }

  #end(failure: AskFailure, reason: string): void {
    clearTimeout(this.#timer);
    this.#owner.forget(this);
    for (const question of [...this.#questions.values()]) question.settle(failure);
    this.#scope.cancel(reason);
  }
}

function reasonOf({ reason }: CancelSignal): AskFailure {
  return reason instanceof AskFailure ? reason : new AskFailure('cancelled');
}

/** Members of the older revision's params that are of its hop, or that the newer one has not. */
const OF_THE_OLD_HOP = ['_meta', 'elicitationId', 'task'] as const;

function modernParams(params: Params | undefined): Params | undefined {
  if (params === undefined) return undefined;
  const kept = { ...params };
  for (const name of OF_THE_OLD_HOP) Reflect.deleteProperty(kept, name);
  return kept;
}
