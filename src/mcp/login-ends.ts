import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CallSignal } from '../contracts/cancel-signal.js';
import { CallerAuthenticator } from '../oauth/inbound/caller.authenticator.js';
import { UpstreamLogins } from '../oauth/upstream/login/upstream-logins.js';
import { CatalogService } from './catalog/catalog.service.js';
import { SessionStore } from './sessions/session-store.js';

/** What follows a login at a server's authorization server: clients need not wait any more, and the server's tools can be listed. */
@Injectable()
export class LoginEnds implements OnModuleInit {
  constructor(
    private readonly logins: UpstreamLogins,
    private readonly sessions: SessionStore,
    private readonly authenticator: CallerAuthenticator,
    private readonly catalogs: CatalogService,
  ) {}

  onModuleInit(): void {
    this.logins.onEnd(({ principal, server }, elicitationId, { state }) => {
      if (state === 'done') this.done(principal.tenant, server, elicitationId);
    });
  }

  private done(tenant: string, serverName: string, elicitationId: string): void {
    for (const session of this.sessions.ofTenant(tenant)) {
      session.loginEnded(elicitationId);
      const server = this.authenticator.reachOf(session.principal)?.servers.get(serverName);
      // Of several that ask for the same, one discovers. A failure is kept, and shown to who asks next.
      if (server !== undefined) {
        this.catalogs.get(session.principal, server, new CallSignal()).catch(() => undefined);
      }
    }
  }
}
