import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AdminAccess } from './admin-access.js';
import type { AdminScheme } from './admin-key.js';
import { type NeededRoles, ROLES } from './admin-roles.decorator.js';
import { SCHEMES } from './admin-schemes.decorator.js';
import { PUBLIC } from './public.decorator.js';

/**
 * Global guard of the Express side: a route that is not marked @Public() needs an admin key, and one without @NeedsRole() that of an owner, so a forgotten decorator closes a route
 * instead of opening it. MCP calls run through Nest as a context of their own type and have their own guard.
 */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AdminAccess,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const schemes = this.reflector.get<readonly AdminScheme[] | undefined>(SCHEMES, context.getClass()) ?? ['Bearer'];
    const roles = this.reflector.getAllAndOverride<NeededRoles | undefined>(ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    const http = context.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const role = roles?.[isRead ? 'read' : 'write'] ?? 'owner';
    this.access.demand(request, http.getResponse<ServerResponse>(), role, schemes);
    return true;
  }
}
