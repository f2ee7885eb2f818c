import type { Principal } from '../../contracts/principal.js';
import type { RequestScope } from './request-scope.js';

/** Requests under way that belong to no session (2026 era): nothing else ends them when their key is revoked. */
export class SessionlessRequests {
  private readonly running = new Map<RequestScope, Principal>();

  add(scope: RequestScope, principal: Principal): void {
    this.running.set(scope, principal);
  }

  delete(scope: RequestScope): void {
    this.running.delete(scope);
  }

  /** Ends every request that the test does not keep. */
  retain(keep: (principal: Principal) => boolean, reason: string): void {
    for (const [scope, principal] of this.running) if (!keep(principal)) scope.endWithSession(reason);
  }
}
