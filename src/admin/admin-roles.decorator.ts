import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { AdminRole } from '../config/admin-role.js';

/** Metadata key that AdminKeyGuard reads. */
export const ROLES = 'gateway:admin-roles';

/** Who may use a route; GET and HEAD read, everything else writes. */
export interface NeededRoles {
  readonly read: AdminRole;
  readonly write: AdminRole;
}

/** What a route, or every route of a controller, needs. A route that says nothing is for owners alone. */
export const NeedsRole = (role: AdminRole | NeededRoles): CustomDecorator =>
  SetMetadata(ROLES, typeof role === 'string' ? { read: role, write: role } : role);

/** Viewers read and operators change. */
export const FOR_OPERATORS: NeededRoles = { read: 'viewer', write: 'operator' };
