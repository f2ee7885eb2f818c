import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { McpCall } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { CallerAuthenticator } from './caller.authenticator.js';

/** Last check before a call is forwarded: its principal must still be valid now. Denies whatever it does not recognise. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  constructor(private readonly authenticator: CallerAuthenticator) {}

  canActivate(context: ExecutionContext): boolean {
    const call: unknown = context.getArgByIndex(0);
    if (!(call instanceof McpCall)) throw new GatewayError('unsealed', 'Only an MCP call passes here.');
    if (call.server.connection.kind === 'canary') return true;
    if (!this.authenticator.isCurrent(call.principal)) {
      throw new GatewayError('forbidden', 'The key was revoked while the call was under way.');
    }
    return true;
  }
}
