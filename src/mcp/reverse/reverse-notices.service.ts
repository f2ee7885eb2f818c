import { Injectable } from '@nestjs/common';
import type { ClientSession } from '../sessions/client-session.js';
import { UpstreamPool } from '../upstream/pool.js';
import { ASKS } from './client-capabilities.js';

/** What a client tells without being asked, and servers are to hear. */
@Injectable()
export class ReverseNotices {
  constructor(private readonly pool: UpstreamPool) {}

  /** Unknown ones are ignored, as JSON-RPC asks. */
  take(session: ClientSession, method: string, params: Readonly<Record<string, unknown>>): void {
    if (session.declared === 0) return;
    if (method === 'notifications/progress') session.asks?.progress(params.progressToken, params);
    else if (method === 'notifications/roots/list_changed') this.rootsChanged(session);
  }

  /** To the servers that were told that they would hear of it, on this session's own links. */
  private rootsChanged({ id, principal }: ClientSession): void {
    for (const link of this.pool.linksOf(principal.tenant, id)) {
      if (link.clientSessionId !== id || ((link.server.declared?.bits ?? 0) & ASKS.rootsChanged) === 0) continue;
      link.session.notify('notifications/roots/list_changed');
    }
  }
}
