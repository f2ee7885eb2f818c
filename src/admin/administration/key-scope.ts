import type { KeyScope } from '../../config/administration/key-scope.js';

/** Changes that look at no key, though what they name in the path has keys, or they name nothing. */
const WITHOUT_KEYS: ReadonlySet<string> = new Set([
  'config.create',
  'config.copy',
  'config.import',
  'user.create',
  'project.create',
  'project.assign_config',
  'project.unassign_config',
  'project.add_user',
  'project.remove_all_users',
  'settings.service_key',
  'settings.telemetry',
  'admin_key.generate',
  'admin_key.rotate',
  'admin_key.disable',
  'admin_key.enable',
  'admin_key.delete',
  'user.disable',
  'user.enable',
  'project.disable',
  'project.enable',
]);

/** Which keys a route can look at, from what its path names: the narrowest of them. @param operation of a change */
export function keyScopeOf(target: Readonly<Record<string, string>>, operation?: string): KeyScope {
  if (operation !== undefined && WITHOUT_KEYS.has(operation)) return 'none';
  const { key, user, project, config } = target;
  if (key !== undefined) return { key };
  if (user !== undefined) return { user };
  if (project !== undefined) return { project };
  return config === undefined ? 'all' : 'none';
}
