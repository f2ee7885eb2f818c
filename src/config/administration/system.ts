import { withHashedKeys } from '../older-forms/newest-form.js';
import { AdministrationError } from './administration-error.js';
import { keysOf } from './api-keys.js';
import { savedConfig } from './saved-document.js';
import { entitiesOf, idsOf, isObject, type Json, now, objectOf, quoted, textOf } from './document.js';

const BACKUP_VERSION = '1.0';
/** Sections that a backup must have; the configs are among them, which the reference forgets. */
const NEEDED = ['common_mcp_gateway_config', 'mcp_configs', 'projects', 'users', 'apikeys'] as const;

export interface SystemHealth {
  readonly timestamp: string;
  readonly status: 'healthy' | 'unhealthy';
  readonly issues: readonly string[];
  readonly warnings: readonly string[];
  readonly statistics: Readonly<Record<string, number>>;
}

/**
 * Everything, as one document. It holds the hashes of all keys, those too that an older file has in clear, and the secrets that stand in
 * server entries in clear.
 */
export function backupOf(document: Json): Json {
  return { backup_version: BACKUP_VERSION, timestamp: now(), config: withHashedKeys(document).json };
}

/**
 * Replaces the document by that of a backup, or by a config file of another gateway. The admin keys stay: whoever restores must not be
 * locked out by it.
 * @returns what was in an older form
 * @throws AdministrationError `invalid`
 */
export function restore(document: Json, backup: Json): readonly string[] {
  const { json: config, notes } = savedConfig(backup);
  const missing = NEEDED.filter((section) => !isObject(config[section]));
  if (missing.length > 0) {
    throw new AdministrationError('invalid', `The backup is not whole: it has no ${missing.join(', ')}.`);
  }
  const { admin_apikey, admin_keys } = document;
  // A member without a value is not written.
  for (const name of Object.keys(document)) document[name] = undefined;
  Object.assign(document, structuredClone(config));
  if (admin_apikey !== undefined || Object.keys(objectOf(admin_keys)).length > 0) {
    document.admin_apikey = admin_apikey;
    document.admin_keys = admin_keys;
  }
  return notes;
}

/** What a person should know of the document. */
export function healthOf(document: Json): SystemHealth {
  const issues: string[] = [];
  const warnings: string[] = [];
  const configs = new Set(entitiesOf(document, 'config').map(({ id }) => id));
  const users = new Map(entitiesOf(document, 'user').map(({ id, name }) => [id, name]));
  const projects = new Map(entitiesOf(document, 'project').map((project) => [project.id, project]));
  for (const { name, json } of projects.values()) {
    const config = textOf(json.mcp_config_id);
    if (config === '') warnings.push(`Project ${quoted(name)} has no config: its keys reach no server.`);
    else if (!configs.has(config))
      issues.push(`Project ${quoted(name)} has the config ${quoted(config)}, which does not exist.`);
    const strangers = idsOf(json.users).filter((user) => !users.has(user));
    for (const user of strangers)
      issues.push(`Project ${quoted(name)} has the user ${quoted(user)}, who does not exist.`);
    if (idsOf(json.users).length === 0) warnings.push(`Project ${quoted(name)} has no users.`);
  }
  for (const { id, json } of keysOf(document)) {
    const project = projects.get(textOf(json.project_id));
    if (project === undefined) issues.push(`Key ${id} is of a project that does not exist.`);
    else if (!users.has(textOf(json.user_id))) issues.push(`Key ${id} is of a user who does not exist.`);
    else if (!idsOf(project.json.users).includes(textOf(json.user_id))) {
      warnings.push(`Key ${id} opens nothing: its user is not in its project.`);
    }
  }
  const keys = keysOf(document);
  return {
    timestamp: now(),
    status: issues.length === 0 ? 'healthy' : 'unhealthy',
    issues,
    warnings,
    statistics: {
      total_projects: projects.size,
      total_users: users.size,
      total_configs: configs.size,
      total_api_keys: keys.length,
      disabled_api_keys: keys.filter(({ json }) => json.disabled === true).length,
    },
  };
}
