import { Injectable } from '@nestjs/common';
import { isInView, viewOf } from '../../config/config-view.js';
import { offersOpen } from '../../config/tool-permission.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import type { ClientSession } from '../sessions/client-session.js';
import { configFor } from './declared-config.js';

/** What a session may hear of as the config is now. */
@Injectable()
export class SubscriptionReach {
  constructor(private readonly authenticator: CallerAuthenticator) {}

  /**
   * The server as the session reaches it; undefined = it does not, or its endpoint does not show the resource.
   * @param listed the URI or template by which the server lists it
   */
  of(session: ClientSession, serverName: string, listed: string): ServerEntry | undefined {
    const reached = this.authenticator.reachOf(session.principal);
    const config = reached == null ? undefined : viewOf(reached, session.view);
    if (config === undefined) return undefined;
    const server = configFor(config, session.declared).servers.get(serverName);
    if (server === undefined || !offersOpen(server)) return undefined;
    return isInView(config, server, 'resources', listed) ? server : undefined;
  }
}
