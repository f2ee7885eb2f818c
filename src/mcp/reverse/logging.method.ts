import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import type { ClientRequest } from '../client-request.js';
import type { MethodResult } from '../rpc-response.js';
import { SessionStore } from '../sessions/session-store.js';
import { UpstreamPool } from '../upstream/pool.js';
import { levelFor, sendLevel } from './link-level.js';
import { isLogLevel } from './log-level.js';

/** `logging/setLevel` of the 2025 era: kept with the session, and told to every server whose link it shares, now and when it reconnects. */
@Injectable()
export class LoggingMethods {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly sessions: SessionStore,
  ) {}

  /** @throws GatewayError invalid_params, session_required */
  async setLevel({ session, params }: ClientRequest): Promise<MethodResult> {
    const { level } = params;
    if (!isLogLevel(level)) {
      throw new GatewayError(
        'invalid_params',
        'level must be one of the severities of RFC 5424, for example "warning".',
      );
    }
    if (session === null) throw new GatewayError('session_required', 'logging/setLevel belongs to a session.');
    session.logLevel = level;
    const links = this.pool.linksOf(session.principal.tenant, session.id);
    await Promise.all(links.map((link) => sendLevel(link.session, levelFor(link, this.sessions) ?? level)));
    return {};
  }
}
