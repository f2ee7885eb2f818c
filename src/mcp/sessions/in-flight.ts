import { GatewayError } from '../../errors.js';
import type { RequestScope } from './request-scope.js';

/** JSON-RPC id of a client's request. */
export type RequestId = string | number;

/** Requests of one session at the same time. */
const MAX_IN_FLIGHT = 256;

/** The requests of a session that are under way, by the client's own id; "1" and 1 are two ids. Few at a time, so a list is searched. */
export class InFlight {
  private readonly ids: RequestId[] = [];
  private readonly scopes: RequestScope[] = [];

  get size(): number {
    return this.ids.length;
  }

  /** @throws GatewayError invalid_request when the id is in use, overloaded when the session has too much under way */
  add(id: RequestId, scope: RequestScope): void {
    if (this.ids.includes(id)) {
      throw new GatewayError('invalid_request', 'A request with this id is under way already.');
    }
    if (this.ids.length >= MAX_IN_FLIGHT) {
      const message = `This session has ${String(MAX_IN_FLIGHT)} requests under way. Wait for one to end.`;
      throw new GatewayError('overloaded', message, { retryable: true });
    }
    this.ids.push(id);
    this.scopes.push(scope);
  }

  get(id: RequestId): RequestScope | undefined {
    const index = this.ids.indexOf(id);
    return index < 0 ? undefined : this.scopes[index];
  }

  delete(id: RequestId): void {
    const index = this.ids.indexOf(id);
    if (index < 0) return;
    this.ids.splice(index, 1);
    this.scopes.splice(index, 1);
  }

  /** Ends what is under way with its session. */
  endAll(reason: string): void {
    for (const scope of [...this.scopes]) scope.endWithSession(reason);
  }
}
