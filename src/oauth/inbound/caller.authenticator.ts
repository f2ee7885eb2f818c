import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { GatewayError } from '../../errors.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { ApiKeyAuthenticator, type Caller } from './api-key.authenticator.js';
import type { Peer } from './client-address.js';
import type { Credentials } from './credentials.js';
import { ProtectedResource } from './protected-resource.js';
import { TOKEN_KEY_ID } from './token-caller.js';
import { TokenAuthenticator } from './token.authenticator.js';

/**
 * The one door to who calls, whatever the credential is. An answer that is there at once is returned as it is: callers look whether they
 * got a promise, because a microtask on every request would be paid by those who never need one.
 */
@Injectable()
export class CallerAuthenticator {
  constructor(
    private readonly configStore: ConfigStore,
    private readonly keys: ApiKeyAuthenticator,
    private readonly tokens: TokenAuthenticator,
    private readonly resource: ProtectedResource,
  ) {}

  /**
   * @param peer where the credentials come from; without it, a key that is bound to addresses is refused
   * @throws AuthenticationError, InsufficientScopeError (or rejects with one of them, or with GatewayError overloaded)
   */
  authenticate(credentials: Credentials, peer?: Peer): Caller | Promise<Caller> {
    if (credentials.isToken === true && this.configStore.current().inboundOAuth !== null) {
      return this.tokens.authenticate(credentials);
    }
    return this.keys.authenticate(credentials, peer);
  }

  /**
   * A caller recognised a while ago as the config says now: the body of a request may take a minute to arrive.
   * @throws as `authenticate` (or rejects)
   */
  renew(caller: Caller, credentials: Credentials, peer?: Peer): Caller | Promise<Caller> {
    if (holdsToken(caller.principal)) return this.tokens.renew(caller, credentials);
    return this.keys.renew(caller, credentials, peer);
  }

  /** Whether a principal recognised earlier still stands in the current snapshot: revocation reaches calls under way and open streams. */
  isCurrent(principal: Principal): boolean {
    return holdsToken(principal) ? this.tokens.isCurrent(principal) : this.keys.isCurrent(principal);
  }

  /** What a principal may reach now; undefined = its credential is gone. */
  configOf(principal: Principal, asked: McpConfig): McpConfig | undefined {
    return holdsToken(principal) ? this.tokens.configOf(principal) : this.keys.configOf(principal, asked);
  }

  /** The same of who need not be the operator; null = the project has no config. */
  reachOf(principal: Principal): McpConfig | null | undefined {
    return holdsToken(principal) ? this.tokens.reachOf(principal) : this.keys.reachOf(principal);
  }

  /** What a refused caller is told to come with: the value of WWW-Authenticate. */
  challenge(error: GatewayError): string {
    return this.resource.challenge(error);
  }

  /** Everybody who may have something open now. */
  *callers(): Iterable<Caller> {
    yield* this.keys.callers();
    yield* this.tokens.callers();
  }
}

function holdsToken({ keyId }: Principal): boolean {
  return keyId.startsWith(TOKEN_KEY_ID);
}
