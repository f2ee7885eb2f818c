import { randomUUID } from 'node:crypto';
import { AdministrationError } from './administration-error.js';
import { keysOf, removeKeys } from './api-keys.js';
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
  renameEntity,
} from './document.js';
import { switchState, type SwitchState } from './switch-state.js';
import { checkEmail } from './names.js';
import { timeOf } from './projects.js';

interface ProjectOfUser {
  readonly project_id: string;
  readonly project_name: string;
  readonly api_keys: number;
  readonly created_at: string | null;
}

/** One line of the list of users. */
export interface UserSummary extends SwitchState {
  readonly user_id: string;
  readonly email: string;
  readonly created_at: string | null;
  readonly projects: readonly { readonly project_id: string; readonly project_name: string }[];
  readonly api_keys: number;
}

export function listUsers(document: Json): UserSummary[] {
  return entitiesOf(document, 'user').map((user) => summaryOf(document, user));
}

export function getUser(document: Json, reference: string): UserSummary {
  return summaryOf(document, entityOf(document, 'user', reference));
}

export function createUser(document: Json, email: string): { user_id: string; email: string } {
  const user_id = randomUUID();
  addEntity(document, 'user', user_id, { email: checkEmail(email), created_at: now() });
  return { user_id, email };
}

export function updateUser(document: Json, reference: string, email: string): void {
  const user = entityOf(document, 'user', reference);
  renameEntity(document, 'user', user, checkEmail(email));
  user.json.updated_at = now();
}

/**
 * @param force also take the user out of its projects, and delete its keys
 * @throws AdministrationError `conflict` for a user with projects or keys, unless forced
 */
export function deleteUser(document: Json, reference: string, force: boolean): void {
  const { id, name } = entityOf(document, 'user', reference);
  const projects = entitiesOf(document, 'project').filter(({ json }) => idsOf(json.users).includes(id));
  const keys = keysOf(document).filter(({ json }) => json.user_id === id);
  if (!force && projects.length + keys.length > 0) {
    throw new AdministrationError(
      'conflict',
      `User ${quoted(name)} is in ${String(projects.length)} projects and has ${String(keys.length)} API keys. ` +
        'Remove them first, or force the deletion: it takes the user out of the projects and deletes the keys.',
    );
  }
  for (const { json } of projects) json.users = idsOf(json.users).filter((member) => member !== id);
  removeKeys(document, keys);
  removeEntity(document, 'user', id);
}

export function listProjectsOf(document: Json, reference: string): ProjectOfUser[] {
  const { id } = entityOf(document, 'user', reference);
  const keys = keysOf(document).filter(({ json }) => json.user_id === id);
  return entitiesOf(document, 'project')
    .filter(({ json }) => idsOf(json.users).includes(id))
    .map((project) => ({
      project_id: project.id,
      project_name: project.name,
      api_keys: keys.filter(({ json }) => json.project_id === project.id).length,
      created_at: timeOf(project.json.created_at),
    }));
}

function summaryOf(document: Json, { id, name, json }: Entity): UserSummary {
  return {
    user_id: id,
    email: name,
    created_at: timeOf(json.created_at),
    projects: entitiesOf(document, 'project')
      .filter((project) => idsOf(project.json.users).includes(id))
      .map((project) => ({ project_id: project.id, project_name: project.name })),
    api_keys: keysOf(document).filter((key) => key.json.user_id === id).length,
    ...switchState(json),
  };
}
