import type { Limit } from '../contracts/limits.js';
import type { Principal } from '../contracts/principal.js';
import type { McpConfig } from '../contracts/server-entry.js';
import { AddressList } from './address-list.js';
import type { Draft } from './draft.js';
import { coversTool } from '../glob.js';
import { parseIsoTime } from './iso-time.js';
import { hexOfStored } from './key-hash.js';
import { callerLimits } from './limit-resolution.js';
import { NarrowedConfigs } from './narrowed-config.js';
import type { RawProblem } from './problem.js';
import type { ApiKeySection, ProjectSection, UserSection } from './schema.js';
import type { KeyRecord, KeyRefusal } from './snapshot.js';

/** One stored key -> what it opens. */
export type KeyResolver = (stored: string, section: ApiKeySection) => KeyRecord;

/** Resolves keys against the projects, users and configs of one state of the config. */
export function keyResolver(draft: Draft, configs: ReadonlyMap<string, McpConfig>): KeyResolver {
  const narrowed = new NarrowedConfigs();
  const members = new Map([...draft.projects].map(([id, project]) => [id, new Set(project.users)]));
  return (stored, section) => {
    const hex = hexOfStored(stored);
    const expiresAt = section.expires_at === null ? null : parseIsoTime(section.expires_at);
    const common = { hash: Buffer.from(hex, 'hex'), expiresAt };
    const project = draft.projects.get(section.project_id);
    const user = draft.users.get(section.user_id);
    const reason = refusalOf(section, members.get(section.project_id), draft.ids.users) ?? switchedOff(user, project);
    if (reason !== null || project === undefined) {
      return Object.freeze({ ...common, status: 'refused', reason: reason ?? 'no_project' });
    }
    const whole = project.mcp_config_id === null ? undefined : configs.get(project.mcp_config_id);
    const levels = [project.access, user?.access, section.access];
    const config = whole === undefined ? null : narrowed.of(whole, levels);
    const limits = callerLimits(
      [
        { scope: 'key', id: hex, own: section.limits },
        { scope: 'user', id: section.user_id, own: user?.limits },
        { scope: 'project', id: section.project_id, own: project.limits },
      ],
      draft.common?.limits,
    );
    const addresses = section.allowed_ips === undefined ? null : new AddressList(section.allowed_ips);
    const principal = principalOf(hex, section, config, { expiresAt, limits });
    return Object.freeze({ ...common, status: 'active', principal, addresses, config });
  };
}

/**
 * Every stored key with what it opens. A key whose project, user or membership is gone is a refused record and a warning, not a
 * problem: an administrator who removes a member must still be able to save the file.
 */
export function resolveKeys(
  draft: Draft,
  resolve: KeyResolver,
  warnings: RawProblem[],
): ReadonlyMap<string, KeyRecord> {
  const keys = new Map<string, KeyRecord>();
  for (const [stored, section] of draft.apiKeys) {
    const record = resolve(stored, section);
    keys.set(hexOfStored(stored), record);
    const message = record.status === 'refused' ? REFUSALS.get(record.reason) : undefined;
    if (message !== undefined) warnings.push({ path: ['apikeys', stored], message });
  }
  return keys;
}

/** What nobody may have meant: whatever is disabled was disabled by somebody. */
const REFUSALS: ReadonlyMap<KeyRefusal, string> = new Map([
  ['no_user', 'refused, because its user does not exist; remove the key or add the user'],
  ['no_project', 'refused, because its project does not exist; remove the key or add the project'],
  [
    'not_a_member',
    'refused, because its user is not in the users of its project; remove the key or add the user there',
  ],
]);

/** A rule that names no server at all is more likely misspelt than meant. */
export function noteUnknownServers(draft: Draft, warnings: RawProblem[]): void {
  const names = draft.configs.flatMap(({ servers }) => servers.map(({ server }) => server.server_name));
  const levels = [
    ...[...draft.projects].map(([id, { access }]) => ({ path: ['projects', id, 'access'], access })),
    ...[...draft.users].map(([id, { access }]) => ({ path: ['users', id, 'access'], access })),
    ...[...draft.apiKeys].map(([id, { access }]) => ({ path: ['apikeys', id, 'access'], access })),
  ];
  for (const { path, access } of levels) {
    for (const list of ['allow', 'deny'] as const) {
      for (const [index, { server }] of (access?.[list] ?? []).entries()) {
        if (names.some((name) => coversTool(server, name))) continue;
        warnings.push({ path: [...path, list, index, 'server'], message: `covers no server of any config` });
      }
    }
  }
}

/** @param members users of the key's project; undefined = there is no such project */
function refusalOf(
  section: ApiKeySection,
  members: ReadonlySet<string> | undefined,
  users: ReadonlySet<string>,
): KeyRefusal | null {
  if (section.disabled) return 'disabled';
  if (!users.has(section.user_id)) return 'no_user';
  if (members === undefined) return 'no_project';
  return members.has(section.user_id) ? null : 'not_a_member';
}

function switchedOff(user: UserSection | undefined, project: ProjectSection | undefined): KeyRefusal | null {
  if (user?.disabled === true) return 'user_disabled';
  return project?.disabled === true ? 'project_disabled' : null;
}

function principalOf(
  hex: string,
  section: ApiKeySection,
  config: McpConfig | null,
  { expiresAt, limits }: { readonly expiresAt: number | null; readonly limits: readonly Limit[] | undefined },
): Principal {
  const configId = config?.id ?? '';
  return Object.freeze({
    keyId: hex.slice(0, 12),
    userId: section.user_id,
    projectId: section.project_id,
    configId,
    tenant: tenantOf([section.user_id, section.project_id, configId]),
    scopes: Object.freeze([]),
    expiresAt,
    ...(section.allowed_ips !== undefined && { addresses: section.allowed_ips.join(' ') }),
    ...(limits === undefined ? {} : { limits }),
  });
}

/** The parts are joined by `_`, so an underscore inside an id is escaped: `a_b` + `c` must not be the tenant `a` + `b_c`. */
export function tenantOf(ids: readonly string[]): string {
  return ids.map((id) => id.replaceAll('_', '%5F')).join('_');
}
