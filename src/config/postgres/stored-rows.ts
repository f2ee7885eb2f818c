import type { Json } from '../administration/document.js';
import { HASHED_KEY, hexOfStored, storedForm } from '../key-hash.js';
import type { KeyScope } from '../administration/key-scope.js';
import { isObject, objectOf, without } from '../administration/document.js';

/** Entities of one table by id. */
type Rows = ReadonlyMap<string, unknown>;

/** A document taken apart as the tables keep it. */
export interface StoredRows {
  readonly settings: Rows;
  readonly configs: Rows;
  /** Lists by id of their config. */
  readonly servers: ReadonlyMap<string, readonly unknown[]>;
  readonly projects: Rows;
  readonly users: Rows;
  /** By hash, 64 hex digits. */
  readonly keys: Rows;
}

/** The answer of READ. */
export interface ReadRow {
  readonly generation: string;
  readonly revision: string;
  readonly settings: readonly (readonly [string, unknown])[] | null;
  readonly configs: readonly (readonly [string, unknown, readonly unknown[] | null])[] | null;
  readonly projects: readonly (readonly [string, unknown])[] | null;
  readonly users: readonly (readonly [string, unknown])[] | null;
}

const entries = (table: string, id: string): string =>
  `(SELECT json_agg(json_build_array(${id}, body) ORDER BY position) FROM smg.${table})`;

/** Everything but the keys, in one statement: it sees one state. */
export const READ = `
  SELECT state.generation, state.revision,
    ${entries('settings', 'name')} AS settings,
    (SELECT json_agg(json_build_array(c.id, c.body,
        (SELECT json_agg(s.body ORDER BY s.position) FROM smg.servers s WHERE s.config_id = c.id)) ORDER BY c.position)
      FROM smg.configs c) AS configs,
    ${entries('projects', 'id')} AS projects,
    ${entries('users', 'id')} AS users
  FROM smg.state`;

/** A key as a query gives it. */
export interface KeyRow {
  readonly hash: string;
  readonly body: unknown;
}

/** Which rows of `smg.api_keys` are in a scope. */
export interface KeyCondition {
  readonly where: string;
  readonly values: readonly string[];
}

/** null = none are. */
export function keyCondition(scope: KeyScope): KeyCondition | null {
  if (scope === 'none') return null;
  if (scope === 'all') return { where: 'true', values: [] };
  if ('key' in scope) {
    const hex = hexOfStored(HASHED_KEY.test(scope.key) ? scope.key : storedForm(scope.key));
    return { where: ONE_KEY, values: [hex, scope.key] };
  }
  if ('user' in scope) {
    const where = 'user_id = $1 OR user_id IN (SELECT id FROM smg.users WHERE email = $1)';
    return { where, values: [scope.user] };
  }
  const where = 'project_id = $1 OR project_id IN (SELECT id FROM smg.projects WHERE name = $1)';
  return { where, values: [scope.project] };
}

/** A rotation clears away the key that this one took the place of, once its overlap is over. */
const ONE_KEY = `hash IN (
  WITH named AS (SELECT hash, body ->> 'rotated_from' AS before FROM smg.api_keys WHERE hash = decode($1, 'hex') OR key_id = $2)
  SELECT hash FROM named
  UNION ALL SELECT decode(substr(before, 8), 'hex') FROM named WHERE before ~ '^sha256:[0-9a-f]{64}$')`;

/** The query of the keys in a scope; null = of none. @param limit one more than may be answered */
export function keyQuery(scope: KeyScope, limit: number): { readonly text: string; readonly values: unknown[] } | null {
  const condition = keyCondition(scope);
  if (condition === null) return null;
  const { where, values } = condition;
  const text = `SELECT encode(hash, 'hex') AS hash, body FROM smg.api_keys WHERE ${where} ORDER BY position LIMIT ${String(limit)}`;
  return { text, values: [...values] };
}

/** Puts the document together. */
export function documentOf(row: ReadRow, keys: readonly KeyRow[]): Json {
  const configs = (row.configs ?? []).map(([id, body, servers]) => {
    const isList = isObject(body) && Array.isArray(body.mcp_config);
    return [id, isList ? { ...body, mcp_config: servers ?? [] } : body] as const;
  });
  return {
    ...Object.fromEntries(row.settings ?? []),
    mcp_configs: Object.fromEntries(configs),
    projects: Object.fromEntries(row.projects ?? []),
    users: Object.fromEntries(row.users ?? []),
    apikeys: Object.fromEntries(keys.map(({ hash, body }) => [`sha256:${hash}`, body])),
  };
}

const SECTIONS = ['mcp_configs', 'projects', 'users', 'apikeys'];

/** Takes a document apart. Its keys are hashes. */
export function rowsOf(document: Json): StoredRows {
  const configs = new Map<string, unknown>();
  const servers = new Map<string, readonly unknown[]>();
  for (const [id, body] of membersOf(document.mcp_configs)) {
    const list: unknown = isObject(body) ? body.mcp_config : undefined;
    // The empty list says that there is one.
    configs.set(id, isObject(body) && Array.isArray(list) ? { ...body, mcp_config: [] } : body);
    servers.set(id, Array.isArray(list) ? list : []);
  }
  return {
    settings: new Map(Object.entries(without(document, SECTIONS))),
    configs,
    servers,
    projects: membersOf(document.projects),
    users: membersOf(document.users),
    keys: new Map([...membersOf(document.apikeys)].map(([stored, body]) => [hexOfStored(stored), body])),
  };
}

function membersOf(section: unknown): Map<string, unknown> {
  return new Map(Object.entries(objectOf(section)));
}
