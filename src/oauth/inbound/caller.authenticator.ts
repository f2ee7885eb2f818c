import { Injectable } from '@nestjs/common';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { ApiKeyAuthenticator, type Caller } from './api-key.authenticator.js';
import type { Credentials } from './credentials.js';

/**
 * The one door to who calls, whatever the credential is. An answer that is there at once is returned as it is: callers look whether they
 * got a promise, because a microtask on every request would be paid by those who never need one.
 */
@Injectable()
export class CallerAuthenticator {
  constructor(private readonly keys: ApiKeyAuthenticator) {}

  /** @throws AuthenticationError (or rejects with it) */
  authenticate(credentials: Credentials): Caller | Promise<Caller> {
    return this.keys.authenticate(credentials);
  }

  /**
   * A caller recognised a while ago as the config says now: the body of a request may take a minute to arrive.
   * @throws AuthenticationError (or rejects with it)
   */
  renew(caller: Caller, credentials: Credentials): Caller | Promise<Caller> {
    return this.keys.renew(caller, credentials);
  }

  /** Whether a principal recognised earlier still stands in the current snapshot: revocation reaches calls under way and open streams. */
  isCurrent(principal: Principal): boolean {
    return this.keys.isCurrent(principal);
  }

  /** What a principal may reach now; undefined = its credential is gone. */
  configOf(principal: Principal, asked: McpConfig): McpConfig | undefined {
    return this.keys.configOf(principal, asked);
  }

  /** Everybody who may have something open now. */
  callers(): Iterable<Caller> {
    return this.keys.callers();
  }
}
