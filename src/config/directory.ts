import type { Limit } from '../contracts/limits.js';
import type { McpConfig } from '../contracts/server-entry.js';
import type { Draft } from './draft.js';
import { callerLimits } from './limit-resolution.js';
import { NarrowedConfigs } from './narrowed-config.js';
import type { AccessSection } from './schema-access.js';

/** Why somebody who is known reaches nothing. */
export type DirectoryRefusal = 'no_user' | 'no_project' | 'not_a_member' | 'user_disabled' | 'project_disabled';

/** What a member of a project reaches. */
export interface Membership {
  /** null = the project has no config assigned. */
  readonly config: McpConfig | null;
  /** undefined = as much as it likes. */
  readonly limits: readonly Limit[] | undefined;
}

/** What somebody shows instead of a key of the config. */
export interface Credential {
  /** Names it among the keys. */
  readonly keyId: string;
  /** Its own restriction. */
  readonly access: AccessSection | undefined;
}

/** The users and projects of one snapshot, for credentials that are not in the config themselves. */
export class Directory {
  readonly #draft: Draft;
  readonly #configs: ReadonlyMap<string, McpConfig>;
  readonly #narrowed = new NarrowedConfigs();
  readonly #members: ReadonlyMap<string, ReadonlySet<string>>;
  /** User -> its project; null = it has several. */
  readonly #onlyProject = new Map<string, string | null>();
  /** null = several users have the address. */
  readonly #byEmail = new Map<string, string | null>();

  constructor(draft: Draft, configs: ReadonlyMap<string, McpConfig>) {
    this.#draft = draft;
    this.#configs = configs;
    this.#members = new Map([...draft.projects].map(([id, project]) => [id, new Set(project.users)]));
    for (const [id, users] of this.#members) {
      for (const user of users) this.#onlyProject.set(user, this.#onlyProject.has(user) ? null : id);
    }
    for (const [id, { email }] of draft.users) {
      const address = comparable(email);
      this.#byEmail.set(address, this.#byEmail.has(address) ? null : id);
    }
  }

  hasUser(id: string): boolean {
    return this.#draft.users.has(id);
  }

  /** null = nobody has the address, or more than one. */
  userWithEmail(email: string): string | null {
    return this.#byEmail.get(comparable(email)) ?? null;
  }

  /** The one project of a user; null when there is none or a choice. */
  onlyProjectOf(userId: string): string | null {
    return this.#onlyProject.get(userId) ?? null;
  }

  /** Everybody in every project that has a config, whether disabled or not. */
  *members(): Iterable<{ readonly userId: string; readonly projectId: string; readonly config: McpConfig }> {
    for (const [projectId, { mcp_config_id: configId }] of this.#draft.projects) {
      const config = configId === null ? undefined : this.#configs.get(configId);
      if (config === undefined) continue;
      for (const userId of this.#members.get(projectId) ?? []) yield { userId, projectId, config };
    }
  }

  /** How people call a user and a project; the ids where they are called nothing. */
  namesOf(userId: string, projectId: string): { readonly user: string; readonly project: string } {
    const user = this.#draft.users.get(userId)?.email ?? userId;
    return { user, project: this.#draft.projects.get(projectId)?.project_name ?? projectId };
  }

  membership(userId: string, projectId: string, { keyId, access }: Credential): Membership | DirectoryRefusal {
    const user = this.#draft.users.get(userId);
    if (user === undefined) return 'no_user';
    const project = this.#draft.projects.get(projectId);
    if (project === undefined) return 'no_project';
    if (isSwitchedOff(user)) return 'user_disabled';
    if (isSwitchedOff(project)) return 'project_disabled';
    if (this.#members.get(projectId)?.has(userId) !== true) return 'not_a_member';
    const whole = project.mcp_config_id === null ? undefined : this.#configs.get(project.mcp_config_id);
    const limits = callerLimits(
      [
        { scope: 'key', id: keyId, own: undefined },
        { scope: 'user', id: userId, own: user.limits },
        { scope: 'project', id: projectId, own: project.limits },
      ],
      this.#draft.common?.limits,
    );
    if (whole === undefined) return { config: null, limits };
    return { config: this.#narrowed.of(whole, [project.access, user.access, access]), limits };
  }
}

function isSwitchedOff(section: object): boolean {
  return 'disabled' in section && section.disabled === true;
}

/**
 * Letter case of ASCII addresses is ignored, as mail hosts do. Others are compared as they are: lower-casing maps some letters of other
 * scripts onto ASCII ones (U+212A becomes `k`), and with them one person's address onto another's.
 */
function comparable(email: string): string {
  return /^[\x21-\x7e]+$/.test(email) ? email.toLowerCase() : email;
}
