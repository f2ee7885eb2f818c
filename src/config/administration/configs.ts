import { randomUUID } from 'node:crypto';
import { AdministrationError } from './administration-error.js';
import {
  addEntity,
  entitiesOf,
  type Entity,
  entityOf,
  type Json,
  now,
  objectOf,
  quoted,
  removeEntity,
  renameEntity,
  textOf,
  without,
} from './document.js';
import { checkName } from './names.js';
import { savedMcpConfig } from './saved-document.js';

/** One line of the list of configs. */
export interface ConfigSummary {
  readonly mcp_config_id: string;
  readonly mcp_config_name: string;
  readonly servers: number;
  readonly used_by_projects: readonly { readonly project_id: string; readonly project_name: string }[];
}

export interface ConfigRef {
  readonly config_id: string;
  readonly config_name: string;
}

export function listConfigs(document: Json): ConfigSummary[] {
  return entitiesOf(document, 'config').map((config) => ({
    mcp_config_id: config.id,
    mcp_config_name: config.name,
    servers: serversOf(config).length,
    used_by_projects: projectsUsing(document, config.id),
  }));
}

export function getConfig(document: Json, reference: string): Json {
  const { id, json } = entityOf(document, 'config', reference);
  return { mcp_config_id: id, ...json };
}

export function addConfig(document: Json, name: string): ConfigRef {
  return add(document, name, { mcp_config: [] });
}

/** The same servers under another name. */
export function copyConfig(document: Json, source: string, target: string): ConfigRef {
  const { json } = entityOf(document, 'config', source);
  return add(document, target, structuredClone(without(json, ['updated_at', 'imported_at'])));
}

/** A config that was exported, or one of a whole config, under a name of its own. See savedMcpConfig. */
export function importConfig(document: Json, name: string, exported: Json, source?: string): ConfigRef {
  // What "config get" prints is taken too: its id is that of the other config.
  const json = structuredClone(without(savedMcpConfig(exported, source).json, ['mcp_config_id']));
  return add(document, name, { ...json, imported_at: now() });
}

export function exportConfig(document: Json, reference: string): Json {
  const { id, json } = entityOf(document, 'config', reference);
  return { mcp_config_id: id, exported_at: now(), config: json };
}

export function renameConfig(document: Json, reference: string, name: string): void {
  const config = entityOf(document, 'config', reference);
  renameEntity(document, 'config', config, checkName(name, 'config name'));
  config.json.updated_at = now();
}

/** @throws AdministrationError `conflict` while a project uses it */
export function removeConfig(document: Json, reference: string): void {
  const { id, name } = entityOf(document, 'config', reference);
  const users = projectsUsing(document, id);
  if (users.length > 0) {
    const names = users.map(({ project_name }) => quoted(project_name)).join(', ');
    throw new AdministrationError(
      'conflict',
      `Config ${quoted(name)} is used by ${names}. Assign another one first: project assign-config, or unassign-config.`,
    );
  }
  removeEntity(document, 'config', id);
}

/** Projects that have the config assigned. */
export function projectsUsing(document: Json, configId: string): ConfigSummary['used_by_projects'] {
  return entitiesOf(document, 'project')
    .filter(({ json }) => json.mcp_config_id === configId)
    .map(({ id, name }) => ({ project_id: id, project_name: name }));
}

/** Names and members of a config's servers. */
export function serversOf({ json }: Entity): Json[] {
  const list: unknown[] = Array.isArray(json.mcp_config) ? json.mcp_config : [];
  return list.map(objectOf).filter(({ server_name }) => textOf(server_name) !== '');
}

function add(document: Json, name: string, json: Json): ConfigRef {
  const id = randomUUID();
  const named = { ...json, mcp_config_name: checkName(name, 'config name'), created_at: now() };
  addEntity(document, 'config', id, named);
  return { config_id: id, config_name: named.mcp_config_name };
}
