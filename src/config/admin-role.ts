/** What an admin key may do, from the least to the most. */
export const ADMIN_ROLES = ['viewer', 'operator', 'owner'] as const;

/**
 * `viewer` reads; `operator` also changes configs, servers, projects, users and their keys; `owner` does everything, admin keys, reset and
 * restore included.
 */
export type AdminRole = (typeof ADMIN_ROLES)[number];

export function suffices(role: AdminRole, needed: AdminRole): boolean {
  return ADMIN_ROLES.indexOf(role) >= ADMIN_ROLES.indexOf(needed);
}
