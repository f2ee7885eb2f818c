import { Injectable } from '@nestjs/common';
import { refuseClosed, refuseClosedOffers } from '../../config/tool-permission.js';
import type { McpCall } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { CallerAuthenticator } from './caller.authenticator.js';

/** Whether a call may go out as the config is now: its key may have been revoked, its server or tool disabled, since it came in. */
@Injectable()
export class CallPermit {
  constructor(private readonly authenticator: CallerAuthenticator) {}

  /** @throws GatewayError forbidden, disabled */
  demand(call: McpCall): void {
    if (call.server.connection.kind === 'canary') return;
    const config = this.authenticator.reachOf(call.principal);
    if (config === undefined) throw new GatewayError('forbidden', 'The key was revoked while the call was under way.');
    if (config === null) throw new GatewayError('forbidden', 'The project has no config any more.');
    if (call.method === 'tools/call') refuseClosed(config, call.server, call.target);
    else refuseClosedOffers(config, call.server);
  }
}
