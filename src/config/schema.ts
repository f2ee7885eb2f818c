import * as z from 'zod';
import { ADMIN_ROLES } from './admin-role.js';
import { HASHED_KEY, KEY_RULE } from './key-hash.js';
import { accessSchema } from './schema-access.js';
import { commonSchema } from './schema-common.js';
import { hooksSchema } from './schema-hooks.js';
import { limitsSchema } from './schema-limits.js';
import { pluginsSchema } from './schema-plugins.js';
import { addressRanges, id, isoTime, killSwitch, nonEmpty } from './schema-rules.js';
import { serverSchema } from './schema-server.js';
import { virtualServersSchema } from './virtual-servers.js';

/** A key as it is stored. Keys in clear have become hashes before the schema sees them. */
const storedKey = z.string().regex(HASHED_KEY, { error: KEY_RULE });

/** One entry of `mcp_configs`. */
export const mcpConfigSchema = z.strictObject({
  mcp_config_name: nonEmpty(),
  exposure: z.enum(['meta', 'direct', 'both']).default('both'),
  mcp_config: z.array(serverSchema).default([]),
  virtual_servers: virtualServersSchema.optional(),
  created_at: isoTime().optional(),
  updated_at: isoTime().optional(),
  imported_at: isoTime().optional(),
});

/** One entry of `projects`. */
export const projectSchema = z.strictObject({
  project_name: nonEmpty(),
  mcp_config_id: id().nullable().default(null),
  users: z.array(id()).default([]),
  ...killSwitch(),
  access: accessSchema.optional(),
  limits: limitsSchema.optional(),
  created_at: isoTime().optional(),
  updated_at: isoTime().optional(),
});

/** One entry of `users`. */
export const userSchema = z.strictObject({
  email: nonEmpty(),
  ...killSwitch(),
  access: accessSchema.optional(),
  limits: limitsSchema.optional(),
  created_at: isoTime().optional(),
  updated_at: isoTime().optional(),
});

/** One entry of `apikeys`; its name is the key's hash. */
export const apiKeySchema = z.strictObject({
  name: nonEmpty().optional(),
  project_id: id(),
  user_id: id(),
  created_at: isoTime().optional(),
  expires_at: isoTime().nullable().default(null),
  disabled: z.boolean().default(false),
  disabled_at: isoTime().nullable().optional(),
  enabled_at: isoTime().nullable().optional(),
  rotated_from: storedKey.optional(),
  rotated_at: isoTime().optional(),
  replaced_by: storedKey.optional(),
  allowed_ips: addressRanges()
    .min(1, { error: 'must hold at least one; leave it out to allow every address' })
    .optional(),
  access: accessSchema.optional(),
  limits: limitsSchema.optional(),
});

/** One entry of `admin_keys`; its name is the key's hash. */
export const adminKeySchema = z.strictObject({
  name: nonEmpty().optional(),
  role: z.enum(ADMIN_ROLES),
  created_at: isoTime().optional(),
  expires_at: isoTime().nullable().default(null),
  disabled: z.boolean().default(false),
});

/** The whole config file. Every object is strict: an unknown key is an error, because a misspelt guardrail would be no guardrail. */
export const configFileSchema = z.strictObject({
  $schema: z.string().optional(),
  admin_apikey: storedKey.optional(),
  admin_keys: z
    .record(z.string().regex(HASHED_KEY, { error: 'must be sha256:<64 lower-case hex digits>' }), adminKeySchema)
    .default({}),
  common_mcp_gateway_config: commonSchema.prefault({}),
  plugins: pluginsSchema.prefault({}),
  hooks: hooksSchema.prefault({}),
  mcp_configs: z.record(id(), mcpConfigSchema).default({}),
  projects: z.record(id(), projectSchema).default({}),
  users: z.record(id(), userSchema).default({}),
  apikeys: z.record(storedKey, apiKeySchema).default({}),
});

export type AdminKeySection = z.output<typeof adminKeySchema>;
export type ProjectSection = z.output<typeof projectSchema>;
export type ApiKeySection = z.output<typeof apiKeySchema>;
export type UserSection = z.output<typeof userSchema>;
