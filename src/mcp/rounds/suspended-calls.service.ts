import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import type { ServerCall } from '../call-dispatcher.service.js';
import type { EndedCall } from '../call-ledger.js';
import type { ClientRequest } from '../client-request.js';
import { LimitedCalls } from '../limited-calls.service.js';
import { SessionStore } from '../sessions/session-store.js';
import { readAnswers } from './input-answers.js';
import { STATE_MS } from './round-seal.js';
import { SuspendedCall, type Suspension, type SuspensionOwner } from './suspended-call.js';

/** Calls that wait for a client's answers, of one key and in all: each holds a request to a server open. */
const MAX_PER_KEY = 32;
const MAX_CALLS = 1_024;

/** Calls that have been asked in their middle, by id. They live in this process. */
@Injectable()
export class SuspendedCalls implements SuspensionOwner {
  private readonly calls = new Map<string, SuspendedCall>();
  private readonly perKey = new Map<string, number>();
  private closed = false;

  constructor(
    private readonly limited: LimitedCalls,
    private readonly sessions: SessionStore,
  ) {
    sessions.onDrain(() => {
      this.close();
    });
  }

  /** The answer, or what the server asks first. @throws GatewayError what LimitedCalls throws */
  start(request: ClientRequest, call: ServerCall): Promise<EndedCall | Suspension> {
    const { declared, clientRequests } = call.server;
    if (declared === undefined || clientRequests === undefined) return this.limited.dispatch(request, call);
    const suspended = new SuspendedCall(request, this, Math.min(clientRequests.timeoutMs, STATE_MS));
    const { scope, principal } = suspended.request;
    // Nothing else ends it when its key is revoked.
    const { sessionless } = this.sessions;
    sessionless.add(scope, principal);
    suspended.run(
      this.limited.dispatch(suspended.request, call).finally(() => {
        scope.end();
        sessionless.delete(scope);
      }),
    );
    return suspended.wait(request);
  }

  /** @throws GatewayError invalid_params; what LimitedCalls throws */
  resume(request: ClientRequest, id: string): Promise<EndedCall | Suspension> {
    const call = this.calls.get(id);
    if (call === undefined) {
      const message =
        'The call that asked has ended, or waits in another process of the gateway: what a server of an older revision asks can only be ' +
        'answered where its call runs. Make the request again without requestState and inputResponses.';
      throw new GatewayError('invalid_params', message);
    }
    if (call.isAwaited) throw new GatewayError('invalid_params', 'Another request waits for this call already.');
    call.take(readAnswers(request.params.inputResponses, (name) => call.isAsked(name)));
    return call.wait(request);
  }

  admit(call: SuspendedCall): boolean {
    if (this.closed) return false;
    if (this.calls.has(call.id)) return true;
    const key = keyOf(call);
    const ofKey = this.perKey.get(key) ?? 0;
    if (ofKey >= MAX_PER_KEY || this.calls.size >= MAX_CALLS) return false;
    this.perKey.set(key, ofKey + 1);
    this.calls.set(call.id, call);
    return true;
  }

  forget(call: SuspendedCall): void {
    if (!this.calls.delete(call.id)) return;
    const key = keyOf(call);
    const left = (this.perKey.get(key) ?? 1) - 1;
    if (left === 0) this.perKey.delete(key);
    else this.perKey.set(key, left);
  }

  /** While the gateway drains no client can come back. Calls that a client waits for go on, and can ask no more. */
  private close(): void {
    this.closed = true;
    for (const call of [...this.calls.values()]) call.close();
  }
}

/** Tenants and key ids have no such character. */
function keyOf({ request: { principal } }: SuspendedCall): string {
  return `${principal.tenant}\u0000${principal.keyId}`;
}
