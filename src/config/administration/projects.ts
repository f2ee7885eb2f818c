import { randomUUID } from 'node:crypto';
import { AdministrationError } from './administration-error.js';
import { keysOf } from './api-keys.js';
import { getConfig } from './configs.js';
import {
  addEntity,
  entitiesOf,
  type Entity,
  entityOf,
  idsOf,
  type Json,
  now,
  quoted,
  removeEntity,
  textOf,
} from './document.js';
import { switchState, type SwitchState } from './switch-state.js';
import { checkName } from './names.js';

/** One line of the list of projects. */
export interface ProjectSummary extends SwitchState {
  readonly project_name: string;
  readonly project_id: string;
  readonly mcp_config: { readonly mcp_config_id: string; readonly mcp_config_name: string } | null;
  readonly users: number;
  readonly api_keys: number;
  readonly created_at: string | null;
}

export interface Member {
  readonly user_id: string;
  readonly email: string;
  readonly api_keys: number;
  readonly created_at: string | null;
}

export function listProjects(document: Json): ProjectSummary[] {
  return entitiesOf(document, 'project').map((project) => summaryOf(document, project));
}

/** The summary with the members instead of their number. */
export function getProject(document: Json, reference: string): Omit<ProjectSummary, 'users'> & { users: Member[] } {
  const project = entityOf(document, 'project', reference);
  return { ...summaryOf(document, project), users: membersOf(document, project) };
}

export function createProject(document: Json, name: string): { project_id: string; project_name: string } {
  const id = randomUUID();
  const project_name = checkName(name, 'project name');
  addEntity(document, 'project', id, { project_name, mcp_config_id: null, users: [], created_at: now() });
  return { project_id: id, project_name };
}

/** @throws AdministrationError `conflict` while it has keys */
export function removeProject(document: Json, reference: string): void {
  const { id, name } = entityOf(document, 'project', reference);
  const keys = keysOf(document).filter(({ json }) => json.project_id === id).length;
  if (keys > 0) {
    throw new AdministrationError(
      'conflict',
      `Project ${quoted(name)} has ${String(keys)} API keys. Delete them first.`,
    );
  }
  removeEntity(document, 'project', id);
}

export function assignConfig(document: Json, project: string, config: string): void {
  const { json } = entityOf(document, 'project', project);
  json.mcp_config_id = entityOf(document, 'config', config).id;
  json.updated_at = now();
}

/** @throws AdministrationError `conflict` when none is assigned */
export function unassignConfig(document: Json, reference: string): void {
  const { json, name } = entityOf(document, 'project', reference);
  if (textOf(json.mcp_config_id) === '') {
    throw new AdministrationError('conflict', `Project ${quoted(name)} has no config assigned.`);
  }
  json.mcp_config_id = null;
  json.updated_at = now();
}

/** The config of a project. @throws AdministrationError `not_found` when none is assigned */
export function configOfProject(document: Json, reference: string): Json {
  const { json, name } = entityOf(document, 'project', reference);
  const id = textOf(json.mcp_config_id);
  if (id !== '') return getConfig(document, id);
  throw new AdministrationError(
    'not_found',
    `Project ${quoted(name)} has no config. Assign one: project assign-config.`,
  );
}

export function listMembers(document: Json, reference: string): Member[] {
  return membersOf(document, entityOf(document, 'project', reference));
}

/** @returns false when the user was a member before */
export function addMember(document: Json, project: string, user: string): boolean {
  const { json } = entityOf(document, 'project', project);
  const { id } = entityOf(document, 'user', user);
  const users = idsOf(json.users);
  if (users.includes(id)) return false;
  json.users = [...users, id];
  json.updated_at = now();
  return true;
}

/**
 * Takes a user out of a project. Its keys stay, and open nothing from then on.
 * @returns how many keys that are
 * @throws AdministrationError `not_found` when the user is no member
 */
export function removeMember(document: Json, project: string, user: string): number {
  const { id: projectId, json, name } = entityOf(document, 'project', project);
  const { id, name: email } = entityOf(document, 'user', user);
  const users = idsOf(json.users);
  if (!users.includes(id)) {
    throw new AdministrationError('not_found', `User ${quoted(email)} is not in project ${quoted(name)}.`);
  }
  json.users = users.filter((member) => member !== id);
  json.updated_at = now();
  return keysOf(document).filter((key) => key.json.project_id === projectId && key.json.user_id === id).length;
}

export function removeAllMembers(document: Json, reference: string): void {
  const { json } = entityOf(document, 'project', reference);
  json.users = [];
  json.updated_at = now();
}

export function exportProject(document: Json, reference: string): Json {
  const project = entityOf(document, 'project', reference);
  const configId = textOf(project.json.mcp_config_id);
  return {
    project_id: project.id,
    exported_at: now(),
    project: project.json,
    config: configId === '' ? null : getConfig(document, configId),
    users: membersOf(document, project),
  };
}

function membersOf(document: Json, { id, json }: Entity): Member[] {
  const members = new Set(idsOf(json.users));
  const keys = keysOf(document).filter((key) => key.json.project_id === id);
  return entitiesOf(document, 'user')
    .filter((user) => members.has(user.id))
    .map((user) => ({
      user_id: user.id,
      email: user.name,
      api_keys: keys.filter((key) => key.json.user_id === user.id).length,
      created_at: timeOf(user.json.created_at),
    }));
}

function summaryOf(document: Json, { id, name, json }: Entity): ProjectSummary {
  const config = entitiesOf(document, 'config').find((entry) => entry.id === json.mcp_config_id);
  return {
    project_name: name,
    project_id: id,
    mcp_config: config === undefined ? null : { mcp_config_id: config.id, mcp_config_name: config.name },
    users: idsOf(json.users).length,
    api_keys: keysOf(document).filter((key) => key.json.project_id === id).length,
    created_at: timeOf(json.created_at),
    ...switchState(json),
  };
}

/** The time as it stands in the document; null when there is none. */
export function timeOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
