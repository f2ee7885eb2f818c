import { keysOf } from './api-keys.js';
import { serversOf } from './configs.js';
import { entitiesOf, idsOf, type Json, textOf } from './document.js';

export interface ConfigMatch {
  readonly mcp_config_id: string;
  readonly mcp_config_name: string;
  readonly match_type: 'config_name' | 'server_name';
  readonly servers: readonly string[];
}

export interface ProjectMatch {
  readonly project_id: string;
  readonly project_name: string;
  readonly match_type: 'project_name' | 'user_email';
  readonly users: readonly string[];
}

export interface UserMatch {
  readonly user_id: string;
  readonly email: string;
  readonly match_type: 'email' | 'project_name';
  readonly api_keys: number;
}

/** Configs whose name, or the name of one of whose servers, holds the term. Without regard to letter case, as the other two. */
export function searchConfigs(document: Json, term: string): ConfigMatch[] {
  return entitiesOf(document, 'config').flatMap((config) => {
    const names = serversOf(config).map((server) => textOf(server.server_name));
    const match_type = matchOf(term, config.name, names, ['config_name', 'server_name'] as const);
    if (match_type === null) return [];
    return [{ mcp_config_id: config.id, mcp_config_name: config.name, match_type, servers: names }];
  });
}

/** Projects whose name, or the address of one of whose users, holds the term. */
export function searchProjects(document: Json, term: string): ProjectMatch[] {
  const emails = new Map(entitiesOf(document, 'user').map(({ id, name }) => [id, name]));
  return entitiesOf(document, 'project').flatMap(({ id, name, json }) => {
    const users = idsOf(json.users).flatMap((user) => emails.get(user) ?? []);
    const match_type = matchOf(term, name, users, ['project_name', 'user_email'] as const);
    return match_type === null ? [] : [{ project_id: id, project_name: name, match_type, users }];
  });
}

/** Users whose address, or the name of one of whose projects, holds the term. */
export function searchUsers(document: Json, term: string): UserMatch[] {
  const projects = entitiesOf(document, 'project');
  return entitiesOf(document, 'user').flatMap(({ id, name }) => {
    const names = projects.filter(({ json }) => idsOf(json.users).includes(id)).map((project) => project.name);
    const match_type = matchOf(term, name, names, ['email', 'project_name'] as const);
    if (match_type === null) return [];
    const api_keys = keysOf(document).filter(({ json }) => json.user_id === id).length;
    return [{ user_id: id, email: name, match_type, api_keys }];
  });
}

function matchOf<T>(term: string, own: string, others: readonly string[], [first, second]: readonly [T, T]): T | null {
  const lower = term.toLowerCase();
  if (own.toLowerCase().includes(lower)) return first;
  return others.some((other) => other.toLowerCase().includes(lower)) ? second : null;
}
