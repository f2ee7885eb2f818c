import type { KeyUseTimes } from '../key-use-store.js';
import { keyIdOf, keyOf, keysOf, type StoredKey } from './api-keys.js';
import { entitiesOf, entityOf, idsOf, isObject, type Json, textOf } from './document.js';

/** What can be said of a key. */
export interface KeySummary {
  readonly key_id: string;
  readonly name: string | null;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly project_id: string;
  readonly project_name: string | null;
  readonly mcp_config_id: string | null;
  readonly mcp_config_name: string | null;
  readonly created_at: string | null;
  readonly expires_at: string | null;
  readonly disabled: boolean;
  readonly disabled_at: string | null;
  readonly enabled_at: string | null;
  /** To the minute; null = not since this is written down. */
  readonly last_used_at: string | null;
  /** null = from anywhere. */
  readonly allowed_ips: readonly string[] | null;
  /** null = nothing is restricted. */
  readonly access: Json | null;
  /** Ids of the key before, and of the one that took its place: until `expires_at`, both work. */
  readonly rotated_from: string | null;
  readonly replaced_by: string | null;
}

const NO_TIMES: KeyUseTimes = new Map();

export function getKey(document: Json, reference: string, times = NO_TIMES): KeySummary {
  return summaryOf(document, keyOf(document, reference), times);
}

/** Whose keys. */
export interface KeyFilter {
  readonly user?: string | undefined;
  readonly project?: string | undefined;
}

/** Keys of one user, of one project if wanted; of everybody without a user. */
export function listKeys(document: Json, { user, project }: KeyFilter = {}, times = NO_TIMES): KeySummary[] {
  const owner = user === undefined ? undefined : entityOf(document, 'user', user).id;
  const place = project === undefined ? undefined : entityOf(document, 'project', project).id;
  return keysOf(document)
    .filter(({ json }) => owner === undefined || json.user_id === owner)
    .filter(({ json }) => place === undefined || json.project_id === place)
    .map((key) => summaryOf(document, key, times));
}

function summaryOf(document: Json, { id, json }: StoredKey, times: KeyUseTimes): KeySummary {
  const user = entitiesOf(document, 'user').find((entry) => entry.id === json.user_id);
  const project = entitiesOf(document, 'project').find((entry) => entry.id === json.project_id);
  const config = entitiesOf(document, 'config').find((entry) => entry.id === project?.json.mcp_config_id);
  const used = times.get(id);
  return {
    key_id: id,
    name: orNull(json.name),
    user_id: textOf(json.user_id),
    user_email: user?.name ?? null,
    project_id: textOf(json.project_id),
    project_name: project?.name ?? null,
    mcp_config_id: orNull(project?.json.mcp_config_id),
    mcp_config_name: config?.name ?? null,
    created_at: orNull(json.created_at),
    expires_at: orNull(json.expires_at),
    disabled: json.disabled === true,
    disabled_at: orNull(json.disabled_at),
    enabled_at: orNull(json.enabled_at),
    last_used_at: used === undefined ? null : new Date(used).toISOString(),
    allowed_ips: Array.isArray(json.allowed_ips) ? idsOf(json.allowed_ips) : null,
    access: isObject(json.access) ? json.access : null,
    rotated_from: keyNamedBy(json.rotated_from),
    replaced_by: keyNamedBy(json.replaced_by),
  };
}

function keyNamedBy(stored: unknown): string | null {
  return typeof stored === 'string' ? keyIdOf(stored) : null;
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
