import type { ZodType } from 'zod';
import { type CommonSection, commonSchema } from './schema-common.js';
import { type HooksSection, hooksSchema } from './schema-hooks.js';
import { type PluginsSection, pluginsSchema } from './schema-plugins.js';
import { type ServerSection, serverSchema } from './schema-server.js';
import {
  type AdminKeySection,
  adminKeySchema,
  type ApiKeySection,
  apiKeySchema,
  mcpConfigSchema,
  type ProjectSection,
  projectSchema,
  type UserSection,
  userSchema,
} from './schema.js';
import { type VirtualServersSection, virtualServersSchema } from './virtual-servers.js';

/** One entry of `mcp_configs`; servers that do not fit the schema are left out, the others keep their index in the file. */
export interface DraftConfig {
  readonly id: string;
  readonly name: string;
  readonly exposure: 'meta' | 'direct' | 'both';
  readonly servers: readonly { readonly index: number; readonly server: ServerSection }[];
  readonly virtualServers: VirtualServersSection | undefined;
}

/**
 * Those parts of a file that fit the schema, piece by piece, so that the checks between the parts still run when another part is
 * wrong and a person sees every problem at once. `ids` has the names of all entries, also of those that do not fit.
 */
export interface Draft {
  readonly common: CommonSection | null;
  readonly plugins: PluginsSection | null;
  readonly hooks: HooksSection | null;
  readonly adminKey: string | null;
  readonly adminKeys: ReadonlyMap<string, AdminKeySection>;
  readonly configs: readonly DraftConfig[];
  readonly projects: ReadonlyMap<string, ProjectSection>;
  readonly users: ReadonlyMap<string, UserSection>;
  readonly apiKeys: ReadonlyMap<string, ApiKeySection>;
  readonly ids: {
    readonly configs: ReadonlySet<string>;
    readonly projects: ReadonlySet<string>;
    readonly users: ReadonlySet<string>;
  };
}

/** Reads every part of the parsed file on its own. */
export function readDraft(raw: unknown): Draft {
  const root = membersOf(raw);
  const configs = membersOf(root.get('mcp_configs'));
  const projects = membersOf(root.get('projects'));
  const users = membersOf(root.get('users'));
  const adminKey = root.get('admin_apikey');
  return {
    common: fit(commonSchema, root.get('common_mcp_gateway_config') ?? {}),
    plugins: fit(pluginsSchema, root.get('plugins') ?? {}),
    hooks: fit(hooksSchema, root.get('hooks') ?? {}),
    adminKey: typeof adminKey === 'string' ? adminKey : null,
    adminKeys: fitAll(adminKeySchema, membersOf(root.get('admin_keys'))),
    configs: [...configs].map(([id, value]) => readConfig(id, value)),
    projects: fitAll(projectSchema, projects),
    users: fitAll(userSchema, users),
    apiKeys: fitAll(apiKeySchema, membersOf(root.get('apikeys'))),
    ids: {
      configs: new Set(configs.keys()),
      projects: new Set(projects.keys()),
      users: new Set(users.keys()),
    },
  };
}

/** One entry of `apikeys`; null = it does not fit the schema. */
export function readApiKey(value: unknown): ApiKeySection | null {
  return fit(apiKeySchema, value);
}

function readConfig(id: string, value: unknown): DraftConfig {
  const members = membersOf(value);
  const list: unknown = members.get('mcp_config');
  const servers = (Array.isArray(list) ? list : []).map((item: unknown, index) => ({
    index,
    server: fit(serverSchema, item),
  }));
  return {
    id,
    name: fit(mcpConfigSchema.shape.mcp_config_name, members.get('mcp_config_name')) ?? '',
    exposure: fit(mcpConfigSchema.shape.exposure, members.get('exposure')) ?? 'both',
    virtualServers: fit(virtualServersSchema, members.get('virtual_servers')) ?? undefined,
    servers: servers.filter((entry): entry is { index: number; server: ServerSection } => entry.server !== null),
  };
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value));
}

function fit<T>(schema: ZodType<T>, value: unknown): T | null {
  const result = schema.safeParse(value);
  return result.success ? result.data : null;
}

function fitAll<T>(schema: ZodType<T>, entries: ReadonlyMap<string, unknown>): ReadonlyMap<string, T> {
  const fitting = new Map<string, T>();
  for (const [name, value] of entries) {
    const data = fit(schema, value);
    if (data !== null) fitting.set(name, data);
  }
  return fitting;
}
