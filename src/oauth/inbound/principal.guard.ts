import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { McpCall } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { CallPermit } from './call-permit.js';

/** Before a call is checked: its principal must still be valid now. Denies whatever it does not recognise. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  constructor(private readonly permit: CallPermit) {}

  canActivate(context: ExecutionContext): boolean {
    const call: unknown = context.getArgByIndex(0);
    if (!(call instanceof McpCall)) throw new GatewayError('unsealed', 'Only an MCP call passes here.');
    this.permit.demand(call);
    return true;
  }
}
